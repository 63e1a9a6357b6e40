// What the page knows, how it talks to the server, and how it tells the reader about it.

import { words, zoneOf } from "./words.js";

export const $ = (id) => document.getElementById(id);
export const phone = {
  bot: null, reader: null, chat: null, state: null, stream: null,
  messages: new Map(), busy: new Map(), reactions: new Map(),
  replyTo: null, clockAhead: 0, typingTimer: 0, toastTimer: 0, becomeKnown: null,
};
export const zone = () => zoneOf(phone.reader);
// What somebody types or taps before the page has learned who reads waits for this.
export const known = new Promise((resolve) => { phone.becomeKnown = resolve; });
export const now = () => new Date(Date.now() + phone.clockAhead);

// Talking to the server

export async function get(path) {
  const answer = await fetch(path);
  return answer.json();
}

export async function post(path, content = {}) {
  try {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) });
    const told = await answer.json();
    if (answer.ok) return told;
    toast(told.error ?? answer.statusText);
  } catch { toast(words.lost); }
  return null;
}

export async function act(what, content = {}) {
  await known;
  return post(`/sandbox/readers/${phone.reader.id}/${what}`, { bot: phone.bot.id, chat_id: phone.chat ?? undefined, ...content });
}

export function toast(text) {
  clearTimeout(phone.toastTimer);
  $("toast").textContent = text;
  $("toast").hidden = false;
  phone.toastTimer = setTimeout(() => { $("toast").hidden = true; }, Math.max(2500, text.length * 60));
}
