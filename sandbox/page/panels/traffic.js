// Every request between the bot and Slack, as it went over the wire.
import { arrange, el, fill } from "../dom.js";
import { icon } from "../icons.js";
import { api, Refused } from "../api.js";

const MOST = 400;
/** Kinds whose names say by themselves what they are. */
const NAMED = new Set(["command", "event", "api", "response_url", "file", "socket"]);

export class TrafficPanel {
  constructor(root, page) {
    Object.assign(this, { page, records: [], open: new Set() });
    this.filter = el("input", {
      type: "search",
      class: "field",
      placeholder: "Filter: chat.postMessage, /flag, U0DHL1 …",
      aria: { label: "Filter the traffic" },
      oninput: () => this.paint(),
    });
    this.onlyWrong = el("input", { type: "checkbox", onchange: () => this.paint() });
    this.list = el("ul", { class: "traffic" });
    this.count = el("span", { class: "quiet", role: "status" });
    fill(
      root,
      el(
        "div",
        { class: "panel-tools" },
        this.filter,
        el(
          "div",
          { class: "row-of" },
          el("label", { class: "box" }, this.onlyWrong, el("span", {}, "Only errors")),
          el("span", { class: "spacer" }),
          this.count,
          el("button", { type: "button", class: "btn btn-small", onclick: () => this.clear() }, "Clear"),
        ),
      ),
      this.list,
    );
    this.load();
  }

  async load() {
    try {
      const answer = await api.get(`traffic?limit=${MOST}`);
      this.records = answer.traffic;
      this.paint();
    } catch (problem) {
      this.complain(problem);
    }
  }

  complain(problem) {
    if (!(problem instanceof Refused)) throw problem;
    this.page.say(problem.message);
  }

  /** Only this panel forgets: the sandbox keeps its record, from which the guide knows what has happened. */
  clear() {
    this.records = [];
    this.paint();
  }

  take(kind, data) {
    if (kind === "reset") this.load();
    if (kind !== "traffic") return;
    const at = this.records.findIndex((record) => record.id === data.id);
    if (at >= 0) this.records[at] = data;
    else this.records.push(data);
    this.records = this.records.slice(-MOST);
    this.schedule();
  }

  /** Many records a second are one drawing. */
  schedule() {
    if (this.drawing) return;
    this.drawing = window.requestAnimationFrame(() => {
      this.drawing = null;
      this.paint();
    });
  }

  wanted(record) {
    if (this.onlyWrong.checked && record.ok) return false;
    const part = this.filter.value.trim().toLowerCase();
    if (!part) return true;
    return [
      record.name,
      record.kind,
      record.user,
      record.error,
      record.sentence,
      record.direction === "to_bot" ? "to the bot" : "to slack",
      this.page.store.nameOf(record.user),
    ].some((text) =>
      String(text ?? "")
        .toLowerCase()
        .includes(part),
    );
  }

  paint() {
    const shown = this.records.filter((record) => this.wanted(record)).reverse();
    this.count.textContent = `${shown.length} of ${this.records.length}`;
    const old = new Map([...this.list.children].map((node) => [node.dataset.looks, node]));
    const none = this.records.length
      ? "Nothing matches."
      : "Nothing has gone over the wire yet. Type a command, and watch it here.";
    arrange(
      this.list,
      shown.length
        ? shown.map((record) => {
            const looks = JSON.stringify(record);
            return old.get(looks) ?? this.row(record, looks);
          })
        : [el("li", { class: "empty quiet" }, none)],
    );
  }

