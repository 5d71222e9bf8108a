// The small controls that the panels at the side are made of. Each has a key, by which it keeps the focus when it is drawn anew.
import { el } from "../dom.js";

/** A small button; `more` may have `label` (what a screen reader reads), `disabled` and `icon`. */
export function press(words, key, run, { label, disabled, icon = null } = {}) {
  return el(
    "button",
    { type: "button", class: "btn btn-small", disabled, data: { key }, aria: { label }, onclick: run },
    icon,
    words,
  );
}

/** A switch with its name and a note; `turn(on)` is told. */
export function toggle(name, note, key, checked, turn) {
  return el(
    "label",
    { class: "box switch" },
    el("input", {
      type: "checkbox",
      role: "switch",
      checked,
      data: { key },
      onchange: (event) => turn(event.target.checked),
    }),
    el("span", {}, name, el("span", { class: "box-note" }, note)),
  );
}

export function row(...controls) {
  return el("div", { class: "row-of" }, controls);
}
