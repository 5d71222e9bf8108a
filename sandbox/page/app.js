// Starts the page and holds it together: who one is, where one is, what is open at the side.
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { Refused } from "./api.js";
import { clockTime, fullMoment, now, span } from "./dates.js";
import { deedsOf } from "./actions.js";
import { AppView } from "./appview.js";
import { ChannelView } from "./channel.js";
import { Modals } from "./modals.js";
import { paintPeople } from "./people.js";
import { Panels } from "./panels/panels.js";
import { readRoute, writeRoute } from "./route.js";
import { isApp, paintSidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { applyTheme } from "./theme.js";
import { ThreadView } from "./thread.js";
import { toast } from "./toast.js";
import { paintWelcome } from "./welcome.js";
import { worldOf } from "./world.js";

const LOST = "The connection to the sandbox is lost. Trying again…";

const $ = (id) => document.getElementById(id);

/** The page. Its parts are told of changes by the store; this decides what is shown. */
class Page {
  constructor() {
    this.store = new Store();
    this.say = toast;
    this.drafts = new Map();
    this.world = worldOf(this.store, (id) => this.go(id));
    this.deeds = deedsOf(this.store, this.world, this.say);
    this.modals = new Modals(this.store, this.world, this.say);
    this.panels = new Panels($("panel"), $("top-tools"), this);
    this.place = null;
    this.view = null;
    this.thread = null;
    this.store.listen((kind, data) => this.take(kind, data));
    window.setInterval(() => this.store.me && this.paintClock(), 10_000);
    window.addEventListener("popstate", () => this.follow());
    window.addEventListener("hashchange", () => this.follow());
    document.addEventListener("visibilitychange", () => this.view?.markRead?.());
    document.addEventListener("keydown", (event) => this.keys(event));
    // The address holds where one is; a link within the page may not overwrite it.
    document.querySelector(".skip").addEventListener("click", (event) => {
      event.preventDefault();
      $("main").focus();
    });
    fill($("menu-button"), icon("menu")).addEventListener("click", () =>
      this.showSidebar(!document.body.classList.contains("shows-sidebar")),
    );
    $("frame").addEventListener("click", (event) => {
      if (!event.target.closest(".sidebar")) this.showSidebar(false);
    });
  }

  async start() {
    try {
      await this.store.load();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.sayBar("The sandbox does not answer yet. Trying again…");
      window.setTimeout(() => this.start(), 1_500);
      return;
    }
    this.paintBar();
    await this.follow();
  }

  /** Goes where the address says. */
  async follow() {
    const { user, place, thread } = readRoute();
    if (!user || !this.store.person(user)) {
      this.welcome();
      return;
    }
    if (user !== this.store.me) await this.become(user, { place, thread, push: false });
    else if (place && (place !== this.place || thread !== (this.thread?.ts ?? null)))
      this.go(place, { thread, push: false });
  }

  welcome() {
    document.body.classList.add("is-welcome");
    $("heading").hidden = true; // the welcome has its own
    document.title = `${this.store.workspace.team.name} – sandbox`;
    paintPeople($("people"), this.store, (id) => this.become(id));
    this.panels.paintTools();
    paintWelcome($("main"), this.store, (id) => this.become(id));
  }

  /** Becomes another person, at the place where that person would look first. */
  async become(user, { place = null, thread = null, push = true } = {}) {
    this.closeThread(false);
    try {
      if (!(await this.store.become(user))) return;
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.say(problem.message);
      return;
    }
    document.body.classList.remove("is-welcome");
    for (const id of ["team", "heading"]) $(id).textContent = this.store.workspace.team.name;
    $("heading").hidden = false;
    this.paintClock();
    this.paintBar();
    paintPeople($("people"), this.store, (id) => this.become(id));
    this.panels.paintTools();
    this.panels.become();
    this.modals.hide();
    this.go(place && this.knows(place) ? place : this.firstPlace(), { thread, push });
    this.modals.update();
  }

  /** Nobody in particular any more, as at the first visit. */
  leave() {
    this.view?.end?.();
    this.view = null;
    this.place = null;
    this.closeThread(false);
    this.modals.hide();
    this.panels.close();
    writeRoute({ user: null, place: null, thread: null }, false);
    this.welcome();
  }

  knows(place) {
    return place === "home" || this.store.channel(place) !== null;
  }

  firstPlace() {
    const mine = this.store.mine.channels.filter((channel) => channel.is_member && !channel.is_archived);
    const own = mine.find((channel) => channel.kind === "private") ?? mine.find((channel) => channel.kind === "public");
    return own?.id ?? "home";
  }

  go(place, { thread = null, push = true } = {}) {
    const channel = this.store.channel(place);
    const target = channel && isApp(channel, this.store) ? "home" : place;
    if (!this.knows(place)) return;
    const hadFocus = document.activeElement !== document.body;
    fill($("toasts"));
    this.view?.end?.();
    this.closeThread(false);
    this.place = target;
    this.store.reading = target;
    this.view =
      target === "home"
        ? new AppView($("main"), this, { messages: Boolean(channel) })
        : new ChannelView($("main"), place, this);
    if (thread && channel) this.openThread(place, thread, false);
    this.showSidebar(false);
    this.paintSidebar();
    this.address(push);
    // What was pressed may have been in what was here before.
    if (hadFocus && document.activeElement === document.body) $("main").focus();
  }

  address(push) {
    writeRoute({ user: this.store.me, place: this.place, thread: this.thread?.ts ?? null }, push);
  }

  openThread(channelId, ts, push = true) {
    if (this.thread?.ts === ts) return;
    this.closeThread(false);
    this.thread = new ThreadView($("thread"), channelId, ts, this, () => this.closeThread());
    document.body.classList.add("shows-thread");
    this.address(push);
  }

  closeThread(push = true) {
    if (!this.thread) return;
    const { ts } = this.thread;
    this.thread.end();
    this.thread = null;
    document.body.classList.remove("shows-thread");
    if (push) {
      this.address(true);
      $("main")
        .querySelector(`.message[data-ts="${CSS.escape(ts)}"]`)
        ?.focus();
    }
  }

  /** Opens the direct conversation with a person or the app. */
  async talkTo(id) {
    if (this.store.isBot(id)) {
      this.go("home");
      return;
    }
    const answer = await this.deeds.doing("converse", { users: [id] });
    if (!answer?.channel) return;
    await this.store.loadMine();
    this.go(answer.channel.id ?? answer.channel);
  }

  paintSidebar() {
    paintSidebar($("places"), this.store, {
      at: this.place,
      go: (id) => this.go(id),
      join: (id) => this.deeds.doing("join", { channel: id }),
    });
    const unread = this.store.mine.channels.reduce((sum, channel) => sum + (channel.unread ?? 0), 0);
    const here =
      this.place === "home"
        ? this.store.workspace.app.name
        : this.store.channelTitle(this.store.channel(this.place) ?? { members: [] });
    document.title = `${unread ? `(${unread}) ` : ""}${here} – ${this.store.nameOf(this.store.me)} – ${this.store.workspace.team.name}`;
  }

  take(kind, data) {
    if (["connection", "bot", "reset"].includes(kind)) this.paintBar();
    if (kind === "connection") return;
    if (kind === "left") {
      this.leave();
      return;
    }
    if (kind === "view") this.modals.update();
    else if (["read", "channel", "member", "reset"].includes(kind)) {
      if (kind === "reset") {
        paintPeople($("people"), this.store, (id) => this.become(id));
        this.modals.update();
      }
      if (this.place && !this.knows(this.place)) this.go(this.firstPlace(), { push: false });
      this.paintSidebar();
    } else if (kind === "message" && !this.store.channel(data.channel)) {
      // A first message in a conversation that did not exist yet.
      this.store.loadMine().then(() => this.paintSidebar());
    } else if (kind === "message" && data.what === "posted" && this.place) this.paintSidebar();
    else if (kind === "person") paintPeople($("people"), this.store, (id) => this.become(id));
    if (kind === "clock" || kind === "reset") this.paintClock();
    this.panels.take(kind, data);
  }

  /** The sandbox's own time, and how far it was hurried. */
  paintClock() {
    const { offset } = this.store.workspace.clock;
    const moment = now();
    fill(
      $("clock"),
      el(
        "time",
        { datetime: moment.toISOString(), title: fullMoment(moment) },
        `${moment.toLocaleDateString("en-US", { weekday: "short", month: "short", day: "numeric" })}, ${clockTime(moment)}`,
      ),
      offset >= 1 ? ` · hurried by ${span(offset)}` : null,
    );
  }

  /** The bar below the top says what is away, for as long as it is. */
  paintBar() {
    const lost = this.store.connection === "lost";
    document.body.classList.toggle("is-lost", lost);
    this.sayBar(lost ? LOST : absenceWords(this.store.workspace.bot));
  }

  sayBar(words) {
    const bar = $("connection");
    if (words === bar.textContent) return; // else a screen reader would read it out again
    fill(bar, words ? el("span", { class: "connection-words" }, words) : null);
  }

  showSidebar(shown) {
    document.body.classList.toggle("shows-sidebar", shown);
    $("menu-button").setAttribute("aria-expanded", String(shown));
  }

  /** Keys that hold everywhere: F6 goes round the parts of the page, Alt+↑/↓ through the channels. */
  keys(event) {
    if (event.key === "Escape" && document.body.classList.contains("shows-sidebar")) this.showSidebar(false);
    if (event.key === "F6" && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      const stops = [
        $("people").querySelector('[aria-pressed="true"]'),
        $("sidebar").querySelector('[aria-current="page"]'),
        $("main").querySelector('.message[tabindex="0"]'),
        $("main").querySelector(".composer-field"),
        $("thread").querySelector(".composer-field"),
        $("panel").querySelector("h2"),
      ].filter(Boolean);
      const at = stops.findLastIndex((stop) =>
        stop.closest("nav, aside, .pane-foot, main")?.contains(document.activeElement),
      );
      stops.at((at + (event.shiftKey ? -1 : 1)) % stops.length)?.focus();
    }
    if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
      const rows = [...$("places").querySelectorAll(".place")];
      const at = rows.findIndex((row) => row.getAttribute("aria-current") === "page");
      rows[at + (event.key === "ArrowDown" ? 1 : -1)]?.click();
      event.preventDefault();
    }
  }
}

/** What to say of a bot that is not there. */
function absenceWords({ state, mode, url }) {
  if (state === "starting") return "The bot is starting. Commands and buttons work once it is there.";
  if (state !== "gone") return "";
  const away = mode === "socket" ? "The bot has no connection open." : url ? `The bot at ${url} does not answer.` : "There is no bot yet.";
  return `${away} Commands and buttons work once it is there.`;
}

applyTheme();
new Page().start();
