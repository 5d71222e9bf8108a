// Faces: initials on a colour of the person's organisation, so that one sees at a glance who speaks for whom.
import { el, safeUrl } from "./dom.js";
import { emojiOf } from "./emoji.js";

const COLOURS = { amazon: 0, dhl: 1, cbp: 2, iprc: 3, operation: 4 };

/** The group a person is shown in: what the seed says, else the beginning of a name like "carrier-analyst-1". */
export function groupOf(person) {
  if (person.organisation && !person.is_guest && !person.is_stranger) return person.organisation;
  const parts = person.name.split("-").filter((part) => !/^\d+$/.test(part));
  return parts.length > 1 ? parts[0] : "outside";
}

/** "analyst" of "amazon-analyst-1": what tells people of one group apart. */
export function shortName(person) {
  const group = groupOf(person);
  const own = person.name.startsWith(`${group}-`)
    ? person.name.slice(group.length + 1)
    : person.name.replace(/^operation-/, "");
  return own.replace(/-1$/, "");
}

function colour(person) {
  const group = groupOf(person);
  if (group in COLOURS) return COLOURS[group];
  if (group === "outside") return 7;
  return 5 + ([...group].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 2);
}

/** The face a message brings along, an emoji or a picture; null for one that has none or whose picture does not load. */
export function faceOf(icons) {
  const name = /^:?(.+?):?$/.exec(icons?.emoji ?? "")?.[1];
  const address = icons?.image_64 ?? icons?.image_48 ?? icons?.image_36;
  if (name && emojiOf(name)) return { emoji: emojiOf(name) };
  return address && safeUrl(address) ? { picture: safeUrl(address) } : null;
}

/** The letters are drawn by the style sheet: they are a picture, not text that is read or copied. */
export function avatar(person, size = "") {
  const letters = person.is_bot ? "" : shortName(person).slice(0, 2).toUpperCase();
  const { emoji, picture } = person.face ?? {};
  const face = el("span", {
    class: `avatar ${size} ${emoji ? "avatar-emoji" : person.is_bot ? "avatar-bot" : `avatar-${colour(person)}`}`,
    data: { letters: emoji ?? (letters || "✓") },
    aria: { hidden: "true" },
  });
  if (picture) {
    const img = el("img", { src: picture, alt: "", loading: "lazy", referrerpolicy: "no-referrer" });
    img.addEventListener("error", () => img.remove(), { once: true });
    face.append(img);
  }
  return face;
}
