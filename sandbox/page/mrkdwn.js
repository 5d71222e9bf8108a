// Reads Slack's mrkdwn into plain nodes; nothing here touches the page, so that the rules can be read and tried apart.
// https://docs.slack.dev/messaging/formatting-message-text
import { emojiOf } from "./emoji.js";

const MARKS = { "*": "bold", _: "italic", "~": "strike" };
const WORD = /[\p{L}\p{N}]/u;
const BARE_URL = /^https?:\/\/[^\s<>|"]+/i;
const EMOJI = /^:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/i;
const DEEPEST = 6;

/** Slack escapes exactly three characters. */
export function decode(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** `{type: "text" | "pre" | "quote" | …}` blocks of a mrkdwn text; `verbatim` leaves bare addresses as text. */
export function parseMrkdwn(text, { verbatim = false } = {}) {
  const blocks = [];
  const pieces = String(text ?? "").split("```");
  pieces.forEach((piece, at) => {
    const fenced = at % 2 === 1 && at < pieces.length - 1;
    if (fenced && piece.trim() !== "")
      blocks.push({ type: "pre", children: codeNodes(piece.replace(/^\n/, "").replace(/\n$/, "")) });
    else {
      // A fence without an end is three backticks, not a fence.
      const literal = at % 2 === 1 ? `\`\`\`${piece}${at < pieces.length - 1 ? "```" : ""}` : piece;
      addLines(blocks, literal, at > 0, at < pieces.length - 1, verbatim);
    }
  });
  return blocks;
}

function addLines(blocks, text, afterFence, beforeFence, verbatim) {
  let body = text;
  if (afterFence) body = body.replace(/^\n/, "");
  if (beforeFence) body = body.replace(/\n$/, "");
  if (body === "") return;
  let plain = [],
    quote = [];
  const flushPlain = () => {
    if (plain.length) blocks.push({ type: "text", children: parseInline(plain.join("\n"), verbatim) });
    plain = [];
  };
  const flushQuote = () => {
    if (quote.length) blocks.push({ type: "quote", children: parseInline(quote.join("\n"), verbatim) });
    quote = [];
  };
  const lines = body.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const rest = /^(?:&gt;|>){3} ?/.exec(lines[at]);
    if (rest) {
      flushPlain();
      quote.push(lines[at].slice(rest[0].length), ...lines.slice(at + 1));
      break;
    }
    const one = /^(?:&gt;|>) ?/.exec(lines[at]);
    if (one) {
      flushPlain();
      quote.push(lines[at].slice(one[0].length));
    } else {
      flushQuote();
      plain.push(lines[at]);
    }
  }
  flushPlain();
  flushQuote();
}

/** The inline nodes of one run of text. */
export function parseInline(text, verbatim = false, depth = 0) {
  const nodes = [];
  const hopeless = {};
  let buffer = "";
  const flush = () => {
    if (buffer) nodes.push({ type: "text", text: decode(buffer) });
    buffer = "";
  };
  const push = (node) => {
    flush();
    nodes.push(node);
  };
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    const before = at === 0 ? "" : text[at - 1];
    if (character === "<") {
      const end = text.indexOf(">", at);
      if (end > at + 1) {
        push(control(text.slice(at + 1, end), verbatim));
        at = end + 1;
        continue;
      }
    } else if (character === "`") {
      const end = text.indexOf("`", at + 1);
      const inside = end > at + 1 ? text.slice(at + 1, end) : "";
      if (inside && !inside.includes("\n")) {
        push({ type: "code", children: codeNodes(inside) });
        at = end + 1;
        continue;
      }
    } else if (character in MARKS && depth < DEEPEST && !WORD.test(before)) {
      const end = closing(text, at, hopeless);
      if (end > 0) {
        push({ type: MARKS[character], children: parseInline(text.slice(at + 1, end), verbatim, depth + 1) });
        at = end + 1;
        continue;
      }
    } else if (character === ":") {
      const found = EMOJI.exec(text.slice(at, at + 80));
      if (found && emojiOf(found[1])) {
        push({ type: "emoji", name: found[1] });
        at += found[0].length;
        continue;
      }
    } else if (!verbatim && (character === "h" || character === "H") && !WORD.test(before)) {
      const found = BARE_URL.exec(text.slice(at, at + 3000));
      if (found) {
        const address = found[0].replace(/(?:&gt;|[.,;:!?)\]'*_~`])+$/, "");
        push({ type: "link", url: decode(address), children: [{ type: "text", text: decode(address) }] });
        at += address.length;
        continue;
      }
    }
    buffer += character;
    at += 1;
  }
  flush();
  return nodes;
}

/** Where the mark opened at `start` closes on its line, or -1; remembers lines in which nothing closes, so that a long text stays quick. */
function closing(text, start, hopeless) {
  const mark = text[start];
  const next = text[start + 1];
  if (next === undefined || /\s/.test(next) || next === mark) return -1;
  if (hopeless[mark] !== undefined && start < hopeless[mark]) return -1;
  let at = start + 1;
  for (; at < text.length && text[at] !== "\n"; at += 1) {
    if (text[at] === "<") {
      const end = text.indexOf(">", at);
      if (end > 0) {
        at = end;
        continue;
      }
    }
    if (text[at] === mark && at > start + 1 && !/\s/.test(text[at - 1]) && !WORD.test(text[at + 1] ?? "")) return at;
  }
  hopeless[mark] = at;
  return -1;
}

/** What stands between `<` and `>`. */
function control(inside, verbatim) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : decode(inside.slice(bar + 1));
  if (target.startsWith("@")) return { type: "user", id: target.slice(1), label };
  if (target.startsWith("#")) return { type: "channel", id: target.slice(1), label };
  if (target.startsWith("!date^")) {
    const [, unix, pattern, address] = target.split("^");
    return {
      type: "date",
      unix,
      pattern: decode(pattern ?? ""),
      url: address ? decode(address) : null,
      fallback: label,
    };
  }
  if (target.startsWith("!subteam^")) return { type: "group", id: target.slice(9), label };
  if (target.startsWith("!")) {
    const name = target.slice(1).split("^")[0];
    if (["here", "channel", "everyone"].includes(name)) return { type: "broadcast", range: name };
    return { type: "text", text: label || `<${decode(target)}>` };
  }
  const address = decode(target);
  if (/^(https?|mailto|tel|slack):/i.test(address)) {
    const shown = label || address.replace(/^(mailto|tel):/i, "");
    return {
      type: "link",
      url: address,
      children: label ? parseLabel(inside.slice(bar + 1), verbatim) : [{ type: "text", text: shown }],
    };
  }
  return { type: "text", text: label || `<${address}>` };
}

/** A link's label may hold emoji, nothing else. */
function parseLabel(label) {
  return label
    .split(/(:[a-z0-9_+'-]+:)/i)
    .filter(Boolean)
    .map((part) => {
      const name = /^:(.+):$/.exec(part)?.[1];
      return name && emojiOf(name) ? { type: "emoji", name } : { type: "text", text: decode(part) };
    });
}

/** The nodes of a text in which only `<…>` still means something: code. Who and where are named; all else is its words. */
function codeNodes(text) {
  const nodes = [];
  let at = 0;
  for (const found of text.matchAll(/<([^<>|]+)(?:\|([^<>]*))?>/g)) {
    const [whole, target, label] = found;
    if (found.index > at) nodes.push({ type: "text", text: decode(text.slice(at, found.index)) });
    const names = /^(@|#|!subteam\^|!(here|channel|everyone)\b)/.test(target);
    nodes.push(names ? control(whole.slice(1, -1)) : { type: "text", text: decode(label || target) });
    at = found.index + whole.length;
  }
  if (at < text.length) nodes.push({ type: "text", text: decode(text.slice(at)) });
  return nodes;
}
