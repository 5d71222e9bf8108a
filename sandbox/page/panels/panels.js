// The sandbox's own tools at the side: the guide, the partners, the traffic; and the few buttons at the top.
import { el, fill } from "../dom.js";
import { icon } from "../icons.js";
import { isDark, toggleTheme } from "../theme.js";
import { openMenu } from "../menu.js";
import { GuidePanel } from "./guide.js";
import { FailuresPanel } from "./failures.js";
import { PartnersPanel } from "./partners.js";
import { stateItems } from "./state.js";
import { TrafficPanel } from "./traffic.js";

const KINDS = {
  guide: { name: "Guide", icon: "guide", make: GuidePanel },
  partners: { name: "Partners", icon: "truck", make: PartnersPanel },
  failures: { name: "Failures", icon: "bolt", make: FailuresPanel },
  traffic: { name: "Traffic", icon: "traffic", make: TrafficPanel },
};
const KEY = "sandbox-panel";
const ROOM_FOR_GUIDE = 1200;

export class Panels {
  constructor(root, tools, page) {
    Object.assign(this, { root, tools, page, open: null, panel: null, begun: false });
  }

  paintTools() {
    const tool = (key, kind) =>
      el(
        "button",
        {
          type: "button",
          class: "tool tool-worded",
          title: kind.name,
          data: { key },
          aria: { label: kind.name, pressed: String(this.open === key) },
          onclick: () => this.toggle(key),
        },
        icon(kind.icon),
        el("span", {}, kind.name),
      );
    const theme = el(
      "button",
      {
        type: "button",
        class: "tool",
        title: isDark() ? "Light colours" : "Dark colours",
        aria: { label: isDark() ? "Light colours" : "Dark colours" },
        onclick: () => {
          toggleTheme();
          this.paintTools();
          this.tools.querySelector("[data-theme-button]").focus();
        },
        data: { themeButton: "" },
      },
      icon(isDark() ? "sun" : "moon"),
    );
    const more = el(
      "button",
      {
        type: "button",
        class: "tool",
        title: "Save, load, reset",
        aria: { label: "Sandbox menu", haspopup: "menu", expanded: "false" },
        onclick: (event) => openMenu(event.currentTarget, stateItems(this.page), "Sandbox menu"),
      },
      icon("more"),
    );
    fill(
      this.tools,
      Object.entries(KINDS).map(([key, kind]) => tool(key, kind)),
      theme,
      more,
    );
  }

  /** Called when somebody was chosen: a newcomer's first time opens the guide where there is room for it. */
  become() {
    this.panel?.become?.();
    if (this.begun) return;
    this.begun = true;
    const kept = window.sessionStorage.getItem(KEY);
    if (kept === null ? window.innerWidth >= ROOM_FOR_GUIDE : kept in KINDS) this.show(kept ?? "guide");
  }

  toggle(key) {
    if (this.open === key) this.close();
    else this.show(key, true);
  }

  show(key, focus = false) {
    this.panel?.end?.();
    this.open = key;
    window.sessionStorage.setItem(KEY, key);
    const kind = KINDS[key];
    const body = el("div", { class: "panel-body" });
    const heading = el("h2", { class: "pane-title", tabindex: "-1" }, kind.name);
    this.root.setAttribute("aria-label", kind.name);
    fill(
      this.root,
      el(
        "div",
        { class: "pane-head" },
        heading,
        el("span", { class: "spacer" }),
        el(
          "button",
          {
            type: "button",
            class: "tool",
            aria: { label: `Close ${kind.name.toLowerCase()}` },
            onclick: () => this.close(),
          },
          icon("close"),
        ),
      ),
      body,
    );
    this.root.hidden = false;
    document.body.classList.add("shows-panel");
    this.panel = new kind.make(body, this.page);
    this.paintTools();
    if (focus) heading.focus();
  }

  close() {
    const key = this.open;
    this.panel?.end?.();
    this.panel = null;
    this.open = null;
    this.root.hidden = true;
    fill(this.root);
    document.body.classList.remove("shows-panel");
    window.sessionStorage.setItem(KEY, "none");
    this.paintTools();
    this.tools.querySelector(`[data-key="${key}"]`)?.focus();
  }

  take(kind, data) {
    this.panel?.take?.(kind, data);
  }
}
