// A thread at the side: the message it hangs on, its replies, and a composer of its own.
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { api, Refused } from "./api.js";
import { isGone, listPage } from "./channel.js";
import { composer } from "./composer.js";
import { MessageList } from "./messages.js";

const PAGE = "200";

/** Shows the thread of `ts` in `channelId` until `end()` is called. */
export class ThreadView {
  constructor(root, channelId, ts, page, close) {
    Object.assign(this, { root, channelId, ts, page });
    const { store, deeds, say, drafts } = page;
    const title = store.channelTitle(store.channel(channelId));
    const body = el("div", { class: "channel-body" });
    this.list = new MessageList(body, listPage(page, { inThread: true }), {
      name: `Thread in ${title}`,
      older: (before) => this.read(before),
    });
    const key = `${store.me}/${channelId}/${ts}`;
    if (!drafts.has(key)) drafts.set(key, {});
    const room = title.startsWith("#");
    const write = composer({
      name: "Reply in thread",
      placeholder: "Reply…",
      store,
      say,
      upload: deeds.upload,
      draft: drafts.get(key),
      broadcastTo: room ? title : null,
      commands: false,
      send: async ({ text, files, broadcast }) => {
        this.list.toEnd();
        const said = { channel: channelId, text, thread_ts: ts, broadcast, ...(files.length ? { files } : {}) };
        return Boolean((await deeds.doing("type", said))?.ok);
      },
    });
    root.addEventListener(
      "keydown",
      (this.keys = (event) => {
        if (event.key === "Escape" && !event.defaultPrevented && !event.target.closest("dialog")) close();
      }),
    );
    fill(
      root,
      el(
        "div",
        { class: "pane-head" },
        el("h2", { class: "pane-title" }, "Thread"),
        el("bdi", { class: "quiet" }, title),
        el("span", { class: "spacer" }),
        el("button", { type: "button", class: "tool", aria: { label: "Close thread" }, onclick: close }, icon("close")),
      ),
      body,
      el("div", { class: "pane-foot" }, write.form),
    );
    root.hidden = false;
    this.stop = store.listen((kind, data) => this.take(kind, data));
    this.ready = this.load().then(() => write.field.focus({ preventScroll: true }));
  }

  read(before) {
    const query = new URLSearchParams({
      channel: this.channelId,
      thread_ts: this.ts,
      limit: PAGE,
      ...(before ? { before } : {}),
    });
    return api.get(`people/${encodeURIComponent(this.page.store.me)}/messages?${query}`);
  }

  async load() {
    const { say } = this.page;
    this.missed = [];
    try {
      const answer = await this.read();
      this.list.set(answer.messages, { hasMore: answer.has_more });
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      say(problem.message);
    } finally {
      const missed = this.missed ?? [];
      this.missed = null;
      for (const data of missed) this.take("message", data);
    }
  }

  take(kind, data) {
    if (kind === "reset") this.load();
    else if (kind === "clock") this.list.drawAllAnew();
    else if (
      kind === "message" &&
      data.channel === this.channelId &&
      (data.thread_ts === this.ts || data.ts === this.ts)
    ) {
      if (this.missed) this.missed.push(data);
      else if (isGone(data)) this.list.remove(data.ts);
      else this.list.upsert(data.message);
    }
  }

  end() {
    this.stop();
    this.root.removeEventListener("keydown", this.keys);
    this.root.hidden = true;
    fill(this.root);
  }
}
