// The page's own words and its dates. German for German browsers, English for all others.

const WORDS = {
  de: {
    bot: "Bot", typing: "tippt …", sends: "sendet etwas …", blocked: "blockiert", edited: "bearbeitet", you: "Du",
    waiting: "Warte auf einen Bot …", lost: "Verbindung verloren, neuer Versuch …", more: "Mehr", chats: "Chats", close: "Schließen",
    readers: "Wer liest?", add: "Hinzufügen", name: "Vorname", language: "Sprache der App", message: "Nachricht",
    commands: "Befehle", noCommands: "Der Bot hat keine Befehle angemeldet.", send: "Senden", block: "Bot blockieren",
    unblock: "Blockierung aufheben", start: "Starten", clock: "Uhr der Vorführung", morning: "→ 07:00", setTime: "Uhr vorstellen",
    toMorning: "Bis zum nächsten Werktag, 07:00 Uhr", otherTime: "Andere Zeit", move: "Vorstellen", zone: "Datum und Uhrzeit in",
    expand: "Zitat aufklappen", collapse: "Zitat zuklappen", spoiler: "Verdeckten Text zeigen", reply: "Antwort auf",
    cancelReply: "Antwort verwerfen", download: "Herunterladen", copied: "Kopiert", unsupported: "Das kann die Sandbox nicht.",
    location: "Standort", joined: "kam in die Gruppe", messages: "Nachrichten", private: "Privater Chat", draft: "schreibt",
    react: "Reagieren mit", serviceMoved: "Die Gruppe ist umgezogen", onlyForward: "Die Uhr geht nur vorwärts.", reader: "Leser wechseln, jetzt",
  },
  en: {
    bot: "bot", typing: "typing …", sends: "sending something …", blocked: "blocked", edited: "edited", you: "You",
    waiting: "Waiting for a bot …", lost: "Connection lost, trying again …", more: "More", chats: "Chats", close: "Close",
    readers: "Who is reading?", add: "Add", name: "First name", language: "Language of the app", message: "Message",
    commands: "Commands", noCommands: "The bot has registered no commands.", send: "Send", block: "Block the bot",
    unblock: "Unblock", start: "Start", clock: "Clock of the demo", morning: "→ 07:00", setTime: "Move the clock",
    toMorning: "To the next working day, 07:00", otherTime: "Another time", move: "Move forward", zone: "Date and time in",
    expand: "Expand the quote", collapse: "Collapse the quote", spoiler: "Show the hidden text", reply: "Reply to",
    cancelReply: "Discard the reply", download: "Download", copied: "Copied", unsupported: "The sandbox cannot do that.",
    location: "Location", joined: "joined the group", messages: "Messages", private: "Private chat", draft: "writing",
    react: "React with", serviceMoved: "The group has moved", onlyForward: "The clock only moves forward.", reader: "Switch reader, now",
  },
};

export const language = navigator.language.startsWith("de") ? "de" : "en";
export const words = WORDS[language];

// A reader's phone stands where its language is spoken; English ones stand where the browser is.
const ZONES = { de: "Europe/Berlin", uk: "Europe/Kyiv" };
const PLACES = { de: [52.52, 13.405], uk: [50.45, 30.523] };

export const zoneOf = (reader) => ZONES[reader?.language_code] ?? Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
export const placeOf = (reader) => PLACES[reader?.language_code] ?? [51.507, -0.128];

export function format(moment, zone, options) {
  return new Intl.DateTimeFormat(language === "de" ? "de-DE" : "en-GB", { timeZone: zone, ...options }).format(moment);
}

export const hourOf = (moment, zone) => format(moment, zone, { hour: "2-digit", minute: "2-digit" });
export const dayOf = (moment, zone) => format(moment, zone, { weekday: "short", day: "numeric", month: "long" });
export const shortDayOf = (moment, zone) => format(moment, zone, { weekday: "short", day: "numeric", month: "short" });

// The wall clock of a zone as milliseconds, as if it were UTC.
export function wallOf(moment, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit",
    hour: "2-digit", minute: "2-digit", second: "2-digit",
  }).formatToParts(moment);
  const part = (name) => Number(parts.find((one) => one.type === name).value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
}

// The moment at which a zone's wall clock shows `wall`.
export function momentOf(wall, zone) {
  const near = wall - (wallOf(new Date(wall), zone) - wall);
  return new Date(wall - (wallOf(new Date(near), zone) - near));
}

/* The next morning of a working day: on those, bots that write daily and bots that write on workdays both write. */
export function nextMorning(now, zone) {
  const wall = wallOf(now, zone);
  const day = 86_400_000;
  let seven = Math.floor(wall / day) * day + 7 * 3_600_000;
  if (seven <= wall) seven += day;
  while ([0, 6].includes(new Date(seven).getUTCDay())) seven += day;
  return momentOf(seven, zone);
}
