// Everything that can go wrong on purpose, between Slack and the bot and at the partners: set, seen, and taken off again.
import { afterPress, el, fill, freshId, refill } from "../dom.js";
import { api, Refused } from "../api.js";
import { clockTime, now } from "../dates.js";
import { press, row, toggle } from "./controls.js";
import { FAULTS as PARTNER_FAULTS } from "./partners.js";

const PARTNER = "dhl";
const API_FAULTS = {
  error: "Error",
  slow: "Slow",
  html: "HTML of a proxy",
  empty: "Nothing in the answer",
  nothing: "No answer at all",
  reset: "Connection reset",
};
const DELIVERY_FAULTS = {
  twice: "Delivered twice",
  lost_ack: "The ack is lost",
  unreachable: "The bot is not reached",
  slow: "Slow",
  reconnect: "Slack asks for a new socket after it",
};
const TARGETS = {
  "*": "Every method",
  response_url: "Answers by response_url",
  files: "Files",
  "deliver:*": "Everything it is sent",
};
const DISCONNECTS = {
  warning: "Warn that it closes soon",
  refresh_requested: "Ask for a new connection",
  link_disabled: "Say Socket Mode is off",
  too_many_websockets: "Say there are too many",
  drop: "Drop it without a word",
};
/** A second workspace, as a partner's own Slack would be; it is made when a channel is first shared with it. */
const ELSEWHERE = { id: "T0ELSEWHERE", name: "Elsewhere", domain: "elsewhere" };
const VISITOR = { id: "U0ELSEWHERE1", name: "elsewhere-analyst-1", real_name: "Elsewhere analyst 1", team: ELSEWHERE.id };

export class FailuresPanel {
  constructor(root, page) {
    Object.assign(this, { page, targets: null, partner: [], timer: null });
    this.on = el("ul", { class: "failures", aria: { label: "What fails now" } });
    this.settled = afterPress(this.on);
    this.form = el("form", {
      class: "failure-form",
      aria: { label: "Let something fail" },
      onsubmit: (event) => {
        event.preventDefault();
        this.turnOn();
      },
    });
    this.rest = el("div", {});
    fill(root, el("h3", {}, "What fails now"), this.on, el("h3", {}, "Let something fail"), this.form, this.rest);
    this.load();
  }

  async load() {
    await this.change(async () => {
      const [workspace, slack, dhl] = await Promise.all(
        ["workspace", "switches", `partners/${PARTNER}`].map((path) => api.get(path)),
      );
      Object.assign(this, { targets: slack.targets, partner: dhl.switches });
      const { channels, teams, bot, switches, limits } = workspace;
      Object.assign(this.page.store.workspace, { channels, teams, bot, switches, limits });
    });
    if (this.targets && !this.form.childElementCount) this.paintForm();
    this.paint();
  }

