// The app's place: tabs for its Home, the messages with it, and about it.
import { afterPress, el, fill, freshId, own } from "./dom.js";
import { avatar } from "./avatar.js";
import { ChannelView } from "./channel.js";
import { paintAbout, paintHome } from "./home.js";
import { isApp } from "./sidebar.js";

/** Shows the app in `root` until `end()` is called; `messages` begins with the conversation instead of Home. */
export class AppView {
  constructor(root, page, { messages = false } = {}) {
    Object.assign(this, { root, page, inner: null });
    const { app } = page.store.workspace;
    this.tabs = [
      ["home", "Home"],
      ["messages", "Messages"],
      ["about", "About"],
    ].filter(([key]) => key !== "home" || app.home);
    this.body = el("div", { class: "app-body", role: "tabpanel", id: freshId("tab"), tabindex: "-1" });
    this.bar = el("div", {
      class: "tabs",
      role: "tablist",
      aria: { label: app.name },
      onkeydown: (event) => this.walk(event),
    });
    fill(
      root,
      el(
        "div",
        { class: "pane-head" },
        el("h2", { class: "pane-title" }, avatar({ name: app.name, is_bot: true }, "avatar-small"), own(app.name)),
        el("span", { class: "badge" }, "APP"),
      ),
      this.bar,
      this.body,
    );
    this.settled = afterPress(this.body);
    this.stop = page.store.listen((kind, data) => this.take(kind, data));
    this.show(messages || !app.home ? "messages" : "home");
  }

  paintTabs() {
    fill(
      this.bar,
      this.tabs.map(([key, name]) =>
        el(
          "button",
          {
            type: "button",
            class: "tab",
            role: "tab",
            tabindex: key === this.tab ? "0" : "-1",
            aria: { selected: String(key === this.tab), controls: this.body.id },
            onclick: () => this.show(key),
          },
          name,
        ),
      ),
    );
  }

  async show(tab) {
    this.inner?.end();
    this.inner = null;
    this.tab = tab;
    this.paintTabs();
    const { store, world, say, deeds } = this.page;
    this.body.setAttribute("aria-label", this.tabs.find(([key]) => key === tab)?.[1] ?? tab);
    if (tab === "about") {
      paintAbout(this.body, store);
      return;
    }
    if (tab === "home") {
      paintHome(this.body, store, world, say);
      const answer = await deeds.doing("home", { tab: "home" });
      if (answer?.home) store.mine.home = answer.home;
      if (this.tab === "home" && this.stop) paintHome(this.body, store, world, say);
      return;
    }
    fill(this.body, el("p", { class: "quiet" }, "Opening…"));
    await deeds.doing("home", { tab: "messages" });
    let talk = store.mine.channels.find((channel) => isApp(channel, store));
    if (!talk) {
      await deeds.doing("converse", { users: [store.workspace.app.bot_user] });
      await store.loadMine();
      talk = store.mine.channels.find((channel) => isApp(channel, store));
    }
    if (talk && this.tab === "messages" && this.stop)
      this.inner = new ChannelView(this.body, talk.id, this.page, { bare: true });
    else if (!talk) fill(this.body, el("p", { class: "quiet" }, "This app takes no direct messages."));
  }

  walk(event) {
    const at = this.tabs.findIndex(([key]) => key === this.tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 }[event.key];
    if (to === undefined || !this.tabs[to]) return;
    event.preventDefault();
    this.show(this.tabs[to][0]);
    this.bar.children[to].focus();
  }

  take(kind, data) {
    const { store, world, say } = this.page;
    if (
      this.tab === "home" &&
      (kind === "reset" ||
        (kind === "home" && data.user === store.me) ||
        (kind === "view" && data.view?.type === "home"))
    )
      this.settled(() => this.tab === "home" && this.stop && paintHome(this.body, store, world, say));
    if (this.tab === "about" && ["bot", "reset"].includes(kind)) paintAbout(this.body, store);
  }

  markRead() {
    this.inner?.markRead();
  }

  end() {
    this.stop();
    this.stop = null;
    this.inner?.end();
  }
}
