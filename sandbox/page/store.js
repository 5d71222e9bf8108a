// What the page knows of the workspace, and who is told when it changes.
import { api, follow, Refused } from "./api.js";
import { hurry } from "./dates.js";

/** Holds the workspace as one person sees it. Listeners get `(kind, data)` after the store itself has taken the change in. */
export class Store {
  constructor() {
    this.workspace = null;
    this.me = null;
    this.mine = { channels: [], modals: [], home: null };
    this.version = 0;
    this.connection = "live";
    /** The channel on the screen: what comes there is read at once. */
    this.reading = null;
    this.listeners = new Set();
    this.stop = null;
    this.turn = 0;
  }

  /** Calls `listener(kind, data)` at every change; returns a function that ends it. */
  listen(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(kind, data = {}) {
    for (const listener of [...this.listeners]) listener(kind, data);
  }

  async load() {
    this.workspace = await api.get("workspace");
    this.version = this.workspace.version;
    hurry(this.workspace.clock.offset);
  }

  /** Becomes `user`: reads what they see and follows what happens from then on; false where one has become somebody else meanwhile. */
  async become(user) {
    this.stop?.();
    this.stop = null;
    const mine = (this.turn += 1);
    this.me = user;
    await this.load(); // nothing was followed while nobody was chosen
    await this.loadMine();
    if (mine !== this.turn) return false;
    this.stop = follow(
      user,
      this.version,
      (kind, data) => this.take(kind, data),
      (state) => {
        this.connection = state;
        this.tell("connection", { state });
      },
    );
    return true;
  }

  async loadMine() {
    const answer = await api.get(`people/${encodeURIComponent(this.me)}`);
    this.mine = { channels: answer.channels ?? [], modals: answer.modals ?? [], home: answer.home ?? null };
    this.version = answer.version ?? this.version;
  }

  async take(kind, data) {
    if (kind === "reset") {
      await this.loadAgain();
      return;
    }
    if (kind === "read" && data.user === this.me)
      Object.assign(this.channel(data.channel) ?? {}, { unread: data.unread, mentions: data.mentions });
    else if (kind === "message") this.countUnread(data);
    else if (kind === "channel" || kind === "member") {
      // Who may see a channel follows from rules that are the server's: ask rather than guess.
      await this.loadMine();
    } else if (kind === "home" && data.user === this.me) this.mine.home = data.view;
    else if (kind === "view" && data.user === this.me) this.takeView(data);
    else if (kind === "person") {
      const people = this.workspace.people;
      const at = people.findIndex((person) => person.id === data.person.id);
      if (at < 0) people.push(data.person);
      else people[at] = data.person;
    } else if (kind === "bot") this.workspace.bot = { ...this.workspace.bot, ...data };
    else if (kind === "clock") {
      this.workspace.clock = data;
      hurry(data.offset);
    }
    else if (kind === "switches") Object.assign(this.workspace, data);
    this.tell(kind, data);
  }

  /** The server tells how many are unread when somebody reads; what comes in between is counted here. */
  countUnread({ what, channel: id, message }) {
    const channel = this.channel(id);
    if (what !== "posted" || !channel || message.user === this.me) return;
    if (id === this.reading && document.visibilityState === "visible") return;
    if (message.thread_ts && message.thread_ts !== message.ts && message.subtype !== "thread_broadcast") return;
    channel.unread = (channel.unread ?? 0) + 1;
    const text = message.text ?? "";
    if (text.includes(`<@${this.me}>`) || /<!(channel|here|everyone)/.test(text))
      channel.mentions = (channel.mentions ?? 0) + 1;
  }

  async loadAgain() {
    try {
      await this.load();
      await this.loadMine();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      if (problem.error === "not_found") this.leave();
      return; // The connection went again; the next reset repeats this.
    }
    this.tell("reset");
  }

  /** Among the people who are there now one is none. */
  leave() {
    this.stop?.();
    this.me = null;
    this.tell("left");
  }

  takeView({ what, view }) {
    if (view.type === "home") {
      this.mine.home = view;
      return;
    }
    const stack = this.mine.modals.filter((other) => other.id !== view.id);
    const at = this.mine.modals.findIndex((other) => other.id === view.id);
    if (what === "closed") this.mine.modals = stack;
    else if (at >= 0) this.mine.modals = this.mine.modals.map((other) => (other.id === view.id ? view : other));
    else this.mine.modals = [...stack, view];
  }

  person(id) {
    return this.workspace?.people.find((person) => person.id === id) ?? null;
  }
  channel(id) {
    return this.mine.channels.find((channel) => channel.id === id) ?? null;
  }

  /** "#operations", or the names of those one talks with directly. */
  channelTitle(channel) {
    if (channel.kind !== "im" && channel.kind !== "mpim") return `#${channel.name}`;
    const others = channel.members.filter((id) => id !== this.me);
    return others.map((id) => this.nameOf(id)).join(", ") || this.nameOf(this.me);
  }

  nameOf(id) {
    if (id === this.workspace?.app?.bot_user) return this.workspace.app.name;
    return this.person(id)?.name ?? id;
  }

  isBot(id) {
    return id === this.workspace?.app?.bot_user;
  }
}
