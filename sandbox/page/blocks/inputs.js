// The elements that are filled in: text, numbers, addresses, dates, times, boxes, files.
// What is typed is handed over as it is typed, so that nothing is lost when the view changes under the fingers.
import { el, fill, freshId } from "../dom.js";
import { icon } from "../icons.js";
import { textObject, words } from "../text.js";
import { keyOf } from "./buttons.js";

const PAUSE = 250;

/** What a screen reader reads where the app gives no name. */
const NAMES = {
  datepicker: "Select a date",
  timepicker: "Select a time",
  datetimepicker: "Select a date and a time",
};

const HALF = {
  datepicker: "Please enter the whole date.",
  timepicker: "Please enter the whole time.",
  datetimepicker: "Please enter the whole date and time.",
};

function attributes(element, block, naming) {
  return {
    data: { key: keyOf(block, element) },
    autofocus: element.focus_on_load === true,
    placeholder: words(element.placeholder) || undefined,
    dir: "auto",
    aria: {
      label: naming.name || words(element.placeholder) || NAMES[element.type] || "Write something",
      labelledby: naming.labelledby,
      describedby: naming.describedby,
      invalid: naming.invalid ? "true" : null,
      required: naming.required ? "true" : null,
    },
  };
}

/** Text of every kind. A pause in typing hands the value over; Enter acts where the input asks for it. */
export function textInput(element, block, surface, naming) {
  const kind = element.type.replace(/_text_input$|_input$/, "");
  const multiline = element.type === "rich_text_input" || element.multiline === true;
  const state = surface.value(block, element);
  const initial = state
    ? (state.value ?? richWords(state.rich_text_value))
    : element.initial_value?.type === "rich_text"
      ? richWords(element.initial_value)
      : element.initial_value;
  // What is under the fingers wins over what the bot says anew of the same field, as in Slack.
  const key = keyOf(block, element);
  const typed = surface.drafts?.get(key);
  const acts = naming.dispatch ? (element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]) : [];
  let handed = initial ?? "",
    timer = null;
  const hand = async (asAct) => {
    window.clearTimeout(timer);
    timer = null;
    if (!asAct && input.value === handed) return;
    handed = input.value;
    await surface.act(block, element, input.value === "" ? null : input.value, { fill: !asAct });
  };
  const input = el(multiline ? "textarea" : "input", {
    ...attributes(element, block, naming),
    class: "field",
    value: typed ?? initial ?? "",
    rows: multiline ? "5" : undefined,
    type: multiline ? undefined : ({ email: "email", url: "url" }[kind] ?? "text"),
    inputmode: kind === "number" ? (element.is_decimal_allowed ? "decimal" : "numeric") : undefined,
    minlength: element.min_length,
    maxlength: element.max_length ?? (kind === "plain" ? 3000 : undefined),
    autocomplete: "off",
    oninput: () => {
      surface.drafts?.set(key, input.value);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => hand(acts.includes("on_character_entered")), PAUSE);
      count();
    },
    onblur: () => hand(false),
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      if (acts.includes("on_enter_pressed") && (!multiline || event.metaKey || event.ctrlKey)) {
        event.preventDefault();
        hand(true);
      }
    },
  });
  surface.beforeSubmit?.(() => hand(false));
  const left = el("span", { class: "field-count", aria: { live: "polite" } });
  const count = () => {
    const rest = (element.max_length ?? 3000) - input.value.length;
    left.textContent = rest <= 100 && input.value.length > 0 && kind !== "number" ? String(rest) : "";
  };
  count();
  return el("span", { class: "field-wrap" }, input, left);
}

/** The words of a rich_text value, for a field that shows words. */
function richWords(block) {
  if (!block) return undefined;
  const walk = (node) =>
    node.text ??
    (node.elements ?? []).map(walk).join(node.type === "rich_text" || node.type === "rich_text_list" ? "\n" : "");
  return walk(block);
}

