// A list of messages, kept up to date one message at a time: what has not changed is not drawn again. All that was read is
// remembered, but only a window of it is drawn, so that a channel of ten thousand messages is as quick as one of ten.
import { afterPress, el, fill, swap } from "./dom.js";
import { icon } from "./icons.js";
import { dayHeading, momentOf } from "./dates.js";
import { continues, messageArticle } from "./message.js";
import { messageTools } from "./tools.js";

const NEAR_END = 120,
  NEAR_EDGE = 400;
/** How many messages are drawn at most, and how many are added when an edge comes near. */
const DRAWN = 320,
  STEP = 80;

/** Shows messages oldest first in `root`; `page` is what the articles need, `older(ts)` fetches the page before. */
export class MessageList {
  constructor(root, page, { older = null, name }) {
    this.page = {
      ...page,
      redraw: (ts) => this.redraw(ts),
      now: (ts) => this.messages.find((message) => message.ts === ts),
      edit: (ts) => {
        Object.assign(this.page, { editing: ts, edited: null });
        this.redraw(ts);
      },
      editing: null,
      edited: null,
    };
    this.page.saveEdit = async (message, text) => {
      if (text !== null && !(await page.saveEdit(message, text))?.ok) return;
      this.page.edit(null);
      this.redraw(message.ts);
    };
    this.older = older;
    this.messages = [];
    this.from = 0;
    this.to = 0;
    this.nodes = new Map();
    this.loading = false;
    this.hasMore = false;
    this.firstUnread = null;
    /** The ts of those that came while one was reading further up, and that are still below what is seen. */
    this.below = [];
    this.list = el("div", {
      class: "messages",
      role: "log",
      aria: { label: name, live: "polite", relevant: "additions" },
      tabindex: "-1",
    });
    this.jump = el("button", { type: "button", class: "jump", hidden: true, onclick: () => this.leap() });
    this.scroller = el("div", { class: "scroller", onscroll: () => this.scrolled() }, this.list);
    fill(root, this.scroller, this.jump);
    // Heights are known only once drawn, and grow with pictures: whoever is at the end stays there.
    this.sticks = true;
    this.lastTop = 0;
    // Nothing is moved or drawn anew under the finger: the press would be lost.
    this.settled = afterPress(this.list);
    this.watch = new ResizeObserver(() =>
      this.settled(() => {
        if (this.sticks) this.scroller.scrollTop = this.scroller.scrollHeight;
      }),
    );
    this.watch.observe(this.list);
    this.watch.observe(this.scroller);
    this.list.addEventListener("keydown", (event) => this.walk(event));
    for (const kind of ["pointerover", "focusin"]) this.list.addEventListener(kind, (event) => this.offer(event));
  }

  /** Replaces everything, and shows the end. */
  set(messages, { hasMore = false, unread = 0 } = {}) {
    this.messages = messages;
    this.hasMore = hasMore;
    const others = messages.filter((message) => message.user !== this.page.store.me);
    this.firstUnread = unread > 0 ? (others[Math.max(0, others.length - unread)]?.ts ?? null) : null;
    this.draw(Math.max(0, messages.length - STEP), messages.length);
    this.toEnd();
  }

  /** Draws the messages of `from` to `to` anew. */
  draw(from, to) {
    Object.assign(this, { from, to });
    this.nodes.clear();
    fill(
      this.list,
      this.intro(),
      this.messages.slice(from, to).map((message) => this.row(message)),
    );
    this.tidy(from, to);
  }

  intro() {
    if (this.from > 0 || this.hasMore || !this.page.intro) return [];
    return this.page.intro();
  }

  row(message) {
    const node = el("div", { class: "row", data: { ts: message.ts } }, messageArticle(message, this.page));
    this.nodes.set(message.ts, node);
    return node;
  }

  /** Takes in a new or changed message where its time puts it. */
  upsert(message) {
    const at = this.messages.findIndex((other) => other.ts === message.ts);
    if (at < 0) {
      this.settled(() => this.takeIn(message));
      return;
    }
    this.messages[at] = message;
    this.redraw(message.ts);
  }

  takeIn(message) {
    if (this.messages.some((other) => other.ts === message.ts)) {
      this.upsert(message); // it was changed before there was room for it
      return;
    }
    const own = message.user === this.page.store.me;
    let place = this.messages.length;
    while (place > 0 && Number(this.messages[place - 1].ts) > Number(message.ts)) place -= 1;
    const drawn = place >= this.from && place <= this.to && (place < this.to || this.to === this.messages.length);
    this.messages.splice(place, 0, message);
    if (drawn) {
      this.to += 1;
      this.list.insertBefore(this.row(message), this.nodes.get(this.messages[place + 1]?.ts) ?? null);
      this.tidy(place, place + 2);
    } else if (place < this.from) Object.assign(this, { from: this.from + 1, to: this.to + 1 });
    if (this.sticks || own) {
      this.letGo();
      this.toEnd();
    } else {
      if (place === this.messages.length - 1) this.missed(message.ts);
      this.showJump(true);
    }
  }

