/* The line to the server: a WebSocket, and plain requests whenever it is not open.

Messages go one at a time, each until it is acknowledged, so they arrive in order and none is lost; the server knows a
repeated one by its id. Replies come by themselves through the socket; without it they are asked for. */

const OPEN_MS = 4000;
const ACK_MS = 10000;
const POLL_MS = 1000;
const DOWN_POLL_MS = 3000;
const IDLE_POLL_MS = 10000; // staff may answer when nobody asks: within seconds, also where sockets are blocked
const BUSY_MS = 10000; // after a message, a second reply may follow the first
const LONGEST_PAUSE_MS = 15000;
const BLOCKED_PAUSE_MS = 60000; // requests pass and sockets do not: a proxy is in the way, and will stay there
const QUIET_MS = 2000; // a restart of the server is over sooner than anybody needs to hear of it

const FINAL = ["too_long", "too_large", "malformed"];

export class Line {
  /* page: {unsent(), synced(), isWaiting(), heard(frame), delivered(id), refused(frame), delayed(frame), isUp(bool)} */
  constructor(page) {
    this.page = page;
    this.socket = null;
    this.failures = 0;
    this.deliveredAt = 0;
    this.sleepers = new Map(); // name of a loop -> what ends its pause
    this.answers = new Map(); // id of a message -> what to call with the frame that answers it
  }

