// What a newcomer sees first: what this is, and everybody they can be.
import { el, fill } from "./dom.js";
import { avatar } from "./avatar.js";
import { groups } from "./people.js";

const ROLES = {
  analyst: "finds and flags what looks counterfeit, acknowledges alerts",
  liaison: "speaks for the organisation to the others",
  coordinator: "sees that every case moves, reads the digest",
  admin: "keeps the operation's people and channels",
};

function describe(person) {
  if (person.is_stranger) return "of the workspace, but on no organisation's list";
  if (person.is_guest) return "a guest of the workspace, on no organisation's list";
  return ROLES[person.role] ?? person.real_name ?? "";
}

/** Paints the first page into `root`. */
export function paintWelcome(root, store, become) {
  fill(
    root,
    el(
      "div",
      { class: "welcome" },
      el("h1", {}, `Welcome to ${store.workspace.team.name}`),
      el(
        "p",
        { class: "lead" },
        `A Slack workspace on your own machine, with ${store.workspace.app.name} in it. Nothing here leaves it, and nothing can be broken. Choose who you are; you can change at any time by the names at the top.`,
      ),
      groups(store).map(([title, people]) =>
        el(
          "section",
          { class: "welcome-group", aria: { label: title } },
          el("h2", {}, title),
          el(
            "ul",
            {},
            people.map((person) =>
              el(
                "li",
                {},
                el(
                  "button",
                  { type: "button", class: "welcome-who", onclick: () => become(person.id) },
                  avatar(person),
                  el("span", {}, el("strong", { dir: "auto" }, person.name), el("span", { class: "quiet" }, describe(person))),
                ),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}