  /** One that came below what is seen: the first of them gets the line of the new. */
  missed(ts) {
    this.below.push(ts);
    if (this.below.length > 1) return;
    const before = this.firstUnread;
    this.firstUnread = ts;
    for (const changed of [before, ts]) {
      const at = this.messages.findIndex((message) => message.ts === changed);
      if (at >= 0) this.tidy(at, at + 1);
    }
  }

  remove(ts) {
    this.settled(() => this.takeOut(ts));
  }

  takeOut(ts) {
    const at = this.messages.findIndex((message) => message.ts === ts);
    if (at < 0) return;
    this.messages.splice(at, 1);
    this.below = this.below.filter((other) => other !== ts);
    this.showJump(!this.jump.hidden);
    if (at < this.from) this.from -= 1;
    if (at < this.to) this.to -= 1;
    const node = this.nodes.get(ts);
    if (!node) return;
    if (node.contains(document.activeElement))
      (node.previousElementSibling?.querySelector(".message") ?? this.list).focus();
    node.remove();
    this.nodes.delete(ts);
    this.tidy(at, at + 1);
  }

  redraw(ts) {
    this.settled(() => this.drawAnew(ts));
  }

  drawAllAnew() {
    this.settled(() => this.draw(this.from, this.to));
  }

  drawAnew(ts) {
    const message = this.messages.find((other) => other.ts === ts);
    const node = this.nodes.get(ts);
    if (!message || !node) return;
    const old = node.querySelector(":scope > .message");
    const fresh = messageArticle(message, this.page);
    fresh.className = old.classList.contains("is-continued") ? `${fresh.className} is-continued` : fresh.className;
    fresh.tabIndex = old.tabIndex;
    if (this.tabStop === old) this.tabStop = fresh;
    swap(old, fresh);
  }

  /** Sets day headings, the line of the unread and the short form of a continued message, for the drawn ones of `from` to `to`. */
  tidy(from, to) {
    for (let at = Math.max(from, this.from); at < Math.min(to, this.to); at += 1) {
      const message = this.messages[at],
        before = this.messages[at - 1];
      const node = this.nodes.get(message.ts);
      const day = dayHeading(momentOf(message.ts));
      const newDay = !before || dayHeading(momentOf(before.ts)) !== day;
      for (const old of node.querySelectorAll(":scope > .divider")) old.remove();
      if (message.ts === this.firstUnread)
        node.prepend(
          el(
            "div",
            { class: "divider is-new", role: "separator", aria: { label: "New messages" } },
            el("span", {}, "New"),
          ),
        );
      if (newDay)
        node.prepend(el("div", { class: "divider", role: "separator", aria: { label: day } }, el("span", {}, day)));
      node
        .querySelector(":scope > .message")
        .classList.toggle("is-continued", !newDay && at > this.from && continues(before, message));
    }
    this.offerTabStop();
  }

  /** One message can be reached with Tab: the latest, or the one that was walked to. */
  offerTabStop() {
    const last = this.messages[this.to - 1];
    if (!last || (this.tabStop?.isConnected && this.list.contains(document.activeElement))) return;
    if (this.tabStop) this.tabStop.tabIndex = -1;
    this.tabStop = this.nodes.get(last.ts).querySelector(".message");
    this.tabStop.tabIndex = 0;
  }

  isAtEnd() {
    return (
      this.to === this.messages.length &&
      this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END
    );
  }

  toEnd() {
    if (this.to < this.messages.length) this.draw(Math.max(0, this.messages.length - STEP), this.messages.length);
    this.sticks = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.below = [];
    this.showJump(false);
  }

  showJump(shown) {
    const count = this.below.length;
    const words = count ? `${count} new message${count === 1 ? "" : "s"}` : "Latest messages";
    this.jump.hidden = !shown;
    if (this.jump.textContent === words) return;
    fill(this.jump, words, icon("chevron"));
    if (count) this.jump.setAttribute("aria-label", `${words}, go to the first`);
    else this.jump.removeAttribute("aria-label");
  }

  /** To the first that came meanwhile, or to the end; who came by the keyboard goes on from there. */
  leap() {
    const byKeyboard = this.jump.matches(":focus-visible");
    const first = this.messages.findIndex((message) => message.ts === this.below[0]);
    if (first < 0) this.toEnd();
    else {
      if (first < this.from || first >= this.to)
        this.draw(Math.max(0, first - STEP), Math.min(this.messages.length, first + STEP));
      const row = this.nodes.get(this.messages[first].ts);
      this.scroller.scrollTop += row.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
      this.scrolled();
    }
    if (!byKeyboard) return;
    const { ts } = this.messages[first < 0 ? this.messages.length - 1 : first];
    this.stopAt(this.nodes.get(ts).querySelector(".message"));
  }

