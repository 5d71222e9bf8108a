// Blocks made of other things: card, carousel, container, context_actions, plan, task_card.
import { el, link } from "../dom.js";
import { icon } from "../icons.js";
import { textObject, words } from "../text.js";
import { element } from "./elements.js";
import { imageElement, imageBlock } from "./media.js";
import { richText } from "./rich_text.js";
import { slackIcon } from "./slack_icons.js";

export function card(block, surface) {
  const say = (css, object) => (object ? el("div", { class: css }, textObject(object, surface.world)) : null);
  return el(
    "article",
    { class: "card", aria: { label: words(block.title) || "Card" } },
    block.hero_image ? imageBlock(block.hero_image) : null,
    el(
      "div",
      { class: "card-head" },
      block.icon ? imageElement(block.icon) : slackIcon(block.slack_icon),
      el("div", {}, say("card-title", block.title), say("quiet", block.subtitle)),
    ),
    say("prose", block.body),
    say("quiet", block.subtext),
    block.actions?.length
      ? el(
          "div",
          { class: "actions" },
          block.actions.map((item) => element(item, block, surface)),
        )
      : null,
  );
}

export function carousel(block, surface) {
  return el(
    "div",
    { class: "carousel", role: "group", tabindex: "0", aria: { label: "Cards side by side" } },
    (block.elements ?? block.cards ?? []).map((one) => card(one, surface)),
  );
}

/** `draw` renders the child blocks: it is handed in, so that this file needs not know the whole table. */
export function container(block, surface, draw) {
  const head = el(
    "div",
    { class: "container-head" },
    el(
      "strong",
      {},
      block.rich_text_title ? richText(block.rich_text_title, surface) : textObject(block.title, surface.world),
    ),
    block.subtitle ? el("div", { class: "quiet" }, textObject(block.subtitle, surface.world)) : null,
  );
  const css = `container width-${["narrow", "standard", "wide", "full"].includes(block.width) ? block.width : "standard"}`;
  const body = el("div", { class: "container-body" }, draw(block.child_blocks ?? [], surface));
  if (block.is_collapsible)
    return el(
      "details",
      { class: css, open: block.is_collapsed !== true && block.default_collapsed !== true },
      el("summary", {}, head),
      body,
    );
  return el("div", { class: css }, head, block.has_header_divider ? el("hr") : null, body);
}

export function contextActions(block, surface) {
  return el(
    "div",
    { class: "actions quiet-actions" },
    (block.elements ?? []).map((item) => element(item, block, surface)),
  );
}

const STATES = { pending: "Pending", in_progress: "In progress", complete: "Done", completed: "Done", error: "Failed" };

export function taskCard(task, surface) {
  const state = STATES[task.status] ?? String(task.status ?? "");
  const more = [task.details, task.output]
    .filter(Boolean)
    .map((part) =>
      part.type === "rich_text" ? richText(part, surface) : el("div", {}, textObject(part, surface.world)),
    );
  const head = [
    el(
      "span",
      { class: `task-state state-${task.status}`, role: "img", aria: { label: state } },
      task.status === "complete" || task.status === "completed" ? icon("check") : null,
    ),
    slackIcon(task.icon),
    el("strong", {}, words(task.title)),
  ];
  const sources = task.sources?.length
    ? el(
        "div",
        { class: "quiet" },
        "Sources: ",
        task.sources.map((source, at) => [at ? ", " : "", link(source.url, words(source.text) || source.url)]),
      )
    : null;
  if (!more.length && !sources) return el("div", { class: "task" }, head);
  return el("details", { class: "task" }, el("summary", {}, head), more, sources);
}

export function plan(block, surface) {
  return el(
    "section",
    { class: "plan", aria: { label: words(block.title) || "Plan" } },
    el("strong", {}, words(block.title)),
    (block.tasks ?? []).map((task) => taskCard(task, surface)),
  );
}
