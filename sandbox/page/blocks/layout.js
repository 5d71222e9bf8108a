// The layout blocks every message knows: section, header, context, actions, divider, input; and the containers around them.
// https://docs.slack.dev/reference/block-kit/blocks
import { el, freshId, link } from "../dom.js";
import { icon } from "../icons.js";
import { plain, textObject, words } from "../text.js";
import { element } from "./elements.js";

const LONG = 700;

export function section(block, surface) {
  const naming = { name: words(block.text, surface.world).split("\n")[0].slice(0, 75) || undefined };
  const body = el(
    "div",
    { class: "section-body" },
    block.text
      ? long(
          el("div", { class: "prose" }, textObject(block.text, surface.world)),
          words(block.text).length,
          block.expand,
        )
      : null,
    block.fields?.length
      ? el(
          "div",
          { class: "fields" },
          block.fields.map((field) => el("div", { class: "prose" }, textObject(field, surface.world))),
        )
      : null,
  );
  if (!block.accessory) return el("div", { class: "section" }, body);
  return el(
    "div",
    { class: `section has-accessory accessory-${block.accessory.type === "image" ? "image" : "control"}` },
    body,
    el("div", { class: "accessory" }, element(block.accessory, block, surface, naming)),
  );
}

/** A long text shows its beginning and a button for the rest, as Slack's clients do unless the block says `expand`. */
function long(node, length, expand) {
  if (length <= LONG || expand) return node;
  node.classList.add("is-cut");
  const more = el(
    "button",
    {
      type: "button",
      class: "btn-link",
      aria: { expanded: "false" },
      onclick: () => {
        const cut = node.classList.toggle("is-cut");
        more.textContent = cut ? "See more" : "See less";
        more.setAttribute("aria-expanded", String(!cut));
      },
    },
    "See more",
  );
  return el("div", {}, node, more);
}

export function header(block) {
  const level = block.level ?? 1;
  return el(
    "div",
    { class: `block-header level-${level}`, role: "heading", aria: { level: Math.min(6, level + 2) } },
    plain(block.text?.text, block.text?.emoji !== false),
  );
}

export function context(block, surface) {
  return el(
    "div",
    { class: "context" },
    (block.elements ?? []).map((item) =>
      item.type === "image"
        ? element(item, block, surface)
        : el("span", { class: "prose" }, textObject(item, surface.world)),
    ),
  );
}

export function actions(block, surface) {
  return el(
    "div",
    { class: "actions" },
    (block.elements ?? []).map((item) => element(item, block, surface)),
  );
}

/** A labelled input with its hint and, after a refused submit, its error. */
export function input(block, surface) {
  const label = freshId("label"),
    hint = freshId("hint"),
    error = freshId("error");
  const problem = surface.errors?.[block.block_id];
  const naming = {
    name: words(block.label),
    labelledby: label,
    describedby: [problem ? error : null, block.hint ? hint : null].filter(Boolean).join(" ") || null,
    invalid: Boolean(problem),
    required: !block.optional,
    dispatch: block.dispatch_action === true,
  };
  return el(
    "div",
    { class: problem ? "input has-error" : "input" },
    el(
      "div",
      { class: "input-label" },
      el("span", { id: label }, plain(block.label?.text)),
      block.optional ? el("span", { class: "quiet" }, " (optional)") : null,
    ),
    element(block.element, block, surface, naming),
    problem ? el("p", { class: "field-error", id: error }, icon("close"), String(problem)) : null,
    block.hint ? el("p", { class: "hint", id: hint }, plain(block.hint.text)) : null,
  );
}

const ALERTS = { default: "Note", info: "Information", warning: "Warning", error: "Error", success: "Success" };

export function alert(block, surface) {
  const level = block.level in ALERTS ? block.level : "default";
  return el(
    "div",
    { class: `alert alert-${level}`, role: level === "error" ? "alert" : "note", aria: { label: ALERTS[level] } },
    el("span", { class: "prose" }, textObject(block.text, surface.world)),
  );
}

export function contactCard(block, surface) {
  return el(
    "div",
    { class: "card" },
    el("strong", {}, surface.world.user(block.user_id)?.name ?? (words(block.name) || block.user_id || "Contact")),
  );
}

export function call(block) {
  const given = block.call?.v1 ?? {};
  return el(
    "div",
    { class: "card" },
    el("strong", {}, given.name ?? "Call"),
    given.join_url ? link(given.join_url, "Join") : null,
  );
}