  /** Takes those off the count that are seen by now. */
  countBelow() {
    const end = this.scroller.getBoundingClientRect().bottom;
    const isSeen = (ts) => this.nodes.has(ts) && this.nodes.get(ts).getBoundingClientRect().bottom <= end + 1;
    while (this.below.length && (this.sticks || isSeen(this.below[0]))) this.below.shift();
  }

  scrolled() {
    // Only who scrolls back leaves the end; what grew below since the last scroll does not count as that.
    const back = this.scroller.scrollTop < this.lastTop;
    this.lastTop = this.scroller.scrollTop;
    if (back || this.isAtEnd()) this.sticks = this.isAtEnd();
    this.countBelow();
    this.showJump(!this.sticks && (!this.jump.hidden || this.to < this.messages.length));
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (scrollTop < NEAR_EDGE) this.growUp();
    else if (scrollHeight - scrollTop - clientHeight < NEAR_EDGE) this.growDown();
  }

  /** Draws earlier messages, from memory or from the server, and lets go of the latest. */
  async growUp() {
    if (this.loading || (this.from === 0 && !(this.hasMore && this.older && this.messages.length))) return;
    this.loading = true;
    try {
      if (this.from === 0) await this.fetchOlder();
      const from = Math.max(0, this.from - STEP);
      this.steady(this.messages[this.from], () => {
        this.list.querySelector(":scope > .intro")?.remove();
        const rows = this.messages.slice(from, this.from).map((message) => this.row(message));
        const old = this.from;
        this.from = from;
        this.list.prepend(...this.intro(), ...rows);
        this.trim(from + DRAWN, this.to);
        this.to = Math.min(this.to, from + DRAWN);
        this.tidy(from, old + 1);
      });
    } finally {
      this.loading = false;
    }
  }

  async fetchOlder() {
    const answer = await this.older(this.messages[0].ts);
    const known = new Set(this.messages.slice(0, 50).map((message) => message.ts));
    const fresh = answer.messages.filter((message) => !known.has(message.ts));
    this.hasMore = answer.has_more && fresh.length > 0;
    this.messages = [...fresh, ...this.messages];
    this.from += fresh.length;
    this.to += fresh.length;
  }

  /** Draws later messages from memory, and lets go of the earliest. */
  growDown() {
    if (this.to === this.messages.length) return;
    const to = Math.min(this.messages.length, this.to + STEP);
    this.steady(this.messages[this.to - 1], () => {
      this.list.append(...this.messages.slice(this.to, to).map((message) => this.row(message)));
      const old = this.to;
      this.to = to;
      this.list.querySelector(":scope > .intro")?.remove();
      const from = Math.max(this.from, to - DRAWN);
      this.trim(this.from, from);
      this.from = from;
      this.tidy(old, to);
    });
  }

  /** At the end of a channel that is left open for days, what came long ago is drawn no more. */
  letGo() {
    if (this.to - this.from <= DRAWN + STEP) return;
    const from = this.to - DRAWN;
    this.list.querySelector(":scope > .intro")?.remove();
    this.trim(this.from, from);
    this.from = from;
  }

  trim(from, to) {
    for (const message of this.messages.slice(from, to)) {
      this.nodes.get(message.ts)?.remove();
      this.nodes.delete(message.ts);
    }
  }

  /** Changes what is drawn without moving what is looked at: the row of `message` stays where it is on the screen. */
  steady(message, change) {
    const row = this.nodes.get(message.ts);
    const before = row.getBoundingClientRect().top;
    change();
    this.scroller.scrollTop += row.getBoundingClientRect().top - before;
  }

  /** Arrows, Home and End walk from message to message. */
  walk(event) {
    const here = event.target;
    if (!here.classList.contains("message")) {
      if (event.key === "Escape" && here.closest(".message") && !here.matches("[role=combobox], textarea"))
        here.closest(".message").focus();
      return;
    }
    const all = [...this.list.querySelectorAll(".message")];
    const at = all.indexOf(here);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    this.stopAt(all[to]);
    all[to].scrollIntoView({ block: "nearest" });
  }

  /** The focus goes to this message, and Tab comes back to it. */
  stopAt(article) {
    if (this.tabStop) this.tabStop.tabIndex = -1;
    this.tabStop = article;
    article.tabIndex = 0;
    article.focus({ preventScroll: true });
  }

  /** The tools of a message are made when a pointer or the focus comes to it: ten thousand messages need not carry them. */
  offer(event) {
    const article = event.target.closest?.(".message");
    if (!article || article.querySelector(":scope > .tools")) return;
    if (this.busy && !this.busy.contains(document.activeElement)) {
      this.busy.querySelector(":scope > .tools")?.remove();
    }
    this.busy = article;
    const message = this.messages.find((other) => other.ts === article.dataset.ts);
    if (message && !message.deleted) {
      const tools = messageTools(message, this.page);
      if (tools) article.append(tools);
    }
  }
}
