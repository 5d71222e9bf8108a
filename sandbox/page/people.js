// Who you are: everybody of the workspace in one strip, one click each.
import { el, refill } from "./dom.js";
import { avatar, groupOf, shortName } from "./avatar.js";

const TITLES = {
  amazon: "Amazon",
  dhl: "DHL",
  cbp: "CBP",
  iprc: "IPR Center",
  operation: "Operation",
  outside: "Others",
};

/** Everyone a reader can be, by group: `[[title, people], …]`, in the order of the seed. */
export function groups(store) {
  const found = new Map();
  for (const person of store.workspace.people) {
    if (person.is_bot || person.deleted || store.isBot(person.id)) continue;
    const group = groupOf(person);
    if (!found.has(group)) found.set(group, []);
    found.get(group).push(person);
  }
  return [...found].map(([group, people]) => [TITLES[group] ?? group, people]);
}

function openBeside(person) {
  window.open(`${window.location.pathname}#/${person.id}`, "_blank", "noopener");
}

/** Paints the strip into `root`; `become(id)` changes who one is. A middle click or Ctrl+click opens a window of its own. */
export function paintPeople(root, store, become) {
  const label = (person) =>
    [person.is_guest ? "guest" : null, person.is_stranger ? "on no list" : null].filter(Boolean).join(", ");
  refill(
    root,
    groups(store).map(([title, people]) =>
      el(
        "div",
        { class: "people-group", role: "group", aria: { label: title } },
        el("span", { class: "people-title", aria: { hidden: "true" } }, title),
        el(
          "div",
          { class: "people-row" },
          people.map((person) =>
            el(
              "button",
              {
                type: "button",
                class: "who",
                aria: { pressed: String(person.id === store.me), label: person.name },
                data: { key: person.id },
                title: [
                  person.name,
                  person.real_name !== person.name ? person.real_name : "",
                  label(person),
                  "Ctrl+click: in a window of its own",
                ]
                  .filter(Boolean)
                  .join(" · "),
                onclick: (event) => (event.ctrlKey || event.metaKey ? openBeside(person) : become(person.id)),
                onauxclick: (event) => {
                  if (event.button === 1) openBeside(person);
                },
              },
              avatar(person, "avatar-small"),
              el("bdi", {}, shortName(person)),
            ),
          ),
        ),
      ),
    ),
  );
  root.querySelector('[aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "center" });
}
