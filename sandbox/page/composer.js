// Where one writes: a text field with completion of commands, people, channels and emoji, and files that go along.
import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { attachCompletion } from "./completion.js";
import { openMenu } from "./menu.js";
import { openEmojiPicker } from "./picker.js";

/**
 * `name` is the field's name ("Message #operations"); `send({text, files, broadcast})` resolves to true where it was taken
 * (else the text comes back); `shortcut(one)` runs a global shortcut; `upload(file)` stores a file and gives it back; `draft` keeps what was begun.
 */
export function composer({
  name,
  placeholder,
  store,
  send,
  upload,
  say,
  draft = {},
  broadcastTo = null,
  commands = true,
  shortcut = null,
}) {
  let files = draft.files ?? [],
    sending = Promise.resolve();
  const field = el("textarea", {
    class: "composer-field",
    rows: "1",
    placeholder: placeholder ?? name,
    value: draft.text ?? "",
    maxlength: "40000",
    dir: "auto",
    spellcheck: "true",
    aria: { label: name },
  });
  const chips = el("ul", { class: "file-list", hidden: true });
  const picker = el("input", {
    type: "file",
    multiple: true,
    hidden: true,
    onchange: () => add(picker.files),
    aria: { label: "Choose files" },
  });
  const broadcast = broadcastTo ? el("input", { type: "checkbox" }) : null;
  const submit = el("button", { type: "submit", class: "btn btn-send", aria: { label: "Send" } }, icon("send"));
  const form = el(
    "form",
    {
      class: "composer",
      aria: { label: name },
      onsubmit: (event) => {
        event.preventDefault();
        go();
      },
      ondragover: (event) => event.preventDefault(),
      ondrop: (event) => {
        event.preventDefault();
        add(event.dataTransfer.files);
      },
    },
    field,
    chips,
    el(
      "div",
      { class: "composer-foot" },
      el(
        "button",
        {
          type: "button",
          class: "tool",
          title: "Add files",
          aria: { label: "Add files" },
          onclick: () => picker.click(),
        },
        icon("clip"),
      ),
      picker,
      el(
        "button",
        {
          type: "button",
          class: "tool",
          title: "Emoji",
          aria: { label: "Emoji", haspopup: "dialog" },
          onclick: (event) => openEmojiPicker(event.currentTarget, (chosen) => insert(`:${chosen}: `)),
        },
        icon("smile"),
      ),
      commands
        ? el(
            "button",
            {
              type: "button",
              class: "tool",
              title: "Shortcuts and commands",
              aria: { label: "Shortcuts and commands", haspopup: "menu", expanded: "false" },
              onclick: (event) => openMenu(event.currentTarget, offers(), "Shortcuts and commands"),
            },
            icon("bolt"),
          )
        : null,
      broadcast
        ? el("label", { class: "box broadcast" }, broadcast, el("span", {}, `Also send to ${broadcastTo}`))
        : null,
      el("span", { class: "spacer" }),
      submit,
    ),
  );
  const completion = attachCompletion(field, form, store, { commands });

  /** What the app can be asked for from here: its global shortcuts, and its commands to begin with. */
  function offers() {
    const { app } = store.workspace;
    return [
      ...app.shortcuts
        .filter((one) => one.type === "global")
        .map((one) => ({ text: one.name, description: one.description, run: () => shortcut(one) })),
      ...app.commands.map((one) => ({
        text: one.command,
        description: one.description,
        run: () => {
          field.value = `${one.command} `;
          changed();
          field.focus();
        },
      })),
    ];
  }

  function insert(text) {
    const at = field.selectionStart;
    field.setRangeText(text, at, field.selectionEnd, "end");
    changed();
    field.focus();
  }

  function changed() {
    draft.text = field.value;
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 220)}px`;
    submit.classList.toggle("is-ready", field.value.trim() !== "" || files.length > 0);
  }

  function paintFiles() {
    draft.files = files;
    chips.hidden = files.length === 0;
    fill(
      chips,
      files.map((file) =>
        el(
          "li",
          {},
          icon("file"),
          el("bdi", {}, file.name ?? file.id),
          el(
            "button",
            {
              type: "button",
              class: "btn btn-quiet",
              aria: { label: `Remove ${file.name ?? "file"}` },
              onclick: () => {
                files = files.filter((other) => other !== file);
                paintFiles();
              },
            },
            icon("close"),
          ),
        ),
      ),
    );
    changed();
  }

  async function add(list) {
    for (const file of list) {
      try {
        files = [...files, await upload(file)];
      } catch (problem) {
        say(problem.message);
      }
    }
    picker.value = "";
    paintFiles();
  }

  /** The field is free at once, as in Slack; what is sent goes out in its order, and what was not taken comes back. */
  function go() {
    const message = { text: field.value, files, broadcast: broadcast?.checked ?? false };
    if (message.text.trim() === "" && files.length === 0) return;
    field.value = "";
    files = [];
    if (broadcast) broadcast.checked = false;
    paintFiles();
    form.setAttribute("aria-busy", "true");
    const mine = (sending = sending
      .then(() => send({ ...message, files: message.files.map((file) => file.id) }))
      .then((taken) => {
        if (sending === mine) form.removeAttribute("aria-busy");
        if (!taken) giveBack(message);
      }));
  }

  function giveBack(message) {
    field.value = [message.text, field.value].filter(Boolean).join("\n");
    files = [...message.files, ...files];
    paintFiles();
  }

  field.addEventListener("input", changed);
  field.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) {
      event.preventDefault();
      add(event.clipboardData.files);
    }
  });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing || completion.takes(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      go();
    }
  });
  paintFiles();
  return {
    form,
    field,
    set(text) {
      field.value = text;
      changed();
      field.focus();
    },
  };
}
