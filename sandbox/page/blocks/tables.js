// The table and data_table blocks. https://docs.slack.dev/reference/block-kit/blocks/table-block
import { el, fill } from "../dom.js";
import { words } from "../text.js";
import { richText } from "./rich_text.js";

export function tableBlock(block, surface) {
  const settings = block.column_settings ?? [];
  const [head = [], ...rows] = block.rows ?? [];
  const cell = (tag, given, at) => {
    const node = el(
      tag,
      { scope: tag === "th" ? "col" : undefined, class: settings[at]?.is_wrapped ? "wraps" : undefined, dir: "auto" },
      cellContent(given, surface),
    );
    if (settings[at]?.align) node.style.textAlign = settings[at].align;
    return node;
  };
  return scroll(
    "Table",
    el(
      "table",
      { class: "table" },
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          head.map((given, at) => cell("th", given, at)),
        ),
      ),
      el(
        "tbody",
        {},
        rows.map((row) =>
          el(
            "tr",
            {},
            row.map((given, at) => cell("td", given, at)),
          ),
        ),
      ),
    ),
  );
}

function scroll(label, table) {
  return el("div", { class: "table-scroll", tabindex: "0", role: "group", aria: { label } }, table);
}

function cellContent(given, surface) {
  if (!given) return "";
  if (given.type === "rich_text") return richText(given, surface);
  return cellWords(given);
}

function cellWords(given) {
  if (given === null || given === undefined) return "";
  if (given.type === "raw_number") return given.text ?? String(given.value ?? "");
  if (given.type === "rich_text") return (given.elements ?? []).map(cellWords).join(" ");
  if (given.elements) return given.elements.map(cellWords).join("");
  return typeof given === "string" ? given : words(given.text ?? given.name ?? "");
}

/** Rows in pages, sorted by any column by its heading's button. */
export function dataTable(block, surface) {
  const [head = [], ...rows] = block.rows ?? [];
  const size = block.page_size ?? 5;
  const rowHeader = block.row_header_column_index ?? -1;
  let page = 0,
    by = -1,
    down = false;
  const body = el("tbody"),
    where = el("span", { class: "quiet", aria: { live: "polite" } });
  const heads = head.map((given, at) =>
    el(
      "th",
      { scope: "col", aria: { sort: "none" } },
      el("button", { type: "button", class: "sort", onclick: () => sort(at) }, cellWords(given)),
    ),
  );
  const back = el(
    "button",
    {
      type: "button",
      class: "btn btn-small",
      onclick: () => {
        page -= 1;
        paint();
      },
    },
    "Previous",
  );
  const next = el(
    "button",
    {
      type: "button",
      class: "btn btn-small",
      onclick: () => {
        page += 1;
        paint();
      },
    },
    "Next",
  );
  const sort = (at) => {
    down = by === at ? !down : false;
    by = at;
    page = 0;
    paint();
  };
  const valueOf = (given) =>
    given?.type === "raw_number" ? Number(given.value ?? given.text) : cellWords(given).toLowerCase();
  function paint() {
    const ordered =
      by < 0
        ? rows
        : [...rows].sort((one, other) => {
            const left = valueOf(one[by]),
              right = valueOf(other[by]);
            return (left < right ? -1 : left > right ? 1 : 0) * (down ? -1 : 1);
          });
    heads.forEach((node, at) =>
      node.setAttribute("aria-sort", at === by ? (down ? "descending" : "ascending") : "none"),
    );
    fill(
      body,
      ordered.slice(page * size, (page + 1) * size).map((row) =>
        el(
          "tr",
          {},
          row.map((given, at) =>
            el(
              at === rowHeader ? "th" : "td",
              {
                dir: "auto",
                scope: at === rowHeader ? "row" : undefined,
                class: given?.type === "raw_number" ? "number" : undefined,
              },
              cellContent(given, surface),
            ),
          ),
        ),
      ),
    );
    const last = Math.min(rows.length, (page + 1) * size);
    where.textContent = `${rows.length === 0 ? 0 : page * size + 1}–${last} of ${rows.length}`;
    back.disabled = page === 0;
    next.disabled = last >= rows.length;
  }
  paint();
  const caption = words(block.caption);
  return el(
    "div",
    { class: "data-table" },
    scroll(
      caption || "Table",
      el(
        "table",
        { class: "table" },
        caption ? el("caption", {}, caption) : null,
        el("thead", {}, el("tr", {}, heads)),
        body,
      ),
    ),
    rows.length > size ? el("div", { class: "table-foot" }, where, back, next) : null,
  );
}
