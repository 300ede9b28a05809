/* The chat page: what the person does goes into the transcript, what the transcript holds is shown and delivered. */

import { Line } from "./line.js";
import { Transcript } from "./transcript.js";
import { View } from "./view.js";

const LONGEST_TEXT = 4000;
const LONGEST_BYTES = 32000; // the server takes 32,768 with what is around the text
const NOTICE_MS = 5000;
const WAITED_MS = 61000; // by then an answer is no longer expected, see transcript.js

const words = JSON.parse(document.getElementById("chat").dataset.words);
const transcript = new Transcript(storage());
const view = new View(words, { press: say, locate });
const line = new Line({
  unsent: () => transcript.unsent[0]?.send,
  synced: () => transcript.synced,
  isWaiting: () => transcript.isWaiting,
  heard: (frame) => { if (transcript.hear(frame)) show({ scroll: true }); },
  delivered: (id) => { transcript.delivered(id); view.unsay(delay); show(); },
  refused: ({ id, text = "" }) => { transcript.refused(id); view.say(text); show(); },
  delayed: ({ text = "" }) => { delay = text; view.say(text); },
  isUp: (isUp) => { if (isUp === isDown) lineChanged(isUp); },
});
const question = document.getElementById("question");
let delay = words.too_many;
let isDown = false;

/* Keep and deliver one thing the person did. */
function say(text, send) {
  transcript.say(newId(), text, send);
  show({ scroll: true });
  line.deliver();
  setTimeout(show, WAITED_MS);
}

function show({ scroll = false } = {}) {
  view.show(transcript.entries, transcript.isWaiting);
  if (scroll) view.scrollToNewest();
}

function lineChanged(isUp) {
  isDown = !isUp;
  view.say(isUp ? words.online : words.offline);
  if (isUp) setTimeout(() => view.unsay(words.online), NOTICE_MS);
}

function submit() {
  const text = question.value.trim();
  if (!text) return;
  if ([...text].length > LONGEST_TEXT || new Blob([JSON.stringify(text)]).size > LONGEST_BYTES) {
    view.say(words.too_long);
    return;
  }
  question.value = "";
  fit();
  view.unsay(words.too_long);
  say(text, { text });
}

/* Let the field grow with what is written; the style sheet sets how far. */
function fit() {
  question.style.height = "auto";
  question.style.height = `${question.scrollHeight + question.offsetHeight - question.clientHeight}px`;
}

function locate(label) {
  navigator.geolocation.getCurrentPosition(
    ({ coords: { latitude, longitude } }) => { view.unsay(words.location_denied); say(label, { latitude, longitude }); },
    () => view.say(words.location_denied),
    { timeout: 15000, maximumAge: 600000 },
  );
}

/* Open the conversation: with the commune of a link (/?xa=00430, /#xa-00430), else once, so that we are greeted. */
function open() {
  const code = new URLSearchParams(location.search).get("xa") || location.hash.replace(/^#xa-/, "");
  if (/^\d{5}$/.test(code)) {
    history.replaceState(null, "", location.pathname); // a reload is no second visit
    say("", { start: `xa-${code}` });
  } else if (!transcript.entries.length) {
    say("", { start: "" });
  }
}

/* The message's own id. crypto.randomUUID exists only on https. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function storage() {
  try {
    return localStorage;
  } catch {
    return null; // forbidden by the browser's settings
  }
}

document.getElementById("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
  question.focus();
});
question.addEventListener("keydown", (event) => {
  // While a Vietnamese keyboard is composing, Enter ends the word, not the message.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
});
question.addEventListener("input", fit);
document.getElementById("shortcuts").addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button) say(button.textContent, { payload: button.dataset.payload });
});
addEventListener("resize", fit);
addEventListener("storage", () => show()); // another tab went on with the conversation
addEventListener("hashchange", open);

document.getElementById("desk").hidden = false;
fit();
view.show(transcript.entries, transcript.isWaiting);
view.scrollToNewest("instant");
setTimeout(() => view.listen());
open();
line.start();
