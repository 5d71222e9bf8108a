// The page's own icons: one path each on a 20 × 20 field, drawn in the colour of the text around them.
import { svg } from "./dom.js";

const PATHS = {
  hash: "M8 3 6.5 17M13.5 3 12 17M3.5 7.5h13M3 12.5h13",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  home: "M3.5 9.5 10 4l6.5 5.5V16a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1z",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12 4 6 10l6 6",
  more: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  send: "M3 10 17 4l-5 13-2.5-5.5z",
  reply: "M4 5h12v8H9l-4 3.5V13H4z",
  smile: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M7 12c1.5 2 4.500 2 6 0M7.500 8h.01M12.500 8h.01",
  bolt: "M11 2 4 11h5l-1 7 7-9h-5z",
  clip: "M15 9l-5.500 5.500a3 3 0 0 1-4.500-4.500L11 4.500a2 2 0 0 1 3 3L8.500 13",
  guide: "M4 4h8a3 3 0 0 1 3 3v10H7a3 3 0 0 1-3-3zM7.500 8h4M7.500 11h4",
  truck:
    "M2.500 5h9v9h-9zM11.500 8h3.500l2.500 3v3h-6M6 16.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3M14 16.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3",
  traffic: "M3 7h12l-3-3M17 13H5l3 3",
  sun: "M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7M10 2v2M10 16v2M2 10h2M16 10h2M4.300 4.300l1.500 1.500M14.200 14.200l1.500 1.500M4.300 15.700l1.500-1.500M14.200 5.800l1.500-1.500",
  moon: "M15.500 12A6.500 6.500 0 0 1 8 4.500 6.500 6.500 0 1 0 15.500 12",
  window: "M4 6h8v8H4zM8 6V3h9v9h-5",
  check: "M4 10.500 8 15l8-10",
  chevron: "M6 8l4 4 4-4",
  copy: "M7 7h9v9H7zM4 13V4h9",
  eye: "M2 10c4-7 12-7 16 0-4 7-12 7-16 0M10 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5",
  file: "M5 3h6l4 4v10H5zM11 3v4h4",
  clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14M10 6v4l3 2",
  menu: "M3 6h14M3 10h14M3 14h14",
  search: "M9 14A5 5 0 1 0 9 4a5 5 0 0 0 0 10M13 13l4 4",
};

/** An icon that screen readers pass over: the control around it carries the name. */
export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 20 20", class: "icon", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] }),
  );
}