  row(record, looks) {
    const out = record.direction === "to_bot";
    const body = el("div", { class: "record-body" });
    const details = el(
      "details",
      {
        class: record.ok ? "record" : "record is-wrong",
        open: this.open.has(record.id),
        ontoggle: () => {
          if (details.open) {
            this.open.add(record.id);
            this.detail(record, body);
          } else this.open.delete(record.id);
        },
      },
      el(
        "summary",
        {},
        el("span", { class: `way ${out ? "way-bot" : "way-slack"}` }, out ? "→ bot" : "→ Slack"),
        el(
          "span",
          { class: "record-name" },
          NAMED.has(record.kind) ? null : el("span", { class: "record-kind" }, `${record.kind} `),
          record.name,
        ),
        el(
          "span",
          { class: "record-end" },
          record.status ? String(record.status) : "…",
          typeof record.ms === "number" ? ` · ${record.ms < 10 ? record.ms.toFixed(1) : Math.round(record.ms)} ms` : "",
        ),
        !record.ok && (record.error || record.sentence)
          ? el("span", { class: "record-why" }, [record.error, record.sentence].filter(Boolean).join(": "))
          : null,
      ),
      body,
    );
    return el("li", { data: { looks } }, details);
  }

  async detail(record, body) {
    fill(body, el("p", { class: "quiet" }, "Reading…"));
    try {
      const { record: whole } = await api.get(`traffic/${record.id}`);
      fill(
        body,
        el(
          "p",
          { class: "quiet record-meta" },
          `${whole.kind} · ${new Date(whole.at * 1000).toLocaleTimeString()} · ${whole.method ?? ""} ${whole.url ?? ""}`,
        ),
        (whole.notes ?? []).map((note) => el("p", { class: "record-note" }, note)),
        part("Request", whole.request),
        part("Answer", whole.response),
        el(
          "button",
          { type: "button", class: "btn btn-small", onclick: (event) => this.copy(whole, event.currentTarget) },
          icon("copy"),
          "Copy as a fixture",
        ),
        whole.direction === "to_bot"
          ? el("button", { type: "button", class: "btn btn-small", onclick: () => this.again(whole) }, "Send again")
          : null,
      );
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      fill(body, el("p", {}, problem.message));
    }
  }

  /** The same once more: an event as Slack marks a retry. */
  async again(record) {
    try {
      const answer = await api.post("redeliver", { traffic: record.id });
      if (!answer.ok) this.page.say(answer.shown);
    } catch (problem) {
      this.complain(problem);
    }
  }

  async copy(record, button) {
    try {
      await navigator.clipboard.writeText(JSON.stringify(record, null, 2));
      const words = button.lastChild;
      words.data = "Copied";
      window.setTimeout(() => {
        words.data = "Copy as a fixture";
      }, 2_000);
    } catch {
      this.page.say("The browser did not let the page use the clipboard.");
    }
  }

  end() {
    if (this.drawing) window.cancelAnimationFrame(this.drawing);
  }
}

function part(title, message) {
  if (!message) return null;
  return el(
    "section",
    { class: "record-part" },
    el("h3", {}, title),
    message.json !== null && message.json !== undefined
      ? el("div", { class: "json" }, tree(message.json, 0))
      : el("pre", { class: "code-block", tabindex: "0" }, message.body || "(empty)"),
    el(
      "details",
      { class: "headers" },
      el("summary", {}, "Headers"),
      el(
        "dl",
        {},
        (message.headers ?? []).map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
      ),
    ),
  );
}

/** JSON that folds: the first levels open. */
function tree(value, depth) {
  if (value === null || typeof value !== "object")
    return el("span", { class: `json-${value === null ? "null" : typeof value}` }, JSON.stringify(value));
  const entries = Array.isArray(value) ? value.map((item, at) => [at, item]) : Object.entries(value);
  const [open, shut] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  if (entries.length === 0) return el("span", {}, open + shut);
  const inside = el("div", { class: "json-inside" });
  const draw = () => {
    if (!inside.childElementCount)
      inside.append(
        ...entries.map(([key, item]) =>
          el("div", {}, el("span", { class: "json-key" }, `${key}: `), tree(item, depth + 1)),
        ),
      );
  };
  const details = el(
    "details",
    {
      class: "json-node",
      open: depth < 2,
      ontoggle: () => {
        if (details.open) draw();
      },
    },
    el("summary", {}, `${open} ${entries.length} ${shut}`),
    inside,
  );
  if (depth < 2) draw();
  return details;
}