export function dateInput(element, block, surface, naming) {
  const type = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" }[element.type];
  const field = { datepicker: "date", timepicker: "time", datetimepicker: "date_time" }[element.type];
  const state = surface.value(block, element);
  const given = state ? state[`selected_${field}`] : element[`initial_${field}`];
  // A year that is being typed is 2, 20 and 202 before it is 2026: what is typed is handed over when one is done with it.
  const typing = (is) => {
    if (is) input.dataset.typing = "";
    else delete input.dataset.typing;
  };
  const hand = () => {
    typing(false);
    if (input.value === handed) return null;
    handed = input.value;
    const value =
      handed === "" ? null : field === "date_time" ? Math.floor(new Date(handed).getTime() / 1000) : handed;
    return surface.act(block, element, value);
  };
  const input = el("input", {
    ...attributes(element, block, naming),
    class: "field field-short",
    type,
    value: field === "date_time" ? localFromUnix(given) : (given ?? ""),
    onkeydown: (event) => {
      typing(event.key !== "Enter");
      if (event.key === "Enter") hand();
    },
    onpointerdown: () => typing(false),
    onchange: () => input.dataset.typing !== undefined || hand(),
    onblur: hand,
  });
  let handed = input.value;
  surface.beforeSubmit?.(async () => {
    if (input.validity.badInput) return { [block.block_id]: HALF[element.type] };
    await hand();
    return null;
  });
  return input;
}

function localFromUnix(seconds) {
  if (!seconds) return "";
  const date = new Date(Number(seconds) * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Checkboxes and radio buttons, with their descriptions. */
export function boxes(element, block, surface, naming) {
  const many = element.type === "checkboxes";
  const state = surface.value(block, element);
  const given = many
    ? ((state ? state.selected_options : element.initial_options) ?? [])
    : [state ? state.selected_option : element.initial_option].filter(Boolean);
  const group = freshId("boxes");
  const hand = () => {
    const values = [...box.querySelectorAll("input:checked")].map((input) => input.value);
    surface.act(block, element, many ? values : (values[0] ?? null));
  };
  const box = el(
    "div",
    {
      class: "boxes",
      role: many ? "group" : "radiogroup",
      aria: {
        label: naming.labelledby ? null : naming.name || (many ? "Checkboxes" : "Choices"),
        labelledby: naming.labelledby,
        describedby: naming.describedby,
      },
    },
    (element.options ?? []).map((option, at) => {
      const note = freshId("note");
      return el(
        "label",
        { class: "box" },
        el("input", {
          type: many ? "checkbox" : "radio",
          name: group,
          value: option.value,
          checked: given.some((other) => other.value === option.value),
          onchange: hand,
          autofocus: at === 0 && element.focus_on_load === true,
          data: { key: `${keyOf(block, element)}/${option.value}` },
          aria: { describedby: option.description ? note : null },
        }),
        el(
          "span",
          {},
          textObject(option.text, surface.world),
          option.description
            ? el("span", { class: "box-note", id: note }, textObject(option.description, surface.world))
            : null,
        ),
      );
    }),
  );
  return box;
}

export function fileInput(element, block, surface, naming) {
  const most = element.max_files ?? 10;
  const state = surface.value(block, element);
  let files = state?.files ?? [];
  const list = el("ul", { class: "file-list" });
  const say = el("p", { class: "field-error", role: "alert", hidden: true });
  const paint = () =>
    fill(
      list,
      files.map((file) =>
        el(
          "li",
          {},
          icon("file"),
          el("bdi", {}, file.name ?? file.title ?? file.id),
          el(
            "button",
            {
              type: "button",
              class: "btn btn-quiet",
              aria: { label: `Remove ${file.name ?? file.id}` },
              onclick: () => set(files.filter((other) => other.id !== file.id)),
            },
            icon("close"),
          ),
        ),
      ),
    );
  const set = (next) => {
    files = next;
    paint();
    surface.act(
      block,
      element,
      files.map((file) => file.id),
    );
  };
  const input = el("input", {
    ...attributes(element, block, naming),
    type: "file",
    class: "field",
    multiple: most > 1,
    accept: element.filetypes?.length ? element.filetypes.map((kind) => `.${kind}`).join(",") : undefined,
    onchange: async () => {
      const wanted = [...input.files];
      input.value = "";
      say.hidden = files.length + wanted.length <= most;
      say.textContent = `At most ${most} file${most === 1 ? "" : "s"} can be added.`;
      if (!say.hidden) return;
      try {
        const added = [];
        for (const file of wanted) added.push(await surface.upload(file));
        set([...files, ...added]);
      } catch (problem) {
        say.textContent = problem.message;
        say.hidden = false;
      }
    },
  });
  paint();
  return el("div", { class: "file-input" }, input, list, say);
}
