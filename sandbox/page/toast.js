// A sentence at the foot of the page about what did not work; it stays long enough to be read, and while a pointer rests on it.
import { el } from "./dom.js";
import { icon } from "./icons.js";

const STAY = 9_000;

/** Shows `text` in the page's alert region. */
export function toast(text) {
  const root = document.getElementById("toasts");
  for (const old of root.children) if (old.dataset.text === text) old.remove();
  let timer = null;
  const node = el(
    "div",
    {
      class: "toast",
      data: { text },
      onpointerenter: () => window.clearTimeout(timer),
      onpointerleave: () => {
        timer = window.setTimeout(gone, STAY);
      },
    },
    el("span", { dir: "auto" }, text),
    el("button", { type: "button", class: "tool", aria: { label: "Dismiss" }, onclick: () => gone() }, icon("close")),
  );
  const gone = () => node.remove();
  root.append(node);
  while (root.children.length > 3) root.firstElementChild.remove();
  timer = window.setTimeout(gone, STAY);
}
