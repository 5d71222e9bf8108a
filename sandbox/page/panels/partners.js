// The partners' stand-ins: parcels on their journey, the quota left, and everything that can go wrong on purpose.
import { el, fill, refill } from "../dom.js";
import { icon } from "../icons.js";
import { api, Refused } from "../api.js";
import { ago, fullMoment, now } from "../dates.js";
import { press, row, toggle } from "./controls.js";

const STATES = {
  "pre-transit": "Announced",
  transit: "On its way",
  delivered: "Delivered",
  failure: "In trouble",
  unknown: "Unknown",
};
export const FAULTS = {
  quota: ["Quota used up", "429, with the time to wait"],
  bad_key: ["Key refused", "401"],
  server_error: ["Server error", "500"],
  not_json: ["Not JSON", "a page of HTML instead"],
  empty: ["Empty answer", "200 with nothing in it"],
  slow: ["Slow", "answers after 20 seconds"],
  reset: ["Connection reset", "hangs up in the middle"],
};
const SLOW_SECONDS = 20;
/** So many parcels are shown at a time; the others are found by their number or what the carrier says of them. */
const MOST_PARCELS = 10;

export class PartnersPanel {
  constructor(root, page) {
    this.page = page;
    this.quota = el("div", { class: "quota" });
    this.faults = el("div", { class: "faults", role: "group", aria: { label: "Failures" } });
    this.parcels = el("ul", { class: "parcels" });
    this.calls = el("ul", { class: "calls" });
    this.finder = el("input", {
      type: "search",
      class: "field",
      placeholder: "Find by number, place or status",
      aria: { label: "Find a parcel" },
      oninput: () => this.paintParcels(),
    });
    this.count = el("p", { class: "quiet", role: "status" });
    fill(
      root,
      el("h3", {}, "DHL Shipment Tracking"),
      this.quota,
      el("h3", {}, "Let it fail"),
      this.faults,
      el("h3", {}, "Parcels"),
      this.finder,
      this.count,
      this.parcels,
      this.adder(),
      el("h3", {}, "Asked of it"),
      this.calls,
    );
    this.load();
  }

  async load() {
    try {
      this.dhl = await api.get("partners/dhl");
      this.paint();
    } catch (problem) {
      this.complain(problem);
    }
  }

  complain(problem) {
    if (!(problem instanceof Refused)) throw problem;
    this.page.say(problem.message);
  }

  async change(work) {
    try {
      await work();
    } catch (problem) {
      this.complain(problem);
    }
    await this.load();
  }

  take(kind) {
    if (kind === "partners" || kind === "reset" || kind === "clock") this.load();
  }

  paint() {
    const { limits, switches, calls } = this.dhl;
    const share = limits.limit ? Math.min(1, limits.used / limits.limit) : 0;
    refill(
      this.quota,
      el("meter", {
        min: "0",
        max: String(limits.limit),
        value: String(limits.used),
        high: String(limits.limit * 0.8),
        aria: { label: "Calls used today" },
      }),
      el(
        "p",
        {},
        el("strong", {}, `${limits.left} of ${limits.limit}`),
        " calls left today",
        share >= 1 ? " – refused until midnight GMT" : "",
      ),
      row(
        press("Use it up", "use up", () => this.use(limits.limit)),
        press("Give it back", "give back", () => this.use(0)),
      ),
    );
    refill(
      this.faults,
      Object.entries(FAULTS).map(([fault, [name, note]]) => {
        const on = switches.some((one) => one.fault === fault && !one.number);
        return toggle(name, note, fault, on, (wanted) => this.turn(fault, wanted));
      }),
    );
    this.paintParcels();
    fill(
      this.calls,
      calls
        .slice(-12)
        .reverse()
        .map((call) =>
          el(
            "li",
            {},
            el("span", { class: call.status === 200 ? "status-ok" : "status-wrong" }, String(call.status ?? "–")),
            ` ${queryWords(call.query)}`,
            call.fault ? el("span", { class: "quiet" }, ` ${call.fault}`) : null,
            el("time", { class: "quiet", title: momentWords(call.at) }, ` ${agoWords(call.at)}`),
          ),
        ),
      calls.length ? null : el("li", { class: "quiet" }, "Nobody has asked yet."),
    );
  }

