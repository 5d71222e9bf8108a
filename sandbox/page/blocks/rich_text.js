// rich_text blocks: what Slack's own composer makes. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
import { el, link } from "../dom.js";
import { channel, emoji, moment, person } from "../text.js";

const ORDERED = ["decimal", "lower-alpha", "lower-roman"];

export function richText(block, surface) {
  return el(
    "div",
    { class: "rich" },
    (block.elements ?? []).map((part) => piece(part, surface)),
  );
}

function piece(part, surface) {
  const inside = () => leaves(part.elements, surface);
  if (part.type === "rich_text_section") return el("div", { class: "rich-section", dir: "auto" }, inside());
  if (part.type === "rich_text_preformatted") return el("pre", { class: "code-block", tabindex: "0", dir: "auto" }, inside());
  if (part.type === "rich_text_quote") return el("blockquote", { dir: "auto" }, inside());
  if (part.type === "rich_text_list") {
    const ordered = part.style === "ordered";
    const list = el(
      ordered ? "ol" : "ul",
      {
        class: part.border ? "rich-list has-border" : "rich-list",
        start: ordered && part.offset ? part.offset + 1 : undefined,
      },
      (part.elements ?? []).map((item) =>
        el(
          "li",
          { dir: "auto" },
          item.type === "rich_text_section"
            ? leaves(item.elements, surface)
            : piece(item, surface),
        ),
      ),
    );
    const indent = part.indent ?? 0;
    list.style.marginInlineStart = `${indent * 1.5}rem`;
    list.style.listStyleType = ordered ? ORDERED[indent % 3] : ["disc", "circle", "square"][indent % 3];
    return list;
  }
  return el("div", { class: "unknown" }, `This page does not draw “${part.type}”.`);
}

function leaves(items, surface) {
  let said = "";
  return (items ?? []).map((item) => {
    const drawn = styled(core(item, surface.world, said), item.style);
    said = (said + drawn.textContent).slice(-20);
    return drawn;
  });
}

function core(item, world, before) {
  if (item.type === "text") return document.createTextNode(item.text);
  if (item.type === "link") return link(item.url, item.text || item.url);
  if (item.type === "emoji")
    return item.unicode
      ? fromUnicode(item)
      : emoji(item.skin_tone ? `${item.name}::skin-tone-${item.skin_tone}` : item.name);
  if (item.type === "user") return person(item.user_id, world);
  if (item.type === "channel") return channel(item.channel_id, world);
  if (item.type === "usergroup") return el("span", { class: "mention" }, `@${world.groupName(item.usergroup_id)}`);
  if (item.type === "broadcast") return el("span", { class: "mention mention-me" }, `@${item.range}`);
  if (item.type === "team") return el("span", { class: "mention" }, item.team_id);
  if (item.type === "date")
    return moment(
      {
        unix: item.timestamp,
        pattern: item.format ?? "{date}",
        url: item.url ?? null,
        fallback: item.fallback ?? "",
      },
      before,
    );
  if (item.type === "color") {
    const swatch = el("span", { class: "swatch" });
    swatch.style.backgroundColor = item.value;
    return el("span", {}, swatch, item.value);
  }
  return document.createTextNode(item.text ?? "");
}

function fromUnicode(item) {
  const character = String.fromCodePoint(...item.unicode.split("-").map((code) => Number.parseInt(code, 16)));
  return el(
    "span",
    { class: "emoji", role: "img", title: `:${item.name}:`, aria: { label: String(item.name).replaceAll("_", " ") } },
    character,
  );
}

function styled(node, style) {
  if (!style) return node;
  let result = node;
  if (style.code) result = el("code", {}, result);
  if (style.bold) result = el("strong", {}, result);
  if (style.italic) result = el("em", {}, result);
  if (style.strike) result = el("s", {}, result);
  if (style.underline) result = el("u", {}, result);
  if (style.highlight || style.client_highlight) result = el("mark", {}, result);
  return result;
}