  start() {
    this.keepSocket();
    this.keepAsking();
    this.deliver();
    addEventListener("online", () => this.wake("deliver", "socket", "ask"));
    addEventListener("pagehide", () => this.socket?.close());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) return;
      this.wake("deliver", "socket", "ask");
      if (this.isOpen()) this.ask();
    });
  }

  /* Deliver what is unsent, oldest first. */
  async deliver() {
    if (this.isDelivering) return;
    this.isDelivering = true;
    try {
      for (let message = this.page.unsent(); message; message = this.page.unsent()) {
        await this.settle(message, await this.carry(message));
      }
    } finally {
      this.isDelivering = false;
    }
  }

  /* Do what the answer to a message asks for. Without a good reason to give up, it is sent again. */
  async settle(message, frame) {
    if (frame?.ack) {
      this.deliveredAt = Date.now();
      this.page.delivered(frame.ack);
      this.wake("ask");
      clearTimeout(this.lateTimer); // an answer may come in two parts, the second from another process
      this.lateTimer = setTimeout(() => { if (this.isOpen()) this.ask(); }, BUSY_MS);
    } else if (FINAL.includes(frame?.error)) {
      this.page.refused({ ...frame, id: message.id });
    } else if (frame?.retry_after) {
      this.page.delayed(frame);
      await this.pause("delayed", frame.retry_after * 1000);
    } else {
      if (frame?.error === "no_visitor") await this.renew();
      await this.pause("deliver", this.pauseMs());
    }
  }

  /* Return the frame that answers the message, or null if none came. */
  async carry(message) {
    if (!this.failures) await this.opening;
    if (this.isOpen()) return this.carryBySocket(message);
    return this.request("/chat/send", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(message),
    });
  }

  carryBySocket(message) {
    const { socket } = this;
    return new Promise((resolve) => {
      const done = (frame) => {
        clearTimeout(timer);
        this.answers.delete(message.id);
        resolve(frame);
      };
      const timer = setTimeout(() => { this.drop(socket); done(null); }, ACK_MS);
      this.answers.set(message.id, done);
      socket.send(JSON.stringify(message));
    });
  }

  /* Keep a socket open, trying again after growing pauses. */
  async keepSocket() {
    for (;;) {
      const wasOpen = await this.openOnce();
      this.failures = wasOpen ? 0 : this.failures + 1;
      const isBlocked = this.isUp && this.failures > 3;
      await this.pause("socket", isBlocked ? BLOCKED_PAUSE_MS : this.pauseMs());
    }
  }

  /* Resolve when the socket has closed: true if it had been open. */
  openOnce() {
    const url = new URL(`/chat/ws?after=${this.page.synced()}`, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    let opened;
    this.opening = new Promise((resolve) => { opened = resolve; });
    return new Promise((resolve) => {
      let wasOpen = false;
      let socket;
      const end = () => {
        clearTimeout(timer);
        opened();
        if (this.socket === socket) this.socket = null;
        [...this.answers.values()].forEach((done) => done(null));
        // Whether it is the socket or the server, a request will tell; not everybody's at the same moment.
        if (wasOpen) setTimeout(() => this.wake("ask"), Math.random() * QUIET_MS);
        resolve(wasOpen);
      };
      const timer = setTimeout(() => { if (!wasOpen) this.drop(socket); }, OPEN_MS);
      try {
        socket = new WebSocket(url);
      } catch {
        end();
        return;
      }
      this.socket = socket;
      socket.onopen = () => { wasOpen = true; this.failures = 0; this.reached(true); opened(); };
      socket.onmessage = (event) => this.take(JSON.parse(event.data));
      socket.onclose = end;
    });
  }

  /* Close a socket that no longer answers, without waiting for its goodbye. */
  drop(socket) {
    const { onclose } = socket;
    socket.onclose = null;
    socket.close();
    onclose?.();
  }

  take(frame) {
    this.lastHeard = Date.now();
    if (frame.replies) this.page.heard(frame);
    this.answers.get(frame.ack || frame.id)?.(frame);
  }

  /* While there is no socket, ask for replies: often while an answer is due, else now and then. */
  async keepAsking() {
    await this.pause("ask", OPEN_MS);
    for (;;) {
      if (!this.isOpen() && !document.hidden) await this.ask();
      await this.pause("ask", this.askAgainMs());
    }
  }

  askAgainMs() {
    if (this.page.isWaiting() || Date.now() - this.deliveredAt < BUSY_MS) return POLL_MS;
    return this.isUp ? IDLE_POLL_MS : DOWN_POLL_MS;
  }

  /* Ask for what was missed. A socket that says nothing to it is dead: phones forget to say so when they wake. */
  async ask() {
    const { socket } = this;
    if (this.isOpen()) {
      const askedAt = Date.now();
      socket.send(JSON.stringify({ after: this.page.synced() }));
      setTimeout(() => { if (this.socket === socket && !(this.lastHeard >= askedAt)) this.drop(socket); }, ACK_MS);
      return;
    }
    let frame;
    do {
      frame = await this.request(`/chat/replies?after=${this.page.synced()}`);
      if (frame?.replies) this.page.heard(frame);
      if (frame?.error === "no_visitor") await this.renew();
    } while (frame?.more);
  }

  /* Return the JSON of an answer, whatever its status, or null without one. */
  async request(path, options = {}) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), ACK_MS);
    try {
      const response = await fetch(path, { ...options, signal: abort.signal, cache: "no-store" });
      const frame = await response.json();
      this.reached(!["no_visitor", "origin", "content_type"].includes(frame.error)); // something took away what we sent
      return frame;
    } catch {
      this.reached(false);
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  /* The cookie is gone (deleted, or out of date): the page brings a new one. */
  async renew() {
    await fetch("/", { cache: "no-store" }).catch(() => null);
  }

  isOpen() { return this.socket?.readyState === WebSocket.OPEN; }

  /* Tell the page when the line is up again, or has been down for a while. */
  reached(isUp) {
    if (!isUp && this.isOpen()) return;
    if (isUp && !this.isUp) {
      clearTimeout(this.downTimer);
      this.downTimer = null;
      this.page.isUp(true);
      this.wake("deliver", "socket", "ask");
    } else if (!isUp) {
      this.downTimer ||= setTimeout(() => this.page.isUp(false), QUIET_MS);
    }
    this.isUp = isUp;
  }

  pauseMs() {
    const grown = Math.min(LONGEST_PAUSE_MS, 500 * 2 ** Math.min(this.failures, 8));
    return grown * (0.6 + Math.random() * 0.4); // so that everybody does not come back at the same moment
  }

  /* Wait, but no longer than until something happens that makes the next try worth while. */
  pause(name, ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.sleepers.set(name, () => { clearTimeout(timer); resolve(); });
    });
  }

  wake(...names) { names.forEach((name) => this.sleepers.get(name)?.()); }
}
