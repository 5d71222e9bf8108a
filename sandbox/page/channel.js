// The middle of the page: one channel's messages and its composer.
import { el, fill, own, refill } from "./dom.js";
import { icon } from "./icons.js";
import { api, Refused } from "./api.js";
import { composer } from "./composer.js";
import { MessageList } from "./messages.js";
import { openMenu } from "./menu.js";
import { decode } from "./mrkdwn.js";
import { isApp } from "./sidebar.js";

const PAGE = 80,
  OLDER = 200;

/** Shows the channel `id` in `root` until `end()` is called. `page` is the frame: `{store, world, say, deeds, openThread, drafts}`. */
export class ChannelView {
  constructor(root, id, page, { bare = false, busy = null } = {}) {
    Object.assign(this, { root, id, page, busy });
    const { store } = page;
    const channel = store.channel(id);
    this.title = store.channelTitle(channel);
    const body = el("div", { class: "channel-body" });
    this.list = new MessageList(body, listPage(page, { intro: () => this.intro() }), {
      name: `Messages in ${this.title}`,
      older: (before) => this.read(before),
    });
    this.head = el("div", { class: "pane-head" });
    this.foot = el("div", { class: "pane-foot" });
    fill(root, bare ? null : this.head, body, this.foot);
    this.paintHead();
    this.paintFoot();
    this.ready = this.load();
    this.end = store.listen((kind, data) => this.take(kind, data));
  }

  get channel() {
    return this.page.store.channel(this.id);
  }

  read(before) {
    const { store } = this.page;
    const query = new URLSearchParams({
      channel: this.id,
      limit: String(before ? OLDER : PAGE),
      ...(before ? { before } : {}),
    });
    return api.get(`people/${encodeURIComponent(store.me)}/messages?${query}`);
  }

  async load() {
    const unread = this.channel?.unread ?? 0;
    this.missed = [];
    try {
      const answer = await this.read();
      this.list.set(answer.messages, { hasMore: answer.has_more, unread });
      if (unread > 0) this.markRead();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.page.say(problem.message);
    } finally {
      // What was said while the list was on its way may not be in it.
      const missed = this.missed ?? [];
      this.missed = null;
      for (const data of missed) this.take("message", data);
    }
  }

  intro() {
    const channel = this.channel;
    const direct = ["im", "mpim"].includes(channel?.kind);
    return [
      el(
        "div",
        { class: "intro" },
        el(
          "h3",
          {},
          direct ? this.title : ["This is the very beginning of ", el("bdi", { class: "nowrap" }, this.title)],
        ),
        el(
          "p",
          {},
          channel?.purpose ||
            (direct
              ? "Only the people of this conversation see what is written here."
              : channel?.kind === "private"
                ? "A private channel: only its members see it."
                : "A public channel: everybody of the workspace can find and join it."),
        ),
      ),
    ];
  }

  paintHead() {
    const { store, world } = this.page;
    const channel = this.channel;
    const room = ["public", "private"].includes(channel.kind);
    const many = channel.members.length;
    const members = room
      ? el(
          "button",
          {
            type: "button",
            class: "btn btn-quiet",
            data: { key: "members" },
            aria: { haspopup: "menu", expanded: "false", label: `${many} members` },
            onclick: (event) =>
              openMenu(
                event.currentTarget,
                channel.members.map((id) => ({ text: store.nameOf(id), run: () => this.page.talkTo(id) })),
                "Members",
              ),
          },
          `${many} members`,
        )
      : null;
    refill(
      this.head,
      el(
        "h2",
        { class: "pane-title" },
        room ? icon(channel.kind === "private" ? "lock" : "hash") : null,
        own(room ? channel.name : this.title),
      ),
      el("bdi", { class: "pane-topic quiet" }, channel.topic),
      el("span", { class: "spacer" }),
      members,
    );
  }

