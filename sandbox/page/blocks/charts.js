// The data_visualization block, drawn as SVG with the numbers beside it as a table for those who cannot see it.
import { el, svg } from "../dom.js";
import { words } from "../text.js";

const WIDE = 480,
  HIGH = 220,
  LEFT = 44,
  BOTTOM = 34,
  TOP = 10;

/** 1200000 is 1.2M beside an axis: there is little room. */
const SHORT = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

export function dataVisualization(block) {
  const chart = block.chart ?? {};
  const title = words(block.title) || "Chart";
  const drawing = chart.type === "pie" ? pie(chart) : axes(chart);
  return el(
    "figure",
    { class: "chart" },
    el("figcaption", {}, title),
    drawing.y ? el("div", { class: "quiet" }, drawing.y) : null,
    drawing.picture,
    drawing.x ? el("div", { class: "quiet chart-x" }, drawing.x) : null,
    drawing.legend,
    el("details", {}, el("summary", {}, "Show the numbers"), drawing.table),
  );
}

function colour(at) {
  return `chart-${at % 8}`;
}

function legend(names) {
  return el(
    "ul",
    { class: "chart-legend" },
    names.map((name, at) => el("li", {}, el("span", { class: `chart-dot ${colour(at)}` }), name)),
  );
}

function numbers(head, rows) {
  return el(
    "table",
    { class: "table" },
    el(
      "thead",
      {},
      el(
        "tr",
        {},
        head.map((name) => el("th", { scope: "col" }, name)),
      ),
    ),
    el(
      "tbody",
      {},
      rows.map((row) =>
        el(
          "tr",
          {},
          row.map((value, at) => el(at === 0 ? "th" : "td", { scope: at === 0 ? "row" : undefined }, String(value))),
        ),
      ),
    ),
  );
}

function pie(chart) {
  const parts = chart.segments ?? [];
  const whole = parts.reduce((sum, part) => sum + Number(part.value), 0) || 1;
  let angle = -Math.PI / 2;
  const slices = parts.map((part, at) => {
    const turn = Math.min(0.99999, Number(part.value) / whole) * Math.PI * 2;
    const point = (a) => `${110 + 95 * Math.cos(a)} ${110 + 95 * Math.sin(a)}`;
    const path = `M110 110L${point(angle)}A95 95 0 ${turn > Math.PI ? 1 : 0} 1 ${point(angle + turn)}Z`;
    angle += turn;
    return svg("path", { d: path, class: `chart-fill ${colour(at)}` });
  });
  return {
    picture: svg("svg", { viewBox: "0 0 220 220", class: "chart-pie", "aria-hidden": "true" }, slices),
    legend: legend(parts.map((part) => `${words(part.label)} (${part.value})`)),
    table: numbers(
      ["Part", "Value"],
      parts.map((part) => [words(part.label), part.value]),
    ),
  };
}

function axes(chart) {
  const series = chart.series ?? [];
  const categories = (chart.axis_config?.categories ?? series[0]?.data?.map((point) => point.label) ?? []).map(words);
  const lines = series.map((one) => ({
    name: words(one.name),
    values: categories.map((_, at) => {
      const point = one.data?.find((candidate) => words(candidate.label) === categories[at]);
      return Number(point?.value ?? 0);
    }),
  }));
  const values = lines.flatMap((line) => line.values);
  const bottom = Math.min(0, ...values),
    top = Math.max(bottom === 0 ? 1 : 0, ...values);
  const x = (at) => LEFT + ((at + 0.5) * (WIDE - LEFT)) / Math.max(1, categories.length);
  const y = (value) => TOP + ((HIGH - TOP - BOTTOM) * (top - value)) / (top - bottom);
  const drawn = [];
  for (const value of bottom === 0 ? [0, top / 2, top] : [bottom, 0, top]) {
    drawn.push(
      svg("line", { x1: LEFT, x2: WIDE, y1: y(value), y2: y(value), class: "chart-grid" }),
      svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, SHORT.format(value)),
    );
  }
  const each = Math.ceil(categories.length / 6);
  categories.forEach((name, at) => {
    if (at % each === 0)
      drawn.push(
        svg(
          "text",
          { x: x(at), y: HIGH - 12, "text-anchor": "middle" },
          name.length > 8 ? `${name.slice(0, 7)}…` : name,
        ),
      );
  });
  lines.forEach((line, which) => {
    if (chart.type === "bar") {
      const room = ((WIDE - LEFT) / Math.max(1, categories.length)) * 0.7,
        thick = room / lines.length;
      line.values.forEach((value, at) =>
        drawn.push(
          svg("rect", {
            x: x(at) - room / 2 + which * thick,
            y: Math.min(y(value), y(0)),
            width: Math.max(1, thick - 2),
            height: Math.abs(y(value) - y(0)),
            class: `chart-fill ${colour(which)}`,
          }),
        ),
      );
      return;
    }
    const points = line.values.map((value, at) => `${x(at)} ${y(value)}`);
    if (chart.type === "area")
      drawn.push(
        svg("path", {
          d: `M${x(0)} ${y(0)}L${points.join("L")}L${x(line.values.length - 1)} ${y(0)}Z`,
          class: `chart-fill chart-area ${colour(which)}`,
        }),
      );
    drawn.push(svg("path", { d: `M${points.join("L")}`, class: `chart-line ${colour(which)}` }));
  });
  return {
    picture: svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, class: "chart-axes", "aria-hidden": "true" }, drawn),
    x: words(chart.axis_config?.x_label),
    y: words(chart.axis_config?.y_label),
    legend: legend(lines.map((line) => line.name)),
    table: numbers(
      [words(chart.axis_config?.x_label), ...lines.map((line) => line.name)],
      categories.map((name, at) => [name, ...lines.map((line) => line.values[at])]),
    ),
  };
}
