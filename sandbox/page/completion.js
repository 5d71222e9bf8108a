// The list over the composer while one types "/…", "@…", "#…" or ":…".
import { el, fill, freshId } from "./dom.js";
import { emojiLike } from "./emoji.js";

const MOST = 8;
const EVERYBODY = {
  here: "everybody of the channel who is there now",
  channel: "everybody of the channel",
  everyone: "everybody of the workspace",
};

/** Those whose names begin with `part` first. */
function bestFirst(rows, part) {
  const begins = (row) => row.put.slice(1).toLowerCase().startsWith(part.toLowerCase());
  return [...rows.filter(begins), ...rows.filter((row) => !begins(row))];
}

/** Watches `field`; the list hangs in `form`. `takes(event)` says whether a key was meant for the list. */
export function attachCompletion(field, form, store, { commands }) {
  const id = freshId("completion");
  const list = el("div", { class: "completion", id, role: "listbox", hidden: true, aria: { label: "Suggestions" } });
  form.prepend(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", id);
  let rows = [],
    current = 0,
    from = 0;

  const SOURCES = [
    {
      pattern: /^\/([\w-]*)$/,
      find: (part) =>
        commands
          ? store.workspace.app.commands
              .filter((one) => one.command.slice(1).startsWith(part.toLowerCase()))
              .map((one) => ({
                put: `${one.command} `,
                title: [one.command, one.usage_hint].filter(Boolean).join(" "),
                note: one.description,
              }))
          : [],
    },
    {
      pattern: /(?:^|\s)@([\w.-]*)$/,
      find: (part) =>
        [
          ...store.workspace.people.filter((person) => !person.deleted).map((person) => [person.name, person.real_name]),
          ...(store.workspace.usergroups ?? []).map((group) => [group.handle, group.name]),
          ...Object.entries(EVERYBODY),
        ]
          .filter((names) => names.some((name) => name?.toLowerCase().includes(part.toLowerCase())))
          .map(([name, note]) => ({ put: `@${name} `, title: name, note })),
    },
    {
      pattern: /(?:^|\s)#([\w.-]*)$/,
      find: (part) =>
        store.mine.channels
          .filter((channel) => channel.name && !channel.is_archived && channel.name.includes(part.toLowerCase()))
          .map((channel) => ({ put: `#${channel.name} `, title: `#${channel.name}`, note: channel.topic })),
    },
    {
      pattern: /(?:^|\s):([a-z0-9_+-]{2,})$/i,
      find: (part) =>
        emojiLike(part, MOST).map((one) => ({ put: `:${one.name}: `, title: `${one.character} :${one.name}:` })),
    },
  ];

  function update() {
    const before = field.value.slice(0, field.selectionStart);
    rows = [];
    for (const { pattern, find } of SOURCES) {
      const found = pattern.exec(before);
      if (!found) continue;
      rows = bestFirst(find(found[1]), found[1]).slice(0, MOST);
      from = before.length - found[1].length - 1;
      break;
    }
    current = 0;
    paint();
  }

  function paint() {
    list.hidden = rows.length === 0;
    fill(
      list,
      rows.map((row, at) =>
        el(
          "div",
          {
            role: "option",
            id: `${id}-${at}`,
            class: at === current ? "completion-row is-current" : "completion-row",
            aria: { selected: String(at === current) },
            onpointerdown: (event) => {
              event.preventDefault();
              take(at);
            },
          },
          el("bdi", { class: "completion-title" }, row.title),
          row.note ? el("bdi", { class: "quiet" }, row.note) : null,
        ),
      ),
    );
    if (rows.length) {
      field.setAttribute("aria-activedescendant", `${id}-${current}`);
      list.children[current].scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }

  function take(at) {
    field.setRangeText(rows[at].put, from, field.selectionStart, "end");
    rows = [];
    paint();
    field.dispatchEvent(new Event("input"));
    field.focus();
  }

  field.addEventListener("input", update);
  field.addEventListener("blur", () => {
    rows = [];
    paint();
  });
  return {
    takes(event) {
      if (rows.length === 0) return false;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        current = (current + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length;
        paint();
      } else if (event.key === "Enter" || event.key === "Tab") {
        // What is typed in full already is sent by Enter, not completed once more.
        const whole = field.value.slice(from, field.selectionStart);
        if (event.key === "Enter" && rows[current].put.trim() === whole) {
          rows = [];
          paint();
          return false;
        }
        take(current);
      } else if (event.key === "Escape") {
        rows = [];
        paint();
      } else {
        // The caret goes elsewhere: what is offered was for where it stood.
        if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
          rows = [];
          paint();
        }
        return false;
      }
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}
