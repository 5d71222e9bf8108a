// The markdown block. The library reads; what is drawn is drawn here, node by node, so that no markup of a stranger is ever parsed.
// https://docs.slack.dev/reference/block-kit/blocks/markdown-block
import { el, link } from "../dom.js";
import { plain } from "../text.js";
import { lexer } from "../vendor/marked.js";

export function markdownBlock(block) {
  return el("div", { class: "markdown", dir: "auto" }, blocks(lexer(String(block.text ?? ""), { gfm: true, breaks: true })));
}

function blocks(tokens) {
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
        return el("blockquote", {}, blocks(token.tokens));
      case "code":
        return el("pre", { class: "code-block", tabindex: "0" }, token.text);
      case "hr":
        return el("hr");
      case "list":
        return list(token);
      case "table":
        return table(token);
      default:
        return el("p", {}, token.raw);
    }
  });
}

function list(token) {
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
        blocks(item.tokens.filter((part) => part.type !== "checkbox")),
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
