// The list of commands, the dialogues, and the clock's buttons.

import { make } from "./render.js";
import { $, get, now, phone, post, zone } from "./state.js";
import { wallOf, words } from "./words.js";

export function fillCommands(say) {
  const items = phone.state.commands.map(({ command, description }) => {
    const node = make("button", { type: "button" }, make("b", {}, `/${command}`), make("span", {}, description));
    node.addEventListener("click", () => { toggleCommands(false); say(`/${command}`); });
    return make("li", {}, node);
  });
  $("commands").replaceChildren(...(items.length ? items : [make("li", { className: "service" }, words.noCommands)]));
}

export function toggleCommands(open) {
  $("commands").hidden = !open;
  $("commands-button").setAttribute("aria-expanded", String(open));
}

function choice(label, detail, current, chosen) {
  const avatar = make("span", { className: "avatar small", "aria-hidden": "true" }, [...label][0].toUpperCase());
  const node = make("button", { type: "button", className: "choice", "aria-current": String(current) }, avatar, label, make("small", {}, detail));
  node.addEventListener("click", chosen);
  return make("li", {}, node);
}

export async function openReaders(become) {
  const { readers } = await get("/sandbox/readers");
  $("reader-list").replaceChildren(...readers.map((one) => choice(one.first_name, one.language_code ?? "", one.id === phone.reader.id, () => {
    $("readers").close();
    become(one);
  })));
  $("new-name").value = "";
  $("readers").showModal();
}

export function openMore(open) {
  const chats = [{ id: null, title: phone.state.bot.name, type: "private" }, ...phone.state.groups];
  $("chats").replaceChildren(...chats.map((one) => choice(one.title, one.type === "private" ? words.private : one.type, one.id === phone.chat, () => {
    $("more").close();
    open(one.id);
  })));
  $("more").showModal();
}

export const setClock = (moment) => post("/sandbox/clock", { set: moment.toISOString() });

export function openTime() {
  $("zone-label").textContent = `${words.zone} ${zone()}`;
  $("moment").value = new Date(Math.ceil(wallOf(now(), zone()) / 60_000) * 60_000).toISOString().slice(0, 16);
  $("time").showModal();
}
