// Messages as DOM nodes. Foreign text only ever becomes text nodes; addresses are checked before they become links.

import { dayOf, hourOf, words } from "./words.js";

export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);
const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code" };

// Text with entities; offsets are UTF-16 units, which is what JavaScript's strings count too.
export function renderText(text, entities, act) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return renderRange(text, sorted, 0, text.length, act);
}

function renderRange(text, entities, from, to, act) {
  const nodes = document.createDocumentFragment();
  let position = from;
  for (let index = 0; index < entities.length; index++) {
    const entity = entities[index];
    if (entity.offset < position) continue;
    const isBlock = BLOCKS.has(entity.type);
    const before = text.slice(position, entity.offset);
    nodes.append(isBlock ? before.replace(/\n$/, "") : before);
    const end = Math.min(entity.offset + entity.length, to);
    const inner = entities.slice(index + 1).filter((one) => one.offset >= entity.offset && one.offset + one.length <= end);
    nodes.append(renderEntity(entity, text.slice(entity.offset, end), renderRange(text, inner, entity.offset, end, act), act));
    position = isBlock && text[end] === "\n" && end < to ? end + 1 : end;
  }
  nodes.append(text.slice(position, to));
  return nodes;
}

function renderEntity(entity, raw, content, act) {
  switch (entity.type) {
    case "text_link": return link(entity.url, content, act);
    case "url": return link(raw, content, act);
    case "email": return link(`mailto:${raw}`, content, act);
    case "pre": return make("pre", {}, content);
    case "blockquote": return make("blockquote", {}, content);
    case "expandable_blockquote": return foldingQuote(content);
    case "spoiler": return spoiler(content);
    case "bot_command": return command(raw, content, act);
    case "mention": case "hashtag": case "text_mention":
      return make("span", { className: entity.type === "hashtag" ? "hashtag" : "mention" }, content);
    default: return make(TAGS[entity.type] ?? "span", {}, content);
  }
}

// A link, not a button: a line may break beside a button, also behind the bracket before it.
function command(raw, content, act) {
  const say = (event) => {
    event.preventDefault();
    act.say(raw);
  };
  return make("a", { role: "button", href: "#", className: "command", onclick: say }, content);
}

export function safeAddress(address) {
  try {
    const url = new URL(/^[a-z][\w+.-]*:/i.test(address) ? address : `http://${address}`);
    return ["http:", "https:", "mailto:", "tel:", "tg:"].includes(url.protocol) ? url : null;
  } catch { return null; }
}

function link(address, content, act) {
  const url = safeAddress(address);
  if (!url) return make("span", {}, content);
  const node = make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", title: url.href }, content);
  node.addEventListener("click", (event) => { if (act.follow(url)) event.preventDefault(); });
  return node;
}

function foldingQuote(content) {
  const inner = make("div", { className: "inner" }, content);
  const fold = make("button", { type: "button", className: "fold", "aria-expanded": "false", "aria-label": words.expand });
  const quote = make("blockquote", { className: "folds" }, inner, fold);
  quote.addEventListener("click", (event) => {
    if (event.target.closest("a, .command, .spoiler")) return;
    const open = quote.classList.toggle("open");
    fold.setAttribute("aria-expanded", String(open));
    fold.setAttribute("aria-label", open ? words.collapse : words.expand);
  });
  return quote;
}

function spoiler(content) {
  const node = make("span", { className: "spoiler", tabIndex: 0, role: "button", "aria-label": words.spoiler }, content);
  const show = () => {
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", show, { once: true });
  node.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") show(); });
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

function arrowDown() {
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M12 4v13M6 12l6 6 6-6");
  icon.append(path);
  return icon;
}

function renderFile(message) {
  if (message.photo) {
    const photo = message.photo.at(-1);
    const source = `/sandbox/files/${encodeURIComponent(photo.file_id)}`;
    return make("img", { className: "photo", src: source, alt: message.caption ?? "", width: photo.width, height: photo.height });
  }
  const { file_id: id, file_name: name, file_size: size } = message.document;
  const label = make("span", {}, name, make("small", {}, size < 1024 ? `${size} B` : `${(size / 1024).toFixed(1)} KB`));
  return make("a", { className: "file", href: `/sandbox/files/${encodeURIComponent(id)}`, download: name, title: words.download }, arrowDown(), label);
}

function serviceText(message) {
  if (message.new_chat_members) return `${message.new_chat_members.map((one) => one.first_name).join(", ")} ${words.joined}`;
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return words.serviceMoved;
  return "";
}

function summary(message) {
  return message.text ?? message.caption ?? message.document?.file_name ?? "…";
}

function quoted({ reply_to_message: answered }) {
  if (!answered || answered.forum_topic_created) return [];
  return [make("p", { className: "quoted" }, summary(answered))];
}

export function renderMessage(message, view) {
  const service = serviceText(message);
  if (service) return make("li", { className: "service" }, service);
  const bubble = make("div", { className: "bubble" });
  if (view.inGroup && !message.outgoing) bubble.append(make("p", { className: "who" }, message.from?.first_name ?? message.chat.title));
  bubble.append(...quoted(message));
  if (message.document || message.photo) bubble.append(renderFile(message));
  const text = make("div", { className: "text" });
  if (message.chat_shared) text.append(`→ ${message.chat_shared.title ?? ""}`);
  if (message.location) text.append(`📍 ${words.location}: ${message.location.latitude}, ${message.location.longitude}`);
  text.append(renderText(message.text ?? message.caption ?? "", message.entities ?? message.caption_entities, view.act));
  for (const emoji of Object.values(view.reactions)) if (emoji) text.append(" ", make("span", { className: "reaction" }, emoji));
  const time = hourOf(new Date(message.date * 1000), view.zone);
  text.append(make("span", { className: "meta" }, message.edited ? `${words.edited} ${time}` : time));
  bubble.append(text);
  const rows = message.markup?.inline_keyboard ?? [];
  const mine = message.outgoing && message.from?.id === view.readerId;
  const item = make("li", { className: `message${mine ? " mine" : ""}${rows.length ? " keys" : ""}` }, bubble);
  if (!message.outgoing) bubble.append(reactionKeys(message, view));
  item.append(...rows.map((row) => make("div", { className: "row" }, ...row.map((button) => inlineButton(button, message, view)))));
  return item;
}

const OFFERED = ["👍", "❤", "👎"];

function reactionKeys(message, view) {
  const mine = view.reactions[view.readerId];
  return make("div", { className: "react", role: "group", ariaLabel: words.react }, ...OFFERED.map((emoji) => {
    const node = make("button", { type: "button", ariaLabel: `${words.react} ${emoji}`, ariaPressed: String(mine === emoji) }, emoji);
    node.addEventListener("click", () => view.act.react(message, emoji));
    return node;
  }));
}

function inlineButton(button, message, view) {
  const node = make("button", { type: "button", title: button.text }, button.text);
  if (button.style) node.dataset.style = button.style;
  if (button.url) node.append(make("span", { className: "mark", "aria-hidden": "true" }, "↗"));
  if (button.copy_text) node.append(make("span", { className: "mark", "aria-hidden": "true" }, "⧉"));
  if (button.callback_data !== undefined && view.isBusy(message.message_id, button.callback_data)) node.setAttribute("aria-busy", "true");
  node.addEventListener("click", () => view.act.press(message, button, node));
  return node;
}

export const dayLine = (moment, zone) => make("li", { className: "day" }, dayOf(moment, zone));
