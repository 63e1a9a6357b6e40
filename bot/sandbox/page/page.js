// One reader's phone: follows the stream of a chat and sends what the reader does.

import { fillCommands, openMore, openReaders, openTime, setClock, toggleCommands } from "./menus.js";
import { dayLine, make, renderMessage, safeAddress } from "./render.js";
import { $, act, get, now, phone, post, toast, zone } from "./state.js";
import { dayOf, hourOf, language, momentOf, nextMorning, placeOf, shortDayOf, words } from "./words.js";

const BUSY_MS = 15_000;

async function say(text) {
  const clean = text.trim();
  if (!clean) return false;
  const reply = phone.replyTo?.message_id;
  setReply(null);
  return (await act("send", { text: clean, reply_to: reply })) !== null;
}

async function press(message, button, node) {
  if (button.callback_data !== undefined) return pressCallback(message, button, node);
  if (button.url) {
    const url = safeAddress(button.url);
    if (url && !follow(url)) window.open(url.href, "_blank", "noopener,noreferrer");
  } else if (button.copy_text) {
    await navigator.clipboard?.writeText(button.copy_text.text).then(() => toast(words.copied), () => toast(button.copy_text.text));
  } else toast(words.unsupported);
}

async function pressCallback(message, button, node) {
  const key = `${message.message_id} ${button.callback_data}`;
  if ([...phone.busy.values()].includes(key)) return;
  node.setAttribute("aria-busy", "true");
  const pressed = await act("press", { message_id: message.message_id, data: button.callback_data });
  if (!pressed) return node.removeAttribute("aria-busy");
  if (phone.answered?.query_id === pressed.query_id) return endBusy(null, message.message_id);
  phone.busy.set(pressed.query_id, key);
  setTimeout(() => endBusy(pressed.query_id, message.message_id), BUSY_MS);
}

function endBusy(queryId, messageId) {
  phone.busy.delete(queryId);
  const message = phone.messages.get(messageId);
  if (message) draw(message);
}

// The bot's deep link opens in this chat; everything else opens outside.
function follow(url) {
  const same = url.hostname === "t.me" && url.pathname.slice(1).toLowerCase() === phone.bot.username.toLowerCase();
  if (!same) return false;
  say(`/start ${url.searchParams.get("start") ?? ""}`);
  return true;
}

// What comes from the server

const HANDLERS = {
  all(event) {
    phone.messages.clear();
    phone.busy.clear();
    $("list").replaceChildren();
    takeState(event.state);
    for (const message of event.messages) add(message);
    showKeyboard();
    $("messages").scrollTop = $("messages").scrollHeight;
  },
  state(event) { takeState(event.state); },
  message(event) {
    const isNew = !phone.messages.has(event.message.message_id);
    const box = $("messages");
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 120;
    add(event.message);
    showActivity("", "");
    showKeyboard();
    if (event.message.deleted || !(atEnd || (isNew && event.message.outgoing))) return;
    const node = nodeOf(event.message.message_id);
    box.scrollTop = node.offsetHeight > box.clientHeight && isNew ? node.offsetTop - box.offsetTop - 8 : box.scrollHeight;
  },
  answer(event) {
    phone.answered = event;
    const waiting = phone.busy.get(event.query_id);
    if (waiting) endBusy(event.query_id, Number(waiting.split(" ")[0]));
    const url = event.url && safeAddress(event.url);
    if (url) follow(url);
    if (!event.text) return;
    if (!event.alert) return toast(event.text);
    $("alert-text").textContent = event.text;
    if (!$("alert").open) $("alert").showModal();
  },
  activity(event) { showActivity(event.action, event.draft); },
  reaction(event) {
    const standing = { ...phone.reactions.get(event.message_id), [event.user_id]: event.emoji };
    phone.reactions.set(event.message_id, standing);
    const message = phone.messages.get(event.message_id);
    if (message) draw(message);
  },
};

function connect() {
  phone.stream?.close();
  const query = new URLSearchParams({ reader: phone.reader.id, bot: phone.bot.id });
  if (phone.chat) query.set("chat_id", phone.chat);
  phone.stream = new EventSource(`/sandbox/stream?${query}`);
  phone.stream.onmessage = (event) => {
    const told = JSON.parse(event.data);
    HANDLERS[told.type]?.(told);
  };
  phone.stream.onopen = () => showStatus();
  phone.stream.onerror = () => {
    $("status").textContent = words.lost;
    if (phone.stream.readyState === EventSource.CLOSED) setTimeout(begin, 1500);
  };
}

// Drawing