  paintParcels() {
    const part = this.finder.value.trim().toLowerCase();
    const { parcels } = this.dhl;
    const found = parcels.filter((parcel) => foundBy(parcel).some((text) => text.toLowerCase().includes(part)));
    const shown = found.slice(0, MOST_PARCELS);
    this.finder.hidden = parcels.length <= MOST_PARCELS;
    this.count.hidden = shown.length === parcels.length;
    this.count.textContent = `${shown.length} of ${found.length === parcels.length ? "" : `${found.length} found, of `}${parcels.length}`;
    refill(
      this.parcels,
      shown.map((parcel) => this.parcel(parcel)),
    );
  }

  /** So many calls of today's are said to be used. */
  use(used) {
    this.change(() => api.post("partners/dhl/limits", { used }));
  }

  turn(fault, on) {
    this.change(async () => {
      if (on)
        await api.post("partners/dhl/switches", { fault, ...(fault === "slow" ? { seconds: SLOW_SECONDS } : {}) });
      else
        for (const one of this.dhl.switches.filter((other) => other.fault === fault && !other.number))
          await api.remove(`partners/dhl/switches/${one.id}`);
    });
  }

  parcel(parcel) {
    const query = parcel.service ? `?service=${encodeURIComponent(parcel.service)}` : "";
    const move = (by) =>
      this.change(() => api.post(`partners/dhl/parcels/${encodeURIComponent(parcel.number)}/move${query}`, { by }));
    const status = parcel.shipment?.status ?? {};
    const done = parcel.happened >= parcel.steps;
    const key = (what) => `${what}/${parcel.number}/${parcel.service}`;
    const shown = STATES[status.statusCode] ?? status.statusCode ?? "";
    return el(
      "li",
      { class: "parcel" },
      el(
        "div",
        { class: "parcel-head" },
        el("code", {}, parcel.number),
        el("span", { class: `state-chip state-${status.statusCode}` }, shown),
      ),
      el(
        "p",
        { class: "parcel-words" },
        status.description || status.status,
        status.location?.address?.addressLocality
          ? el("span", { class: "quiet" }, ` · ${status.location.address.addressLocality}`)
          : null,
      ),
      row(
        el("progress", {
          max: String(parcel.steps),
          value: String(parcel.happened),
          aria: { label: `${parcel.happened} of ${parcel.steps} steps` },
        }),
        el("span", { class: "quiet" }, parcel.service),
      ),
      row(
        ["step", "day"].map((by) =>
          press(`A ${by}`, key(by), () => move(by), { label: `Move ${parcel.number} on a ${by}`, disabled: done }),
        ),
        press("Number", key("copy"), () => navigator.clipboard.writeText(parcel.number).catch(() => null), {
          label: `Copy number ${parcel.number}`,
          icon: icon("copy"),
        }),
        done ? null : el("span", { class: "quiet" }, nextWords(parcel.next)),
      ),
    );
  }

  adder() {
    const number = el("input", {
      class: "field",
      placeholder: "Another tracking number",
      aria: { label: "Another tracking number" },
      maxlength: "35",
    });
    return el(
      "form",
      {
        class: "row-of adder",
        onsubmit: (event) => {
          event.preventDefault();
          if (number.value.trim())
            this.change(async () => {
              await api.post("partners/dhl/parcels", {
                number: number.value.trim(),
                like: this.dhl.parcels[0]?.number,
              });
              number.value = "";
            });
        },
      },
      number,
      el("button", { class: "btn btn-small" }, "Add a parcel"),
    );
  }
}

/** What a parcel can be found by: its number, where it is, and what the carrier says of it. */
function foundBy(parcel) {
  const { status = {} } = parcel.shipment ?? {};
  const place = status.location?.address?.addressLocality;
  return [parcel.number, place, status.status, status.description, STATES[status.statusCode]].filter(Boolean);
}

function nextWords(next) {
  if (!next) return "";
  return `next: ${next.description ?? next.status ?? next}`;
}

function queryWords(query) {
  if (typeof query === "string") return query;
  return query?.trackingNumber ?? Object.values(query ?? {}).join(" ");
}

function asDate(at) {
  return typeof at === "number" ? new Date(at * 1000) : new Date(at);
}
function agoWords(at) {
  return ago(asDate(at), now());
}
function momentWords(at) {
  return fullMoment(asDate(at));
}