  async change(work) {
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.page.say(problem.message);
    }
  }

  take(kind) {
    if (["partners", "reset", "clock", "channel"].includes(kind)) this.load();
    else if (["switches", "bot"].includes(kind)) this.paint();
  }

  end() {
    window.clearTimeout(this.timer);
  }

  paint() {
    this.settled(() => this.paintOn());
    this.paintRest();
  }

  /** The server drops a switch whose time is over only when it is asked, so the page looks at the clock itself. */
  paintOn() {
    const { store } = this.page;
    const moment = now().getTime() / 1000;
    const all = [
      ...(store.workspace.switches ?? []).map((one) => ({ ...one, path: `switches/${one.id}` })),
      ...this.partner.map((one) => ({ ...one, on: PARTNER, path: `partners/${PARTNER}/switches/${one.id}` })),
    ].filter((one) => !one.ends_at || one.ends_at > moment);
    refill(
      this.on,
      all.map((one) => this.entry(one)),
      all.length ? null : el("li", { class: "quiet" }, "Nothing. Everything works as it should."),
      all.length > 1
        ? el("li", {}, press("Take all off", "off/all", () => this.allOff()))
        : null,
    );
    const next = Math.min(...all.map((one) => one.ends_at ?? Infinity));
    window.clearTimeout(this.timer);
    if (Number.isFinite(next)) this.timer = window.setTimeout(() => this.settled(() => this.paintOn()), Math.min((next - moment) * 1000 + 50, 1e9));
  }

  entry(one) {
    const what = `${targetWords(one.on)}: ${faultWords(one)}`;
    return el(
      "li",
      { class: "failure" },
      el("div", {}, el("strong", {}, what), el("div", { class: "quiet" }, lastsWords(one))),
      press("Take off", `off/${one.path}`, () => this.change(() => api.remove(one.path)), { label: `Take off ${what}` }),
    );
  }

  allOff() {
    this.change(() => Promise.all([api.remove("switches"), api.remove(`partners/${PARTNER}/switches`)]));
  }

  paintForm() {
    const { methods, others, deliveries } = this.targets;
    const target = select("What", [
      ["Slack’s Web API", methods.map((one) => [one, targetWords(one)])],
      ["Slack’s other addresses", others.map((one) => [one, targetWords(one)])],
      ["What the bot is sent", deliveries.map((one) => [one, targetWords(one)])],
      ["Partners", [[PARTNER, targetWords(PARTNER)]]],
    ]);
    const fault = select("How", []);
    const error = field("Error", { value: "internal_error", maxlength: "80" });
    const status = field("Status", { type: "number", min: "200", max: "599", value: "200" });
    const retry = field("Retry-After, seconds", { type: "number", min: "1" });
    const seconds = field("Seconds late", { type: "number", min: "0.1", step: "0.1", value: "5" });
    const channel = select("In", [
      [
        null,
        [["", "any channel"], ...this.page.store.workspace.channels.filter((one) => one.name).map((one) => [one.id, `#${one.name}`])],
      ],
    ]);
    const number = field("Only for the number", { maxlength: "35", placeholder: "any" });
    const lasts = select("How long", [
      [
        null,
        [
          ["times", "so many times"],
          ["for_seconds", "so many seconds"],
          ["", "until it is taken off"],
        ],
      ],
    ]);
    const many = field("How many", { type: "number", min: "1", value: "1", required: true });
    const done = el("input", { type: "checkbox" });
    const carriedOut = el("label", { class: "box" }, done, el("span", {}, "Do it all the same, lose only the answer"));
    const all = { error, status, retry, seconds, channel, number, many, carriedOut };

    const fits = () => {
      const on = target.input.value;
      const how = fault.input.value;
      const api = on !== PARTNER && !on.startsWith("deliver:");
      const shown = {
        error: api && how === "error",
        status: how === "server_error" || (api && how === "error"),
        retry: how === "quota" || (api && how === "error"),
        seconds: how === "slow",
        channel: api && !["response_url", "files"].includes(on),
        number: on === PARTNER,
        many: lasts.input.value !== "",
        carriedOut: api && how !== "slow",
      };
      for (const [name, part] of Object.entries(all)) {
        const box = part.box ?? part;
        box.hidden = !shown[name];
        if (part.input) part.input.disabled = !shown[name];
      }
      this.wanted = () => ({
        fault: how,
        ...(on === PARTNER ? {} : { on }),
        ...(shown.error ? { error: error.input.value.trim() } : {}),
        ...(shown.status ? { status: Number(status.input.value) } : {}),
        ...(shown.retry && retry.input.value ? { retry_after: Number(retry.input.value) } : {}),
        ...(shown.seconds ? { seconds: Number(seconds.input.value) } : {}),
        ...(shown.channel && channel.input.value ? { channel: channel.input.value } : {}),
        ...(shown.number && number.input.value.trim() ? { number: number.input.value.trim() } : {}),
        ...(shown.carriedOut && done.checked ? { carried_out: true } : {}),
        ...(shown.many ? { [lasts.input.value]: Number(many.input.value) } : {}),
      });
      this.where = on === PARTNER ? `partners/${PARTNER}/switches` : "switches";
    };
    const refit = () => {
      const on = target.input.value;
      const faults = on === PARTNER ? partnerFaults() : on.startsWith("deliver:") ? DELIVERY_FAULTS : API_FAULTS;
      fill(fault.input, Object.entries(faults).map(([value, text]) => el("option", { value }, text)));
      status.input.value = on === PARTNER ? "500" : "200";
      fits();
    };
    target.input.addEventListener("change", refit);
    this.form.addEventListener("change", fits);
    fill(
      this.form,
      ...[target, fault, error, status, retry, seconds, channel, number, lasts, many].map((part) => part.box),
      carriedOut,
      el("button", { type: "submit", class: "btn btn-small btn-primary" }, "Let it fail"),
    );
    refit();
  }

  turnOn() {
    this.change(() => api.post(this.where, this.wanted()));
  }

  paintRest() {
    const { store } = this.page;
    const { bot, limits } = store.workspace;
    const open = this.rest.querySelector("select")?.value;
    const reason = select("Reconnect", [[null, Object.entries(DISCONNECTS)]], "do");
    reason.input.disabled = !bot.sockets;
    const shared = store.workspace.channels.filter((one) => one.teams.length > 1);
    const where = select("Channel", [
      [null, store.workspace.channels.filter((one) => one.name && one.teams.length === 1).map((one) => [one.id, `#${one.name}`])],
    ], "share");
    refill(
      this.rest,
      el("h3", {}, "The connection"),
      el(
        "p",
        { class: "quiet" },
        bot.mode === "socket" ? `Socket Mode, ${bot.sockets} open` : `HTTP at ${bot.url ?? "no address yet"}`,
      ),
      el(
        "div",
        { class: "faults" },
        toggle("No rate limits", "neither Slack’s nor the partners’", "limits", limits?.enabled === false, (on) =>
          this.change(() => api.post("limits", { enabled: !on })),
        ),
        toggle("Token revoked", "as when the app is removed", "revoked", bot.token_revoked === true, (on) =>
          this.change(() => api.post("app", { token_revoked: on })),
        ),
      ),
      row(
        reason.box,
        press("Reconnect", "reconnect", () => this.change(() => api.post("socket", { do: reason.input.value })), {
          disabled: !bot.sockets,
        }),
      ),
      row(press("Send the bot the last thing again", "again", () => this.redeliver())),
      el("h3", {}, "A second workspace"),
      el("p", { class: "quiet" }, "Somebody of another Slack workspace reads along by Slack Connect."),
      el(
        "ul",
        { class: "failures" },
        shared.map((one) =>
          el(
            "li",
            { class: "failure" },
            el("strong", {}, `#${one.name} is shared`),
            press("Stop", `unshare/${one.id}`, () => this.change(() => this.stopSharing(one)), {
              label: `Stop sharing #${one.name}`,
            }),
          ),
        ),
      ),
      row(
        where.box,
        press("Share it", "share it", () => this.change(() => this.share(where.input.value))),
      ),
    );
    if (open) reason.input.value = open;
  }

  /** What the bot was sent last, once more: an event marked as Slack marks a retry. */
  async redeliver() {
    await this.change(async () => {
      const { traffic } = await api.get("traffic?limit=2000");
      const last = traffic.findLast((record) => record.direction === "to_bot");
      if (!last) throw new Refused("The bot was not sent anything yet.");
      const answer = await api.post("redeliver", { traffic: last.id });
      this.page.say(answer.ok ? `${last.name} was sent once more.` : answer.shown);
    });
  }

  async share(id) {
    const { store } = this.page;
    if (!store.workspace.teams.some((team) => team.id === ELSEWHERE.id)) await api.post("teams", ELSEWHERE);
    if (!store.person(VISITOR.id)) await api.post("people", VISITOR);
    await api.post(`channels/${id}/share`, { team: ELSEWHERE.id });
    const member = store.workspace.channels.find((one) => one.id === id).members.find((one) => !store.isBot(one));
    await api.person(member, "invite", { channel: id, users: [VISITOR.id] });
    await this.load();
  }

  async stopSharing(channel) {
    for (const team of channel.teams.slice(1)) await api.post(`channels/${channel.id}/share`, { team, stop: true });
    await this.load();
  }
}

