// Choosing an emoji by its name.
import { el, fill } from "./dom.js";
import { emojiLike } from "./emoji.js";

const USUAL = [
  "+1",
  "-1",
  "eyes",
  "white_check_mark",
  "raised_hands",
  "pray",
  "tada",
  "rotating_light",
  "package",
  "warning",
  "x",
  "question",
];

/** Opens a small dialog by `button`; `chosen(name)` is called once, or never. */
export function openEmojiPicker(button, chosen) {
  const grid = el("div", { class: "emoji-grid", role: "group", aria: { label: "Emoji" } });
  const field = el("input", {
    type: "search",
    class: "field",
    placeholder: "Search emoji",
    aria: { label: "Search emoji" },
  });
  const box = el("dialog", { class: "emoji-picker", aria: { label: "Choose an emoji" } }, field, grid);
  const paint = () => {
    const found = field.value.trim()
      ? emojiLike(field.value.trim(), 48)
      : USUAL.flatMap((name) =>
          emojiLike(name, 4)
            .filter((one) => one.name === name)
            .slice(0, 1),
        );
    fill(
      grid,
      found.map((one) =>
        el(
          "button",
          {
            type: "button",
            class: "tool",
            title: `:${one.name}:`,
            aria: { label: one.name.replaceAll("_", " ") },
            onclick: () => {
              close();
              chosen(one.name);
            },
          },
          one.character,
        ),
      ),
      found.length ? null : el("p", { class: "quiet" }, "No emoji of that name."),
    );
  };
  const close = () => {
    box.close();
    box.remove();
    button.focus();
  };
  field.addEventListener("input", paint);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      grid.querySelector("button")?.click();
    }
  });
  box.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  box.addEventListener("click", (event) => {
    if (event.target === box) close();
  });
  document.body.append(box);
  paint();
  box.showModal();
  const edge = button.getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(edge.left - 120, window.innerWidth - 300))}px`;
  box.style.top = `${Math.max(8, Math.min(edge.bottom + 4, window.innerHeight - 280))}px`;
  field.focus();
}
