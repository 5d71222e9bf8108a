// Turns text from Slack's world into DOM: mrkdwn nodes, text objects, mentions, dates, emoji.
import { el, link, own } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { fullMoment, slackDate } from "./dates.js";
import { decode, parseInline, parseMrkdwn } from "./mrkdwn.js";

const TAGS = { bold: "strong", italic: "em", strike: "s" };

/** DOM of a mrkdwn text. `world` names people and channels: `{user(id), channel(id), me, openChannel(id), openUser(id)}`. */
export function mrkdwn(text, world, { verbatim = false } = {}) {
  return parseMrkdwn(text, { verbatim }).map((block) => {
    if (block.type === "pre") return el("pre", { class: "code-block", tabindex: "0", dir: "auto" }, bare(block, world));
    if (block.type === "quote") return el("blockquote", { dir: "auto" }, inline(block.children, world));
    return el("span", { class: "run", dir: "auto" }, inline(block.children, world));
  });
}

/** DOM of inline nodes, which come after the words `before`. */
export function inline(nodes, world, before = "") {
  const said = (at) => before + nodes.slice(Math.max(0, at - 3), at).map((node) => bare(node, world)).join("");
  return nodes.map((node, at) => {
    if (node.type === "text") return document.createTextNode(node.text);
    if (node.type === "code") return el("code", {}, bare(node, world));
    if (node.type === "link") return link(node.url, inline(node.children, world));
    if (node.type === "emoji") return emoji(node.name);
    if (node.type === "user") return person(node.id, world, node.label);
    if (node.type === "channel") return channel(node.id, world, node.label);
    if (node.type === "group") return el("span", { class: "mention" }, node.label || `@${world.groupName(node.id)}`);
    if (node.type === "broadcast") return el("span", { class: "mention mention-me" }, `@${node.range}`);
    if (node.type === "date") return moment(node, said(at));
    return el(TAGS[node.type], {}, inline(node.children, world, said(at)));
  });
}

/** An emoji with its name for those who do not see it; an unknown one as it was typed. */
export function emoji(name) {
  const character = emojiOf(name);
  if (!character) return document.createTextNode(`:${name}:`);
  return el(
    "span",
    { class: "emoji", role: "img", title: `:${name}:`, aria: { label: name.split("::")[0].replaceAll("_", " ") } },
    character,
  );
}

export function person(id, world, label = "") {
  const user = world.user(id);
  const name = user ? user.name : label || id;
  const mine = id === world.me;
  return el("span", { class: mine ? "mention mention-me" : "mention", data: { user: id } }, own(`@${name}`));
}

export function channel(id, world, label = "") {
  const known = world.channel(id);
  const name = known ? known.name : label;
  if (!name) return el("span", { class: "mention" }, el("span", { class: "icon-text" }, "🔒"), "private channel");
  if (!known) return el("span", { class: "mention" }, own(`#${name}`));
  return el(
    "button",
    { type: "button", class: "mention mention-button", onclick: () => world.openChannel(id) },
    own(`#${name}`),
  );
}

/** A date token after the words `before`: what the reader's clock says, the zone on a pointer's rest, the fallback where the token is none. */
export function moment({ unix, pattern, url, fallback }, before = "") {
  const found = slackDate(unix, pattern, before);
  if (found === null) return el("span", {}, fallback);
  const date = new Date(Number(unix) * 1000);
  const time = el("time", { datetime: date.toISOString(), title: fullMoment(date) }, found);
  return url ? link(url, time) : time;
}

/** DOM of a text object (`plain_text` or `mrkdwn`), or of a bare string. */
export function textObject(object, world) {
  if (object === null || object === undefined) return [];
  if (typeof object === "string") return [own(object)];
  if (object.type === "mrkdwn") return mrkdwn(object.text, world, { verbatim: object.verbatim === true });
  return plain(object.text, object.emoji !== false);
}

/** Plain text: only emoji names mean something. */
export function plain(text, withEmoji = true) {
  const words = String(text ?? "");
  if (!withEmoji) return [own(decode(words))];
  return [
    own(
      words
        .split(/(:[a-z0-9_+'-]+(?:::skin-tone-[2-6])?:)/i)
        .filter(Boolean)
        .map((part) => {
          const name = /^:(.+):$/.exec(part)?.[1];
          return name && emojiOf(name) ? emoji(name) : decode(part);
        }),
    ),
  ];
}

/** The words of a text object without any marks, for names that screen readers read. */
export function words(object, world = null) {
  if (object === null || object === undefined) return "";
  const text = typeof object === "string" ? object : (object.text ?? "");
  if (object.type === "mrkdwn") return parseInline(text, true)
      .map((node) => bare(node, world))
      .join("")
      .trim();
  return decode(text).replace(/:([a-z0-9_+'-]+):/gi, (whole, name) => emojiOf(name) ?? whole);
}

function bare(node, world) {
  if (node.text !== undefined) return node.text;
  if (node.type === "emoji") return emojiOf(node.name);
  if (node.type === "date") return slackDate(node.unix, node.pattern) ?? node.fallback;
  if (node.children) return node.children.map((child) => bare(child, world)).join("");
  if (node.type === "user") return `@${world?.user(node.id)?.name ?? (node.label || node.id)}`;
  if (node.type === "channel") return `#${world?.channel(node.id)?.name ?? (node.label || node.id)}`;
  if (node.type === "group") return node.label || `@${world?.groupName(node.id) ?? node.id}`;
  return node.label || (node.range ? `@${node.range}` : (node.id ?? ""));
}
