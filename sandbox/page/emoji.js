// `:white_check_mark:` → ✅. A name nobody knows stays as it was typed, as in Slack.
import NAMES from "./vendor/emoji-names.js";

const SKIN = { 2: "🏻", 3: "🏼", 4: "🏽", 5: "🏾", 6: "🏿" };
const byName = new Map();
const list = [];
for (const line of NAMES.trim().split("\n")) {
  const [character, ...names] = line.split(" ");
  for (const name of names) byName.set(name, character);
  list.push({ character, name: names[0], names });
}
// Slack's own extra names.
byName.set("thumbsup", "👍").set("thumbsdown", "👎");

/** The character of an emoji's name (without colons), with its skin tone, or null. */
export function emojiOf(name) {
  const [base, tone] = String(name).split("::skin-tone-");
  const character = byName.get(base);
  if (!character) return null;
  return tone && SKIN[tone] ? character + SKIN[tone] : character;
}

/** Emoji whose name begins with or holds `part`, at most `limit`, those that begin with it first. */
export function emojiLike(part, limit = 8) {
  const wanted = part.toLowerCase();
  const first = [],
    later = [];
  for (const entry of list) {
    const hit = entry.names.find((name) => name.includes(wanted));
    if (hit === undefined) continue;
    (hit.startsWith(wanted) ? first : later).push({ character: entry.character, name: hit });
    if (first.length >= limit) break;
  }
  return [...first, ...later].slice(0, limit);
}
