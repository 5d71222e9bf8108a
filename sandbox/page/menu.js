// A small menu under a button, after the ARIA menu-button pattern.
import { el } from "./dom.js";

let opened = null;

/** Opens `items` (`[{text, description, run, danger}]`) under `button`; the focus goes into the menu and comes back when it closes. */
export function openMenu(button, items, name) {
  opened?.();
  const list = el("div", { class: "menu", role: "menu", popover: "manual", aria: { label: name } });
  const close = (back) => {
    if (opened !== close) return;
    opened = null;
    document.removeEventListener("pointerdown", outside, true);
    list.remove();
    button.setAttribute("aria-expanded", "false");
    if (back) button.focus();
  };
  const outside = (event) => {
    if (!list.contains(event.target) && !button.contains(event.target)) close(false);
  };
  for (const item of items) {
    list.append(
      el(
        "button",
        {
          type: "button",
          role: "menuitem",
          tabindex: "-1",
          class: item.danger ? "menu-item is-danger" : "menu-item",
          onclick: () => {
            close(true);
            item.run();
          },
        },
        el("bdi", {}, item.text),
        item.description ? el("bdi", { class: "menu-note" }, item.description) : null,
      ),
    );
  }
  list.addEventListener("keydown", (event) => {
    const rows = [...list.children];
    const at = rows.indexOf(document.activeElement);
    if (event.key === "ArrowDown") rows[(at + 1) % rows.length].focus();
    else if (event.key === "ArrowUp") rows[(at - 1 + rows.length) % rows.length].focus();
    else if (event.key === "Home") rows[0].focus();
    else if (event.key === "End") rows[rows.length - 1].focus();
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // The menu must stand inside an open dialog, or the dialog would make it inert.
  (button.closest("dialog") ?? document.body).append(list);
  list.showPopover();
  const edge = button.getBoundingClientRect();
  const size = list.getBoundingClientRect();
  list.style.left = `${Math.max(8, Math.min(edge.left, window.innerWidth - size.width - 8))}px`;
  list.style.top = `${edge.bottom + size.height + 8 > window.innerHeight ? Math.max(8, edge.top - size.height - 4) : edge.bottom + 4}px`;
  button.setAttribute("aria-expanded", "true");
  opened = close;
  document.addEventListener("pointerdown", outside, true);
  list.firstElementChild?.focus();
}