function partnerFaults() {
  return Object.fromEntries(Object.entries(PARTNER_FAULTS).map(([fault, [name]]) => [fault, name]));
}

function targetWords(on) {
  if (on === PARTNER) return "DHL Shipment Tracking";
  return TARGETS[on] ?? on.replace(/^deliver:/, "");
}

function faultWords(one) {
  if (one.on === PARTNER) return partnerFaults()[one.fault] + (one.number ? `, for ${one.number}` : "");
  const name = (one.on.startsWith("deliver:") ? DELIVERY_FAULTS : API_FAULTS)[one.fault] ?? one.fault;
  return [one.fault === "error" ? `error ${one.error}` : name.toLowerCase(), one.carried_out ? "but done" : null]
    .filter(Boolean)
    .join(", ");
}

function lastsWords(one) {
  const left = one.times ? one.times - one.hits : null;
  return [
    left === null ? null : left === 1 ? "once" : `${left} times`,
    one.ends_at ? `until ${clockTime(new Date(one.ends_at * 1000))}` : null,
    left === null && !one.ends_at ? "until it is taken off" : null,
    one.hits ? `met ${one.hits === 1 ? "once" : `${one.hits} times`} so far` : null,
  ]
    .filter(Boolean)
    .join(", ");
}

/** A labelled select of `[[group or null, [[value, words], …]], …]`. */
function select(name, groups, key) {
  const choices = (options) => options.map(([value, text]) => el("option", { value }, text));
  return labelled(
    name,
    el(
      "select",
      { class: "field", data: key ? { key } : {} },
      groups.map(([label, options]) => (label ? el("optgroup", { label }, choices(options)) : choices(options))),
    ),
  );
}

function field(name, attributes) {
  return labelled(name, el("input", { class: "field", ...attributes }));
}

function labelled(name, input) {
  input.id = freshId("failure");
  return { input, box: el("div", { class: "labelled" }, el("label", { for: input.id }, name), input) };
}
