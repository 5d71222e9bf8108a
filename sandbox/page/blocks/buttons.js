// The elements that are pressed: buttons, overflow menus, icon and feedback buttons.
// https://docs.slack.dev/reference/block-kit/block-elements
import { el, safeUrl } from "../dom.js";
import { icon } from "../icons.js";
import { openMenu } from "../menu.js";
import { plain, words } from "../text.js";

export function keyOf(block, element) {
  return `${block.block_id}/${element.action_id}`;
}

/** Runs an act with the control marked as busy, so that a second press does nothing and is seen to do nothing. */
export async function busy(control, work) {
  if (control.getAttribute("aria-busy") === "true") return;
  control.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    control.removeAttribute("aria-busy");
  }
}

export function button(element, block, surface) {
  const style = { primary: " btn-primary", danger: " btn-danger" }[element.style] ?? "";
  const press = () => busy(control, () => surface.act(block, element, null));
  if (element.url) {
    const control = el(
      "a",
      {
        class: `btn${style}`,
        href: safeUrl(element.url) ?? undefined,
        target: "_blank",
        rel: "noopener noreferrer nofollow",
        data: { key: keyOf(block, element) },
        aria: { label: element.accessibility_label },
        onclick: () => surface.act(block, element, null),
      },
      plain(element.text?.text),
    );
    return control;
  }
  const control = el(
    "button",
    {
      type: "button",
      class: `btn${style}`,
      data: { key: keyOf(block, element) },
      aria: { label: element.accessibility_label },
      onclick: press,
    },
    plain(element.text?.text),
  );
  return control;
}

export function overflow(element, block, surface) {
  const control = el(
    "button",
    {
      type: "button",
      class: "btn btn-icon",
      data: { key: keyOf(block, element) },
      aria: { label: "More actions", haspopup: "menu", expanded: "false" },
      onclick: () =>
        openMenu(
          control,
          element.options.map((option) => ({
            text: words(option.text),
            description: words(option.description),
            run: () => {
              const address = safeUrl(option.url);
              if (option.url && address) window.open(address, "_blank", "noopener");
              busy(control, () => surface.act(block, element, option.value ?? words(option.text)));
            },
          })),
          "More actions",
        ),
    },
    icon("more"),
  );
  return control;
}

export function iconButton(element, block, surface) {
  const may = element.visible_to_user_ids;
  if (may && may.length && !may.includes(surface.world.me)) return null;
  const label = element.accessibility_label || words(element.text) || element.icon;
  const control = el(
    "button",
    {
      type: "button",
      class: "btn btn-quiet",
      title: words(element.text),
      data: { key: keyOf(block, element) },
      aria: { label },
      onclick: () => busy(control, () => surface.act(block, element, null)),
    },
    icon(element.icon === "trash" ? "close" : "more"),
    words(element.text),
  );
  return control;
}

export function feedbackButtons(element, block, surface) {
  const one = (choice, sign) => {
    const control = el(
      "button",
      {
        type: "button",
        class: "btn btn-quiet",
        aria: { label: choice.accessibility_label || words(choice.text) },
        onclick: () => busy(control, () => surface.act(block, element, choice.value)),
      },
      sign,
      " ",
      words(choice.text),
    );
    return control;
  };
  return el("span", { class: "pair" }, one(element.positive_button, "👍"), one(element.negative_button, "👎"));
}
