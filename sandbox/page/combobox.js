// A field to choose from a list by typing: Slack's selects, in one and many. After the ARIA combobox pattern
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/): the focus stays in the field, the arrows walk the list.
import { el, fill, freshId, own } from "./dom.js";
import { icon } from "./icons.js";

const WAIT_FOR_TYPING = 180;

/**
 * `options(query)` gives groups `[{label, options: [{id, text, description, value}]}]`, at once or as a promise; a promise
 * that fails shows its message. With `asks` they come from the app, which is asked when a pause is made in typing.
 * `onchange(chosen)` gets the list of chosen options.
 */
export function combobox({
  name,
  labelledby,
  describedby,
  placeholder,
  chosen = [],
  multiple = false,
  most = Infinity,
  least = 0,
  options,
  onchange,
  key,
  disabled = false,
  invalid = false,
  autofocus = false,
  note = "",
  asks = false,
}) {
  const listId = freshId("list");
  const input = el("input", {
    type: "text",
    class: "combo-input",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    disabled,
    placeholder: placeholder || "Choose an option",
    dir: "auto",
    data: { key },
    autofocus,
    aria: {
      // Beside the visible label, which some tools do not count once it is scrolled out of sight.
      label: name,
      labelledby,
      describedby,
      expanded: "false",
      controls: listId,
      autocomplete: "list",
      invalid: invalid ? "true" : null,
    },
  });
  const list = el("div", {
    id: listId,
    class: "combo-list",
    role: "listbox",
    popover: "manual",
    aria: { label: name || "Options", multiselectable: multiple ? "true" : null },
  });
  const tokens = el("span", { class: "combo-tokens" });
  const clear = el(
    "button",
    {
      type: "button",
      class: "combo-clear",
      aria: { label: "Clear" },
      onclick: () => {
        choose([]);
        input.focus();
      },
    },
    icon("close"),
  );
  const box = el(
    "div",
    { class: "combo" },
    tokens,
    input,
    clear,
    el("span", { class: "combo-arrow" }, icon("chevron")),
    list,
  );
  let picked = chosen,
    shown = [],
    current = -1,
    asked = 0,
    timer = null,
    open = false;

  function paint() {
    fill(
      tokens,
      multiple
        ? picked.map((option) =>
            el(
              "span",
              { class: "token" },
              own(option.text),
              el(
                "button",
                {
                  type: "button",
                  class: "token-remove",
                  disabled,
                  aria: { label: `Remove ${option.text}` },
                  onclick: () => {
                    choose(picked.filter((other) => other.id !== option.id));
                    input.focus();
                  },
                },
                icon("close"),
              ),
            ),
          )
        : [],
    );
    if (!multiple && !open) input.value = picked[0]?.text ?? "";
    clear.hidden = disabled || picked.length === 0 || multiple;
  }

  function choose(next) {
    picked = next;
    if (multiple) input.value = "";
    paint();
    onchange(next);
  }

  function place() {
    const edge = box.getBoundingClientRect();
    const below = window.innerHeight - edge.bottom - 12;
    const above = edge.top - 12;
    const upwards = below < 180 && above > below;
    list.style.left = `${edge.left}px`;
    list.style.width = `${edge.width}px`;
    list.style.maxHeight = `${Math.min(320, upwards ? above : below)}px`;
    list.style.top = upwards ? "auto" : `${edge.bottom + 4}px`;
    list.style.bottom = upwards ? `${window.innerHeight - edge.top + 4}px` : "auto";
  }

  function show() {
    if (open || disabled) return;
    open = true;
    list.showPopover();
    place();
    input.setAttribute("aria-expanded", "true");
    window.addEventListener("resize", place);
  }

  function hide() {
    if (!open) return;
    open = false;
    asked += 1;
    if (list.matches(":popover-open")) list.hidePopover();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    window.removeEventListener("resize", place);
    current = -1;
    // The tokens stay as they are: a press on one of them takes the focus from the field before it is a click.
    if (multiple) input.value = "";
    else input.value = picked[0]?.text ?? "";
  }

  function say(text) {
    shown = [];
    fill(list, el("div", { class: "combo-say", role: "option", aria: { disabled: "true", selected: "false" } }, text));
  }

  function mark(index) {
    current = index;
    const rows = list.querySelectorAll("[data-index]");
    for (const row of rows) row.classList.toggle("is-current", Number(row.dataset.index) === index);
    const row = rows[index];
    if (row) {
      input.setAttribute("aria-activedescendant", row.id);
      row.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }

  async function search(query) {
    show();
    const mine = (asked += 1);
    let groups;
    try {
      const answer = options(query);
      if (answer instanceof Promise) say("Searching…");
      groups = await answer;
    } catch (problem) {
      if (mine === asked) say(problem.message || "The options could not be loaded.");
      return;
    }
    if (mine !== asked || !open) return;
    shown = groups.flatMap((group) => group.options);
    let index = -1;
    fill(
      list,
      groups
        .filter((group) => group.options.length > 0)
        .map((group) => {
          const heading = group.label ? el("div", { class: "combo-group", id: freshId("group") }, group.label) : null;
          return el(
            "div",
            { role: "group", aria: { labelledby: heading?.id } },
            heading,
            group.options.map((option) => {
              index += 1;
              const at = index;
              const selected = picked.some((other) => other.id === option.id);
              return el(
                "div",
                {
                  class: "combo-option",
                  role: "option",
                  id: freshId("option"),
                  data: { index: at },
                  aria: { selected: String(selected) },
                  onpointerdown: (event) => event.preventDefault(),
                  onclick: () => take(at),
                  onpointermove: () => {
                    if (current !== at) mark(at);
                  },
                },
                el("span", { class: "combo-tick" }, selected ? icon("check") : null),
                el(
                  "span",
                  { class: "combo-text" },
                  own(option.text),
                  option.description ? el("bdi", { class: "combo-description" }, option.description) : null,
                ),
              );
            }),
          );
        }),
    );
    if (shown.length === 0) say(query ? "No results" : note || "Nothing to choose from");
    else mark(Math.max(0, query ? 0 : shown.findIndex((option) => option.id === picked[0]?.id)));
  }

  function take(index) {
    const option = shown[index];
    if (!option) return;
    const has = picked.some((other) => other.id === option.id);
    if (!multiple) {
      hide();
      choose([option]);
      return;
    }
    if (!has && picked.length >= most) {
      say(`At most ${most} can be chosen.`);
      return;
    }
    choose(has ? picked.filter((other) => other.id !== option.id) : [...picked, option]);
    begin();
  }

  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    const query = input.value.trim();
    show();
    // What stands in the list is no answer to this: Return may not take any of it.
    asked += 1;
    shown = [];
    if (query.length < least) {
      say(least === 1 ? "Type to search" : `Type at least ${least} characters`);
      return;
    }
    if (asks) timer = window.setTimeout(() => search(query), WAIT_FOR_TYPING);
    else search(query);
  });
  input.addEventListener("click", () => {
    if (!open) begin();
  });
  input.addEventListener("blur", () => {
    window.clearTimeout(timer);
    hide();
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) begin();
      else if (shown.length) mark((current + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length);
    } else if (event.key === "Enter") {
      if (open) {
        event.preventDefault();
        take(current);
      }
    } else if (event.key === "Escape") {
      if (open) {
        event.preventDefault();
        event.stopPropagation();
        hide();
      }
    } else if (event.key === "Backspace" && multiple && input.value === "" && picked.length)
      choose(picked.slice(0, -1));
    else if (event.key === "Home" && open) mark(0);
    else if (event.key === "End" && open) mark(shown.length - 1);
  });

  function begin() {
    if (!multiple) input.select();
    if (least > 0) {
      show();
      say(least === 1 ? "Type to search" : `Type at least ${least} characters`);
    } else search("");
  }

  paint();
  return box;
}
