/* Show the conversation: entries become elements once and stay, so a screen reader hears each only once. */

const OUTSIDE = /^(https?|tel):/;

export class View {
  /* press(label, send): a choice was made; locate(label): the person wants to share where they are. */
  constructor(words, { press, locate }) {
    this.words = words;
    this.press = press;
    this.locate = locate;
    for (const id of ["masthead", "chat", "log", "thinking", "desk", "status"]) this[id] = document.getElementById(id);
    this.shown = new Map();
  }

  /* Make the page show these entries, in this order. */
  show(entries, isWaiting) {
    const visible = entries.filter((entry) => entry.reply || entry.text);
    const keys = new Set(visible.map(keyOf));
    for (const [key, element] of this.shown) {
      if (keys.has(key)) continue;
      element.remove();
      this.shown.delete(key);
    }
    visible.forEach((entry, index) => this.place(entry, index));
    this.thinking.hidden = !isWaiting;
  }

  /* Bring the newest turn into view: its end, or the beginning of my own message if it is longer than the screen.
     Before I have said anything the page stays at its top, which says whose it is. */
  scrollToNewest(behavior = "auto") {
    const first = [...this.log.querySelectorAll(".mine")].pop();
    if (!first) return;
    const desk = this.desk.offsetHeight;
    const stuck = getComputedStyle(this.masthead).position === "sticky" ? this.masthead.offsetHeight : 0;
    const end = this.chat.getBoundingClientRect().bottom - desk;
    const isLong = end - first.getBoundingClientRect().top > innerHeight - desk - stuck;
    if (isLong) first.scrollIntoView({ block: "start", behavior });
    else scrollTo({ top: document.documentElement.scrollHeight, behavior });
  }

  /* From now on what is added is read out; what a reload brings back is not. */
  listen() { this.log.removeAttribute("aria-busy"); }

  /* Show a notice above the field; it must not push what was just written out of sight. */
  say(text) {
    if (this.status.textContent === text) return;
    this.status.textContent = text;
    if (this.log.lastElementChild?.classList.contains("mine")) this.scrollToNewest();
  }

  unsay(text) { if (this.status.textContent === text) this.say(""); }

  place(entry, index) {
    const key = keyOf(entry);
    let element = this.shown.get(key);
    if (!element) {
      element = entry.reply ? this.reply(entry) : this.mine(entry);
      this.shown.set(key, element);
    }
    if (!entry.reply) element.classList.toggle("unsent", Boolean(entry.send));
    const there = this.log.children[index];
    if (there !== element) this.log.insertBefore(element, there || null);
  }

  mine(entry) {
    const said = make("p", "said");
    said.textContent = entry.text;
    return this.message("message mine", this.words.you, [said]);
  }

  reply(entry) {
    const said = make("div", "said");
    said.innerHTML = entry.html; // escaped by the server, which lets only a few harmless tags through
    const parts = entry.html ? [said] : [];
    const links = entry.links.filter((link) => OUTSIDE.test(link.url)).map(linkTo);
    if (links.length) parts.push(list("ul", "links", links));
    const choices = entry.choices.map((choice, index) => this.choice(choice, index + 1));
    if (choices.length) parts.push(list("ol", "choices", choices, this.words.choices_label));
    if (entry.asks_location && canLocate()) parts.push(list("ul", "choices", [this.locator()]));
    return this.message("message", this.words.bot, parts);
  }

  choice({ label, payload }, number) {
    const button = make("button");
    const mark = make("span", "number");
    mark.textContent = `${number}.`;
    button.append(mark, ` ${label}`);
    button.addEventListener("click", () => this.press(label, { payload }));
    return button;
  }

  locator() {
    const button = make("button");
    button.textContent = this.words.share_location;
    button.addEventListener("click", () => this.locate(this.words.share_location));
    return button;
  }

  message(name, who, parts) {
    const element = make("div", name);
    const heading = make("h2", "who");
    heading.textContent = who;
    element.append(heading, ...parts);
    return element;
  }
}

/* Browsers tell their place only to pages that came over https, or from this machine. */
const canLocate = () => isSecureContext && "geolocation" in navigator;

const keyOf = (entry) => (entry.reply ? `r${entry.era}.${entry.reply}` : `m${entry.id}`);

function make(tag, name = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (tag === "button") element.type = "button";
  return element;
}

function list(tag, name, elements, label = "") {
  const whole = make(tag, name);
  whole.setAttribute("role", "list"); // Safari forgets that a list without bullets is one
  if (label) whole.setAttribute("aria-label", label);
  for (const element of elements) {
    const item = make("li");
    item.append(element);
    whole.append(item);
  }
  return whole;
}

function linkTo({ label, url }) {
  const link = make("a");
  link.href = url;
  link.rel = "noopener";
  if (!url.startsWith("tel:")) link.target = "_blank";
  link.textContent = label;
  return link;
}
