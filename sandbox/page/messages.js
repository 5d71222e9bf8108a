// A list of messages, kept up to date one message at a time: what has not changed is not drawn again.
import { el, fill, swap } from "./dom.js";
import { icon } from "./icons.js";
import { dayHeading, momentOf } from "./dates.js";
import { continues, messageArticle } from "./message.js";
import { messageTools } from "./tools.js";

const NEAR = 120;

/** Shows messages oldest first in `root`; `page` is what the articles need, `older()` fetches the page before. */
export class MessageList {
  constructor(root, page, { older = null, name }) {
    this.page = { ...page, redraw: (ts) => this.redraw(ts), edit: (ts) => { this.page.editing = ts; this.redraw(ts); }, editing: null };
    this.page.saveEdit = (message, text) => { this.page.edit(null); this.redraw(message.ts); if (text !== null) page.saveEdit(message, text); };
    this.older = older;
    this.messages = [];
    this.nodes = new Map();
    this.loading = false;
    this.hasMore = false;
    this.firstUnread = null;
    this.list = el("div", { class: "messages", role: "log", aria: { label: name, live: "polite", relevant: "additions" }, tabindex: "-1" });
    this.jump = el("button", { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd() }, "New messages", icon("chevron"));
    this.scroller = el("div", { class: "scroller", onscroll: () => this.scrolled() }, this.list);
    fill(root, this.scroller, this.jump);
    // Heights are known only once drawn, and grow with pictures: whoever is at the end stays there.
    this.sticks = true;
    this.watch = new ResizeObserver(() => { if (this.sticks) this.toEnd(); });
    this.watch.observe(this.list);
    this.watch.observe(this.scroller);
    this.list.addEventListener("keydown", (event) => this.walk(event));
    for (const kind of ["pointerover", "focusin"]) this.list.addEventListener(kind, (event) => this.offer(event));
  }

  /** Replaces everything, and shows the end. */
  set(messages, { hasMore = false, unread = 0 } = {}) {
    this.messages = messages;
    this.hasMore = hasMore;
    this.nodes.clear();
    const others = messages.filter((message) => message.user !== this.page.store.me);
    this.firstUnread = unread > 0 ? others[Math.max(0, others.length - unread)]?.ts ?? null : null;
    fill(this.list, this.intro(), messages.map((message) => this.row(message)));
    this.tidy();
    this.toEnd();
  }

  intro() {
    if (this.hasMore || !this.page.intro) return [];
    return this.page.intro();
  }

  row(message) {
    const node = el("div", { class: "row", data: { ts: message.ts } }, messageArticle(message, this.page));
    this.nodes.set(message.ts, node);
    return node;
  }

  /** Takes in a new or changed message where its time puts it. */
  upsert(message) {
    const atEnd = this.sticks;
    const at = this.messages.findIndex((other) => other.ts === message.ts);
    if (at >= 0) {
      this.messages[at] = message;
      this.redraw(message.ts);
    } else {
      let place = this.messages.length;
      while (place > 0 && Number(this.messages[place - 1].ts) > Number(message.ts)) place -= 1;
      this.messages.splice(place, 0, message);
      const next = this.nodes.get(this.messages[place + 1]?.ts);
      this.list.insertBefore(this.row(message), next ?? null);
      this.tidy(place);
      if (!atEnd && message.user !== this.page.store.me) this.jump.hidden = false;
    }
    if (atEnd || (at < 0 && message.user === this.page.store.me)) this.toEnd();
  }

  remove(ts) {
    const at = this.messages.findIndex((message) => message.ts === ts);
    if (at < 0) return;
    this.messages.splice(at, 1);
    const node = this.nodes.get(ts);
    if (node.contains(document.activeElement)) (node.previousElementSibling?.querySelector(".message") ?? this.list).focus();
    node.remove();
    this.nodes.delete(ts);
    this.tidy(at);
  }

  redraw(ts) {
    const message = this.messages.find((other) => other.ts === ts);
    const node = this.nodes.get(ts);
    if (!message || !node) return;
    const old = node.querySelector(":scope > .message");
    const fresh = messageArticle(message, this.page);
    fresh.className = old.classList.contains("is-continued") ? `${fresh.className} is-continued` : fresh.className;
    fresh.tabIndex = old.tabIndex;
    swap(old, fresh);
  }

  /** Sets day headings, the line of the unread and the short form of a continued message, around `at` or everywhere. */
  tidy(at = null) {
    const [from, to] = at === null ? [0, this.messages.length] : [at, at + 2];
    for (let index = from; index < Math.min(to, this.messages.length); index += 1) {
      const message = this.messages[index], before = this.messages[index - 1];
      const node = this.nodes.get(message.ts);
      const day = dayHeading(momentOf(message.ts));
      const newDay = !before || dayHeading(momentOf(before.ts)) !== day;
      for (const old of node.querySelectorAll(":scope > .divider")) old.remove();
      if (message.ts === this.firstUnread) node.prepend(el("div", { class: "divider is-new", role: "separator", aria: { label: "New messages" } }, el("span", {}, "New")));
      if (newDay) node.prepend(el("div", { class: "divider", role: "separator", aria: { label: day } }, el("span", {}, day)));
      node.querySelector(":scope > .message").classList.toggle("is-continued", !newDay && continues(before, message));
    }
    const last = this.messages.at(-1);
    if (last && !this.list.querySelector('.message[tabindex="0"]')) this.nodes.get(last.ts).querySelector(".message").tabIndex = 0;
  }

  isAtEnd() { return this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR; }

  toEnd() {
    this.sticks = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.jump.hidden = true;
  }

  scrolled() {
    this.sticks = this.isAtEnd();
    if (this.sticks) this.jump.hidden = true;
    if (this.scroller.scrollTop < 300) this.loadOlder();
  }

  async loadOlder() {
    if (!this.older || !this.hasMore || this.loading || this.messages.length === 0) return;
    this.loading = true;
    try {
      const answer = await this.older(this.messages[0].ts);
      const known = new Set(this.messages.map((message) => message.ts));
      const fresh = answer.messages.filter((message) => !known.has(message.ts));
      this.hasMore = answer.has_more && fresh.length > 0;
      const height = this.scroller.scrollHeight, top = this.scroller.scrollTop;
      this.messages = [...fresh, ...this.messages];
      this.list.prepend(...this.intro(), ...fresh.map((message) => this.row(message)));
      this.tidy();
      this.scroller.scrollTop = top + this.scroller.scrollHeight - height;
    } finally {
      this.loading = false;
    }
  }

  /** Arrows, Home and End walk from message to message. */
  walk(event) {
    const here = event.target;
    if (!here.classList.contains("message")) {
      if (event.key === "Escape" && here.closest(".message") && !here.matches("[role=combobox], textarea")) here.closest(".message").focus();
      return;
    }
    const all = [...this.list.querySelectorAll(".message")];
    const at = all.indexOf(here);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    here.tabIndex = -1;
    all[to].tabIndex = 0;
    all[to].focus();
    all[to].scrollIntoView({ block: "nearest" });
  }

  /** The tools of a message are made when a pointer or the focus comes to it: ten thousand messages need not carry them. */
  offer(event) {
    const article = event.target.closest?.(".message");
    if (!article || article.querySelector(":scope > .tools")) return;
    for (const old of this.list.querySelectorAll(".tools")) if (!old.contains(document.activeElement) && !old.parentElement.contains(document.activeElement)) old.remove();
    const message = this.messages.find((other) => other.ts === article.dataset.ts);
    if (message && !message.deleted) {
      const tools = messageTools(message, this.page);
      if (tools) article.append(tools);
    }
  }
}