  paintFoot() {
    const { store, deeds, say, drafts } = this.page;
    const channel = this.channel;
    const room = ["public", "private"].includes(channel.kind);
    if (room && !channel.is_member) {
      fill(
        this.foot,
        el(
          "div",
          { class: "join-bar" },
          el("span", {}, `You are looking at ${this.title}.`),
          el(
            "button",
            { type: "button", class: "btn btn-primary", onclick: () => deeds.doing("join", { channel: this.id }) },
            "Join channel",
          ),
        ),
      );
      return;
    }
    const { app } = store.workspace;
    if (isApp(channel, store) && (app.messages_tab_read_only || !app.messages_tab)) {
      fill(this.foot, el("div", { class: "join-bar" }, "Sending messages to this app has been turned off."));
      return;
    }
    if (channel.is_archived) {
      fill(this.foot, el("div", { class: "join-bar" }, "This channel is archived."));
      return;
    }
    const key = `${store.me}/${this.id}`;
    if (!drafts.has(key)) drafts.set(key, {});
    this.composer = composer({
      name: room ? `Message #${channel.name}` : `Message ${this.title}`,
      store,
      say,
      upload: deeds.upload,
      shortcut: (one) => deeds.shortcut(one),
      draft: drafts.get(key),
      send: async ({ text, files }) => {
        this.list.toEnd(); // where the answer will be
        this.busy?.(true);
        const answer = await deeds.doing("type", { channel: this.id, text, ...(files.length ? { files } : {}) });
        this.busy?.(false);
        return Boolean(answer?.ok);
      },
    });
    fill(this.foot, this.composer.form);
  }

  take(kind, data) {
    if (kind === "reset") this.load();
    else if (kind === "clock") this.list.drawAllAnew();
    else if (kind === "message" && data.channel === this.id) {
      if (this.missed) {
        this.missed.push(data);
        return;
      }
      const message = data.message;
      const reply = data.thread_ts && data.thread_ts !== data.ts && message?.subtype !== "thread_broadcast";
      if (reply) return;
      if (isGone(data)) this.list.remove(data.ts);
      else this.list.upsert(message);
      if (data.what === "posted" && message?.user !== this.page.store.me) this.markRead();
    } else if ((kind === "channel" || kind === "member") && this.channel) {
      const was = this.foot.querySelector(".composer") !== null;
      this.paintHead();
      if (was !== (this.channel.is_member !== false)) this.paintFoot();
    }
  }

  /** Read is what was on a page somebody looks at. */
  markRead() {
    if (document.visibilityState !== "visible" || !this.channel) return;
    if (this.channel.is_member === false) return;
    api.person(this.page.store.me, "read", { channel: this.id }).catch(() => null);
  }
}

/** What the lists of a channel and of a thread hand to their messages. */
export function listPage(page, { intro = null, inThread = false } = {}) {
  const { store, world, say, deeds } = page;
  return {
    store,
    world,
    say,
    inThread,
    intro,
    openThread: (message) => page.openThread(message.channel, message.thread_ts ?? message.ts),
    react: deeds.react,
    remove: deeds.remove,
    copy: (message) => deeds.copy(typedText(message, store)),
    shortcut: deeds.shortcut,
    dismiss: (message) => deeds.doing("dismiss", { channel: message.channel, ts: message.ts }),
    typedText: (message) => typedText(message, store),
    saveEdit: (message, text) => deeds.doing("edit", { channel: message.channel, ts: message.ts, text }),
  };
}

/** Of a deleted message whose thread goes on, a stone stays. */
export function isGone({ what, message }) {
  return what === "deleted" && message?.subtype !== "tombstone";
}

/** The text of a message as somebody would type it. */
function typedText(message, store) {
  const typed = (_, target, label) => {
    const [sign, rest] = [target[0], target.slice(1)];
    if (sign === "@") return `@${store.nameOf(rest)}`;
    if (sign === "#") return `#${store.channel(rest)?.name ?? (label || rest)}`;
    if (/^!(here|channel|everyone)\b/.test(target)) return `@${rest.split("^")[0]}`;
    return /^https?:/i.test(target) ? target : label || target;
  };
  return decode((message.text ?? "").replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, typed));
}
