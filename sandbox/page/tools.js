// What hangs over a message under the pointer or the focus: react, reply, and the message shortcuts.
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { emoji } from "./text.js";
import { openMenu } from "./menu.js";
import { openEmojiPicker } from "./picker.js";

const QUICK = ["white_check_mark", "eyes", "raised_hands"];

/** The toolbar of a message, or null where nothing can be done with it. */
export function messageTools(message, page) {
  if (message.only_visible_to || message.subtype === "tombstone") return null;
  const own = message.user === page.store.me && !message.bot_id;
  const shortcuts = page.store.workspace.app.shortcuts.filter((shortcut) => shortcut.type === "message");
  const tool = (label, inside, run, more = {}) => {
    const button = el(
      "button",
      {
        type: "button",
        class: "tool",
        title: label,
        ...more,
        aria: { label, ...more.aria },
        onclick: () => run(button),
      },
      inside,
    );
    return button;
  };
  const items = [
    ...shortcuts.map((shortcut) => ({
      text: shortcut.name,
      description: `${page.store.workspace.app.name} · ${shortcut.description ?? ""}`.replace(/ · $/, ""),
      run: () => page.shortcut(shortcut, message),
    })),
    ...(own
      ? [
          { text: "Edit message", run: () => page.edit(message.ts) },
          { text: "Delete message…", danger: true, run: () => page.remove(message) },
        ]
      : []),
    { text: "Copy text", run: () => page.copy(message) },
  ];
  return el(
    "div",
    { class: "tools", role: "toolbar", aria: { label: "Message actions" } },
    QUICK.map((name) =>
      tool(`React with ${name.replaceAll("_", " ")}`, emoji(name), () => page.react(message, name, false)),
    ),
    tool(
      "Add reaction",
      icon("smile"),
      (button) => openEmojiPicker(button, (name) => page.react(message, name, false)),
      { aria: { haspopup: "dialog" } },
    ),
    page.inThread ? null : tool("Reply in thread", icon("reply"), () => page.openThread(message)),
    tool("More actions", icon("more"), (button) => openMenu(button, items, "Message actions"), {
      aria: { haspopup: "menu", expanded: "false" },
    }),
  );
}
