// Five steps in which a newcomer meets the whole of it. Each can be done by hand or by the page;
// each is ticked when it has really come about, read from the record of the traffic.
import { el, fill, refill } from "../dom.js";
import { icon } from "../icons.js";
import { api, Refused } from "../api.js";
import { STEPS } from "./guide-steps.js";

/** So many of the newest records are read when the panel opens. */
const MOST = 2_000;

export class GuidePanel {
  constructor(root, page) {
    Object.assign(this, { page, doing: null });
    this.begin();
    this.list = el("ol", { class: "guide-steps" });
    this.progress = el("progress", {
      class: "guide-progress",
      max: String(STEPS.length),
      value: "0",
      aria: { label: "Steps done" },
    });
    this.words = el("p", { class: "quiet", role: "status" });
    fill(
      root,
      el("p", {}, "Five steps, a few minutes. Do each by hand, or let it be done for you and watch."),
      this.progress,
      this.words,
      this.list,
    );
    this.paint();
    this.read();
  }

  /** Nothing is done, and nobody has asked for anything. */
  begin() {
    this.done = new Set();
    this.asked = Object.fromEntries(STEPS.map((step) => [step.key, []]));
  }

  /** Reads what has gone over the wire before this panel was there. */
  async read() {
    try {
      const { traffic } = await api.get(`traffic?limit=${MOST}&whole=1`);
      for (const record of traffic) await this.judge(record, record);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
    }
    this.paint();
  }

  /**
   * `whole` is the record with its bodies; without it, it is asked for where the record can tell something. A step is done
   * when what shows it came after somebody asked for it, in whatever order the two are told.
   */
  async judge(record, whole = null) {
    const open = STEPS.filter((step) => !this.done.has(step.key));
    const asking = open.filter((step) => step.asks?.(record));
    const isOver = record.ok && record.ms !== null;
    const telling = open.filter((step) => isOver && step.names.includes(record.name) && this.askedBefore(step, record));
    if (!asking.length && !telling.length) return;
    const bodies = whole ?? (await api.get(`traffic/${record.id}`)).record;
    for (const step of telling)
      if (this.askedBefore(step, record).some((asked) => step.happened(bodies, asked))) this.done.add(step.key);
    for (const step of asking) this.asked[step.key].push(bodies);
    if (!asking.length || whole) return;
    for (const later of (await api.get(`traffic?after=${record.id}&limit=${MOST}&whole=1`)).traffic)
      await this.judge(later, later);
  }

  /** Who asked for the step before `record`; null where nobody did and somebody must. */
  askedBefore(step, record) {
    if (!step.asks) return [record];
    const before = this.asked[step.key].filter((asked) => asked.id < record.id);
    return before.length ? before : null;
  }

  take(kind, data) {
    if (kind === "reset") {
      this.begin();
      this.read();
    }
    if (kind === "traffic")
      this.judge(data).then(
        () => this.paint(),
        (problem) => {
          // Forgotten meanwhile, or the connection is lost: what comes next tells the same.
          if (!(problem instanceof Refused)) throw problem;
        },
      );
  }

  become() {
    this.paint();
  }

  paint() {
    const next = STEPS.find((step) => !this.done.has(step.key));
    const looks = JSON.stringify([[...this.done], this.doing, this.page.store.me]);
    if (looks === this.looks) return;
    this.looks = looks;
    this.progress.value = this.done.size;
    this.words.textContent = next
      ? `${this.done.size} of ${STEPS.length} done`
      : "All five done. Go on as you like: every command explains itself with “help”.";
    refill(
      this.list,
      STEPS.map((step, at) => this.step(step, at, step === next)),
    );
  }

  step(step, at, isNext) {
    const done = this.done.has(step.key);
    const person = this.page.store.person(step.who);
    return el(
      "li",
      {
        class: ["step", done ? "is-done" : "", isNext ? "is-next" : ""].join(" ").trim(),
        aria: { current: isNext ? "step" : null },
      },
      el(
        "div",
        { class: "step-head" },
        el(
          "span",
          { class: "step-mark", role: "img", aria: { label: done ? "Done" : `Step ${at + 1}` } },
          done ? icon("check") : String(at + 1),
        ),
        el("h3", {}, step.title),
      ),
      done ? null : el("p", {}, step.text),
      done || !step.type ? null : el("p", {}, el("code", {}, step.type)),
      el(
        "div",
        { class: "row-of" },
        this.page.store.me === step.who || !person
          ? null
          : el(
              "button",
              {
                type: "button",
                class: "btn btn-small",
                data: { key: `become/${step.key}` },
                onclick: () => this.goTo(step),
              },
              `Become ${person.name}`,
            ),
        person
          ? el(
              "button",
              {
                type: "button",
                class: done ? "btn btn-small" : "btn btn-small btn-primary",
                data: { key: `do/${step.key}` },
                // Not "disabled", which would take the focus away from whoever has just pressed it.
                aria: {
                  disabled: this.doing === null ? null : "true",
                  label: `${done ? "Do it again" : "Do it for me"}, step ${at + 1}`,
                  busy: this.doing === step.key ? "true" : null,
                },
                onclick: () => this.run(step),
              },
              done ? "Do it again" : "Do it for me",
            )
          : el("span", { class: "quiet" }, `This seed has no ${step.who}.`),
      ),
    );
  }