// A second tap on the same takes it back, as on a phone.
function react(message, emoji) {
  const mine = phone.reactions.get(message.message_id)?.[phone.reader.id];
  return act("react", { message_id: message.message_id, emoji: mine === emoji ? "" : emoji });
}

const nodeOf = (id) => document.getElementById(`message-${id}`);

function view() {
  return {
    act: { say, press, follow, react }, zone: zone(), readerId: phone.reader.id, inGroup: phone.state.chat.type !== "private",
    isBusy: (id, data) => [...phone.busy.values()].includes(`${id} ${data}`),
  };
}

function add(message) {
  if (message.deleted) {
    nodeOf(message.message_id)?.remove();
    phone.messages.delete(message.message_id);
  } else {
    const last = [...phone.messages.values()].at(-1);
    phone.messages.set(message.message_id, message);
    const day = (one) => dayOf(new Date(one.date * 1000), zone());
    if (!nodeOf(message.message_id) && (!last || day(last) !== day(message))) $("list").append(dayLine(new Date(message.date * 1000), zone()));
    draw(message);
  }
  $("empty").hidden = phone.messages.size > 0;
}

function draw(message) {
  const old = nodeOf(message.message_id);
  const opened = old ? [...old.querySelectorAll(".folds")].map((quote) => quote.classList.contains("open")) : [];
  const node = renderMessage(message, { ...view(), reactions: phone.reactions.get(message.message_id) ?? {} });
  node.id = `message-${message.message_id}`;
  node.querySelectorAll(".folds").forEach((quote, index) => { if (opened[index]) quote.querySelector(".fold").click(); });
  if (old) {
    const focused = [...old.querySelectorAll("button")].indexOf(document.activeElement);
    old.replaceWith(node);
    if (focused >= 0) node.querySelectorAll("button")[focused]?.focus({ preventScroll: true });
  } else $("list").append(node);
}

function takeState(state) {
  phone.state = state;
  const group = state.chat.type !== "private";
  const title = group ? state.chat.title : state.bot.name;
  $("bot-name").textContent = document.title = title;
  $("bot-avatar").textContent = [...title][0]?.toUpperCase() ?? "?";
  $("reader-name").textContent = state.reader.first_name;
  $("reader-avatar").textContent = [...state.reader.first_name][0].toUpperCase();
  $("reader-button").setAttribute("aria-label", `${words.reader}: ${state.reader.first_name}`);
  $("description").textContent = state.bot.description;
  $("description").hidden = !state.bot.description;
  $("bot-about").textContent = state.bot.short_description;
  $("empty").hidden = phone.messages.size > 0;
  $("compose").hidden = $("keyboard").hidden = state.blocked;
  $("reply").hidden = state.blocked || !phone.replyTo;
  $("unblock").hidden = !state.blocked;
  $("block").hidden = state.blocked || group;
  phone.clockAhead = Date.parse(state.clock.now) - Date.now();
  $("now").classList.toggle("moved", state.clock.offset_seconds > 0);
  showStatus();
  showClock();
  fillCommands(say);
  showKeyboard();
}

function showStatus() {
  if (!phone.state) return;
  $("status").textContent = phone.state.blocked ? words.blocked : phone.state.chat.type === "private" ? words.bot : "";
}

function showClock() {
  const moment = now();
  $("now").textContent = `${shortDayOf(moment, zone())}, ${hourOf(moment, zone())}`;
  $("now").title = zone();
  $("now").dateTime = moment.toISOString();
}

function showActivity(action, draft) {
  clearTimeout(phone.typingTimer);
  $("draft").hidden = !draft;
  $("draft").textContent = draft;
  if (!action) return showStatus();
  $("status").textContent = action === "typing" ? words.typing : words.sends;
  phone.typingTimer = setTimeout(() => showActivity("", ""), draft ? 30_000 : 5_000);
}

// The latest message that brings or takes away a reply keyboard decides; a ForceReply asks for an answer once.
function showKeyboard() {
  const bots = [...phone.messages.values()].filter((one) => !one.outgoing);
  const bearer = bots.filter((one) => one.markup?.keyboard || one.markup?.remove_keyboard).at(-1);
  const rows = bearer?.markup.keyboard ?? [];
  const used = bearer?.markup.one_time_keyboard && [...phone.messages.values()].some((one) => one.outgoing && one.message_id > bearer.message_id);
  $("keyboard").replaceChildren(...rows.map((row) => make("div", { className: "row" }, ...row.map(replyButton))));
  const last = [...phone.messages.values()].at(-1);
  $("keyboard").hidden = !rows.length || Boolean(used || phone.state?.blocked || last?.markup?.force_reply);
  if (last?.markup?.force_reply && phone.replyTo?.message_id !== last.message_id) setReply(last);
  $("text").placeholder = last?.markup?.input_field_placeholder || words.message;
}

