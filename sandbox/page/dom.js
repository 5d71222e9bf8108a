// Builds DOM without ever parsing markup: text from outside only ever becomes a text node or an attribute's value.

const SVG = "http://www.w3.org/2000/svg";

/** `el("button", {class: "x", onclick: f, aria: {label: "Close"}}, "text", child, null)` makes one element. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "aria") {
      for (const [key, text] of Object.entries(value)) {
        if (text !== undefined && text !== null) node.setAttribute(`aria-${key}`, String(text));
      }
    } else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "value" && "value" in node) node.value = value;
    else if (name === "checked" || name === "indeterminate") node[name] = Boolean(value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The same for SVG, whose elements live in a namespace of their own. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children.flat(Infinity));
  return node;
}

/** Text of somebody's own, in the direction of its own: signs that turn the direction turn nothing beside it. */
export function own(...children) {
  return el("bdi", {}, ...children);
}

/** Puts `children` in the place of whatever `node` holds. */
export function fill(node, ...children) {
  node.replaceChildren(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return node;
}

/** Remembers which control of `root` has the focus, by its `data-key`; what comes back gives it to that control of what is drawn then. */
export function focusIn(root) {
  const active = document.activeElement;
  if (!root.contains(active)) return () => false;
  const key = active.closest("[data-key]")?.dataset.key;
  const caret = "selectionStart" in active ? active.selectionStart : null;
  return (fresh) => {
    const again = key === undefined ? null : fresh.querySelector(`[data-key="${CSS.escape(key)}"]`);
    again?.focus({ preventScroll: true });
    if (caret !== null && typeof again?.setSelectionRange === "function") {
      try {
        again.setSelectionRange(caret, caret);
      } catch {
        /* this kind of field has no caret to set */
      }
    }
    return again !== null && document.activeElement === again;
  };
}

/** `fill`, after which the focus is where it was: an update from elsewhere never throws a keyboard's user out of what they were doing. */
export function refill(node, ...children) {
  const back = focusIn(node);
  fill(node, ...children);
  back(node);
  return node;
}

/** Makes `nodes` the children of `list` and moves none that stands where it should: a node that is moved loses the focus. */
export function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const old of [...list.children]) if (!wanted.has(old)) old.remove();
  let here = list.firstElementChild;
  for (const node of nodes) {
    if (node === here) here = here.nextElementSibling;
    else list.insertBefore(node, here);
  }
}

/**
 * Gives a function that does its work at once, or when what is being pressed in `root` was let go, and the date that is being
 * typed there is whole or left: what is drawn anew or moved under the finger loses the press, and half of a date cannot be read
 * to be put back. What has waited is done in its order.
 */
export function afterPress(root) {
  let pressed = false;
  const waiting = [];
  const isTyped = () => {
    const field = document.activeElement;
    return root.contains(field) && (field.dataset.typing !== undefined || field.validity?.badInput === true);
  };
  const goOn = () => {
    if (pressed || isTyped()) return;
    for (const work of waiting.splice(0)) work();
  };
  for (const kind of ["change", "focusout"]) root.addEventListener(kind, () => window.setTimeout(goOn, 0));
  root.addEventListener("pointerdown", () => {
    pressed = true;
    const over = new AbortController();
    const release = () => {
      over.abort();
      // The click comes after the release.
      window.setTimeout(() => {
        pressed = false;
        goOn();
      }, 0);
    };
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, release, { signal: over.signal });
  });
  return (work) => {
    if (pressed || isTyped()) waiting.push(work);
    else work();
  };
}

let counter = 0;
/** An id no other element of this page has. */
export function freshId(prefix) {
  counter += 1;
  return `${prefix}-${counter}`;
}

/** Only addresses that lead to a page, a mailbox or a telephone become links; anything else stays text. */
export function safeUrl(address) {
  const text = String(address ?? "").trim();
  try {
    const url = new URL(text, window.location.href);
    if (["http:", "https:", "mailto:", "tel:"].includes(url.protocol)) return url.href;
    return url.protocol === "slack:" ? text : null;
  } catch {
    return null;
  }
}

/** A link to somewhere outside, which learns nothing of this page. */
export function link(address, ...children) {
  const href = safeUrl(address);
  if (href === null) return el("span", {}, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

/**
 * Replaces `old` by `fresh` and gives the focus back to the control that had it, by its `data-key`,
 * so that an update from elsewhere never throws a keyboard's user out of what they were doing.
 */
export function swap(old, fresh) {
  const hadFocus = old.contains(document.activeElement);
  const back = focusIn(old);
  old.replaceWith(fresh);
  if (hadFocus && !back(fresh) && (fresh.tabIndex >= 0 || fresh.hasAttribute("tabindex")))
    fresh.focus({ preventScroll: true });
  return fresh;
}
