/* What was said on this page, kept in the browser so that a reload or a lost connection loses nothing.

Two tabs share one copy: every change reads it first and writes it back at once. An entry is either mine,
{id, text, at, send} (send: what is still to be delivered), or a reply,
{reply, era, html, choices, links, asks_location}. Should the server count its replies anew, a new era begins. */

const KEY = "loaxa.1";
const KEPT_ENTRIES = 120;
const WAIT_MS = 60 * 1000; // an answer that takes longer will not come soon
const KEPT_MS = 7 * 24 * 60 * 60 * 1000; // a phone is often lent, and a computer at the commune office shared

export class Transcript {
  constructor(storage, now = Date.now) {
    this.storage = storage; // null where the browser allows none: then it lasts as long as the page
    this.now = now;
    this.copy = { entries: [], synced: 0, era: 0, at: 0 };
    if (now() - this.read().at > KEPT_MS) this.change((kept) => { kept.entries = []; });
  }

  get entries() { return this.read().entries; }

  /* Everything up to this reply was read from the server: where to go on after a reconnect. */
  get synced() { return this.read().synced; }

  get unsent() { return this.entries.filter((entry) => entry.send); }

  /* Whether an answer is on its way: something of mine was delivered just now and nothing came after it. */
  get isWaiting() {
    const last = this.entries.pop();
    return Boolean(last?.id && !last.send && this.now() - last.at < WAIT_MS);
  }

  /* Keep a message; an empty text (opening the page) is delivered but not shown. */
  say(id, text, send) {
    this.change((kept) => kept.entries.push({ id, text, at: this.now(), send: { id, ...send } }));
  }

  delivered(id) {
    this.change((kept) => kept.entries.forEach((entry) => { if (entry.id === id) delete entry.send; }));
  }

  refused(id) {
    this.change((kept) => { kept.entries = kept.entries.filter((entry) => entry.id !== id); });
  }

  /* Take in replies, in any order and however often; return whether any was new. */
  hear({ replies, synced = 0, anew = false }) {
    let isNew = false;
    this.change((kept) => {
      if (anew) Object.assign(kept, { era: kept.era + 1, synced: 0 });
      const { era } = kept;
      for (const { id, ...body } of replies) {
        if (kept.entries.some((entry) => entry.era === era && entry.reply === id)) continue;
        isNew = true;
        if (body.forgets) kept.entries = kept.entries.filter((entry) => entry.send);
        const later = kept.entries.findIndex((entry) => entry.era === era && entry.reply > id);
        kept.entries.splice(later < 0 ? kept.entries.length : later, 0, { reply: id, era, ...body });
      }
      kept.synced = Math.max(kept.synced, synced);
    });
    return isNew;
  }

  read() {
    try {
      return JSON.parse(this.storage.getItem(KEY)) || this.copy;
    } catch {
      return this.copy;
    }
  }

  change(how) {
    const kept = this.read();
    how(kept);
    kept.entries = kept.entries.slice(-KEPT_ENTRIES);
    kept.at = this.now();
    this.copy = kept;
    try {
      this.storage.setItem(KEY, JSON.stringify(kept));
    } catch {
      this.storage = null; // full or forbidden: from now on the copy in memory serves this page
    }
  }
}