function replyButton(button) {
  const node = make("button", { type: "button", title: button.text }, button.text);
  node.addEventListener("click", () => {
    if (button.request_location) {
      const [latitude, longitude] = placeOf(phone.reader);
      act("location", { latitude, longitude });
    } else if (button.request_contact || button.web_app || button.request_poll) toast(words.unsupported);
    else say(button.text);
  });
  return node;
}

function setReply(message) {
  phone.replyTo = message;
  $("reply").hidden = !message;
  if (!message) return;
  $("reply-text").textContent = `${words.reply}: ${message.text ?? message.caption ?? ""}`;
  $("text").focus();
}

function openChat(id) {
  phone.chat = id;
  connect();
}

function become(reader) {
  if (phone.reader) toggleCommands(false); // what the first one has opened while the page was loading stays open
  phone.reader = reader;
  phone.chat = null;
  phone.becomeKnown();
  for (const node of document.querySelectorAll("[inert]")) node.inert = false;
  phone.reactions.clear();
  setReply(null);
  history.replaceState(null, "", `#reader=${reader.id}`);
  connect();
}

// Start

function label() {
  document.documentElement.lang = language;
  const texts = {
    "readers-title": "readers", "more-title": "chats", "add-reader": "add", "name-label": "name", "language-label": "language",
    block: "block", unblock: "unblock", start: "start", morning: "morning", "time-title": "setTime", "move-clock": "move",
  };
  for (const [id, word] of Object.entries(texts)) $(id).textContent = words[word];
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = words[node.dataset.word];
  const names = {
    "more-button": "more", "commands-button": "commands", send: "send", text: "message", clock: "clock", morning: "toMorning",
    "other-time": "otherTime", "reply-cancel": "cancelReply", list: "messages", keyboard: "commands",
  };
  for (const [id, word] of Object.entries(names)) $(id).setAttribute("aria-label", words[word]);
  $("status").textContent = words.waiting;
  $("bot-name").textContent = "Sandbox";
}

function listen() {
  $("compose").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = $("text").value;
    $("text").value = "";
    toggleCommands(false);
    if (text.trim() && !(await say(text))) $("text").value = text;
  });
  $("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    $("compose").requestSubmit();
  });
  $("commands-button").addEventListener("click", () => toggleCommands($("commands").hidden));
  $("start").addEventListener("click", () => say("/start"));
  $("unblock").addEventListener("click", () => act("unblock"));
  $("block").addEventListener("click", () => { $("more").close(); act("block"); });
  $("reply-cancel").addEventListener("click", () => setReply(null));
  $("reader-button").addEventListener("click", () => openReaders(become));
  $("more-button").addEventListener("click", () => openMore(openChat));
  $("other-time").addEventListener("click", openTime);
  $("morning").addEventListener("click", () => setClock(nextMorning(now(), zone())));
  for (const node of document.querySelectorAll("[data-advance]")) {
    node.addEventListener("click", () => post("/sandbox/clock", { advance: Number(node.dataset.advance) }));
  }
  $("set-time").addEventListener("submit", (event) => {
    event.preventDefault();
    $("time").close();
    const moment = momentOf(Date.parse(`${$("moment").value}Z`), zone());
    if (moment < now()) toast(words.onlyForward);
    else setClock(moment);
  });
  $("new-reader").addEventListener("submit", async (event) => {
    event.preventDefault();
    const reader = await post("/sandbox/readers", { first_name: $("new-name").value, language_code: $("new-language").value });
    $("readers").close();
    if (reader) become(reader);
  });
  setInterval(() => { if (phone.state) showClock(); }, 1000);
}

async function firstReader() {
  const { readers } = await get("/sandbox/readers");
  const wanted = Number(new URLSearchParams(location.hash.slice(1)).get("reader"));
  const known = readers.find((one) => one.id === wanted) ?? readers[0];
  const spoken = ["de", "en", "uk"].find((code) => navigator.language.startsWith(code)) ?? "en";
  return known ?? post("/sandbox/readers", { first_name: "Ada", language_code: spoken });
}

async function begin() {
  try {
    let bots = [];
    while (!bots.length) ({ bots } = await get("/sandbox/bots?wait=20"));
    [phone.bot] = bots;
    become(await firstReader());
  } catch {
    $("status").textContent = words.lost;
    setTimeout(begin, 1500);
  }
}

label();
listen();
begin();
