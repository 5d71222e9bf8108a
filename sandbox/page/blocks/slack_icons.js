// Slack's own icons, which an app asks for by name: https://docs.slack.dev/reference/block-kit/composition-objects/slack-icon-object
// Slack draws them itself; here each is the sign that comes nearest.
import { el } from "../dom.js";

const SIGNS = {
  archive: "🗄️",
  book: "📖",
  bookmark: "🔖",
  bot: "🤖",
  bug: "🐛",
  calendar: "📅",
  call: "📞",
  "caret-left": "◀",
  "caret-right": "▶",
  check: "✔",
  clipboard: "📋",
  code: "⌨",
  comment: "💬",
  compass: "🧭",
  copy: "📑",
  cube: "🧊",
  download: "⬇",
  edit: "✏️",
  email: "✉️",
  "eye-closed": "🙈",
  "eye-open": "👁️",
  file: "📄",
  flag: "🚩",
  folder: "📁",
  gear: "⚙️",
  globe: "🌐",
  heart: "❤️",
  help: "❓",
  image: "🖼️",
  info: "ℹ️",
  key: "🔑",
  lightbulb: "💡",
  link: "🔗",
  map: "🗺️",
  mobile: "📱",
  "new-window": "↗",
  pin: "📌",
  plus: "➕",
  refine: "🎚️",
  refresh: "🔄",
  rocket: "🚀",
  save: "💾",
  screen: "🖥️",
  share: "📤",
  sparkle: "✨",
  star: "☆",
  "star-filled": "★",
  tag: "🏷️",
  "thumbs-down": "👎",
  "thumbs-up": "👍",
  trash: "🗑️",
  upload: "⬆",
  user: "👤",
  warning: "⚠️",
};

/** The icon of a card or a task; nothing without one. */
export function slackIcon(given) {
  const sign = SIGNS[given?.name];
  if (!sign) return null;
  return el("span", { class: "slack-icon", role: "img", aria: { label: given.name.replaceAll("-", " ") } }, sign);
}