  async goTo(step) {
    if (this.page.store.me !== step.who) await this.page.become(step.who, { place: step.where });
    else if (this.page.place !== step.where) this.page.go(step.where);
    await this.page.view?.ready;
  }

  async run(step) {
    if (this.doing) return;
    this.doing = step.key;
    this.paint();
    try {
      await this.goTo(step);
      await botIsThere(this.page.store);
      await step.perform(new Hand(this.page, step.where));
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      this.page.say(problem.message);
    } finally {
      this.doing = null;
      this.paint();
    }
  }
}

const PATIENCE = 8_000,
  START = 60_000,
  GLANCE = 150;

/** Whoever is quicker than the bot, which takes some seconds to start, need not press again. */
async function botIsThere(store) {
  const until = Date.now() + START;
  while (store.workspace.bot?.state === "starting" && Date.now() < until)
    await new Promise((resolve) => {
      window.setTimeout(resolve, GLANCE);
    });
}

/** Does by the control API what a person does with a hand. */
class Hand {
  constructor(page, channel) {
    Object.assign(this, { page, channel });
  }

  async do(what, body) {
    const answer = await api.person(this.page.store.me, what, body);
    if (!answer.ok) throw new Refused(answer.shown || `That did not work: ${answer.error}`);
    return answer;
  }

  /** Types `text` into the channel. */
  type(text) {
    return this.do("type", { channel: this.channel, text });
  }

  async messages() {
    const query = new URLSearchParams({ channel: this.channel, limit: "60" });
    return (await api.get(`people/${this.page.store.me}/messages?${query}`)).messages;
  }

  /** Presses the newest button named `name` of the channel, as soon as there is one; false where none came in time. */
  async press(name) {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const found = buttonNamed(await this.messages(), name);
      if (found) {
        await this.do("act", {
          channel: this.channel,
          ts: found.message.ts,
          block_id: found.block.block_id,
          action_id: found.element.action_id,
          value: null,
          confirmed: true,
        });
        return true;
      }
      if (Date.now() > until)
        throw new Refused(`There is no button “${name}” in this channel: it was pressed already, or the steps before this one come first.`);
      await new Promise((resolve) => {
        window.setTimeout(resolve, GLANCE);
      });
    }
  }

  /** The modal on top, once there is one; null where none came. */
  async modal() {
    const until = Date.now() + PATIENCE;
    while (Date.now() < until) {
      const top = this.page.store.mine.modals.at(-1);
      if (top) return top;
      await new Promise((resolve) => {
        window.setTimeout(resolve, GLANCE);
      });
    }
    return null;
  }

  /** Fills every input of the modal that must be filled with something that fits, and sends it. */
  async fillAndSubmit(view, text) {
    for (const block of view.blocks.filter((one) => one.type === "input" && !one.optional)) {
      const value = sensible(block.element, text);
      if (value !== undefined)
        await this.do("act", { view_id: view.id, block_id: block.block_id, action_id: block.element.action_id, value });
    }
    const answer = await this.do("submit", { view_id: view.id });
    if (answer.modals) this.page.store.mine.modals = answer.modals;
    this.page.modals.update();
  }
}

function sensible(element, text) {
  if (element.initial_option || element.initial_value) return undefined;
  const option = element.options?.[0] ?? element.option_groups?.[0]?.options?.[0];
  if (option) return element.type.startsWith("multi_") || element.type === "checkboxes" ? [option.value] : option.value;
  return element.type === "plain_text_input" ? text : undefined;
}

function buttonNamed(messages, name) {
  for (const message of [...messages].reverse()) {
    for (const block of message.blocks ?? []) {
      const elements = [...(block.elements ?? []), block.accessory].filter(Boolean);
      const element = elements.find(
        (one) => one.type === "button" && one.text?.text.replace(/:\w+:/g, "").trim().startsWith(name),
      );
      if (element) return { message, block, element };
    }
  }
  return null;
}
