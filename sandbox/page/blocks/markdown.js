// The markdown block. The library reads; what is drawn is drawn here, node by node, so that no markup of a stranger is ever parsed.
// https://docs.slack.dev/reference/block-kit/blocks/markdown-block
import { el, link } from "../dom.js";
import { plain } from "../text.js";
import { lexer } from "../vendor/marked.js";

/** Characters; Slack takes no more in a block. */
const LONGEST = 12_000;
/** Signs that begin bold, italic or struck text. The library looks for the end of each of them: of 40,000 for 16 seconds. */
const MOST_MARKS = 1_000;
/** Lists and quotes in each other; a browser lays out thousands of them slowly or not at all. */
const DEEPEST = 40;

export function markdownBlock(block) {
  const text = String(block.text ?? "");
  return el("div", { class: "markdown", dir: "auto" }, isTooMuch(text) ? asTyped(text) : read(text));
}

function isTooMuch(text) {
  return text.length > LONGEST || (text.match(/[*_~]/g)?.length ?? 0) > MOST_MARKS;
}

function read(text) {
  try {
    return blocks(lexer(text, { gfm: true, breaks: true }));
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem;
    return asTyped(text); // nested deeper than the library can follow
  }
}

function asTyped(text) {
  return el("p", {}, text);
}

function blocks(tokens, depth = 0) {
  if (depth > DEEPEST) return asTyped(tokens.map((token) => token.raw).join(""));
  return tokens.map((token) => {
    switch (token.type) {
      case "space":
      case "def":
        return null;
      case "heading":
        return el(
          "div",
          { class: `md-heading md-h${token.depth}`, role: "heading", aria: { level: Math.min(6, token.depth + 2) } },
          inline(token.tokens),
        );
      case "paragraph":
        return el("p", {}, inline(token.tokens));
      case "text":
        return el("span", {}, token.tokens ? inline(token.tokens) : unescaped(token));
      case "blockquote":
        return el("blockquote", {}, blocks(token.tokens, depth + 1));
      case "code":
        return el("pre", { class: "code-block", tabindex: "0" }, token.text);
      case "hr":
        return el("hr");
      case "list":
        return list(token, depth);
      case "table":
        return table(token);
      default:
        return el("p", {}, token.raw);
    }
  });
}

function list(token, depth) {
  return el(
    token.ordered ? "ol" : "ul",
    { class: "rich-list", start: token.ordered && token.start !== 1 ? token.start : undefined },
    token.items.map((item) =>
      el(
        "li",
        { class: item.task ? "task" : undefined },
        item.task
          ? el("input", {
              type: "checkbox",
              checked: item.checked,
              disabled: true,
              aria: { label: item.checked ? "Done" : "To do" },
            })
          : null,
        blocks(
          item.tokens.filter((part) => part.type !== "checkbox"),
          depth + 1,
        ),
      ),
    ),
  );
}

function table(token) {
  const cell = (tag, one, at) => {
    const node = el(tag, { scope: tag === "th" ? "col" : undefined }, inline(one.tokens));
    if (token.align[at]) node.style.textAlign = token.align[at];
    return node;
  };
  return el(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", aria: { label: "Table" } },
    el(
      "table",
      { class: "table" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          token.header.map((one, at) => cell("th", one, at)),
        ),
      ),
      el(
        "tbody",
        {},
        token.rows.map((row) =>
          el(
            "tr",
            {},
            row.map((one, at) => cell("td", one, at)),
          ),
        ),
      ),
    ),
  );
}

/** The library hands out text with its entities still in it. */
function unescaped(token) {
  return plain(
    String(token.text).replace(
      /&(amp|lt|gt|quot|#39);/g,
      (_, name) => ({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" })[name],
    ),
  );
}

function inline(tokens) {
  return (tokens ?? []).map((token) => {
    switch (token.type) {
      case "strong":
        return el("strong", {}, inline(token.tokens));
      case "em":
        return el("em", {}, inline(token.tokens));
      case "del":
        return el("s", {}, inline(token.tokens));
      case "codespan":
        return el("code", {}, token.text);
      case "br":
        return el("br");
      case "link":
        return link(token.href, inline(token.tokens));
      case "image":
        return link(token.href, token.text || token.href);
      case "text":
        return token.tokens ? inline(token.tokens) : unescaped(token);
      case "escape":
        return document.createTextNode(token.text);
      case "checkbox":
        return null;
      default:
        return document.createTextNode(token.raw);
    }
  });
}
