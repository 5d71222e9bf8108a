// Slack's date tokens and the page's own clock, always in the zone of the reader's device, as Slack's clients do it.
// https://docs.slack.dev/messaging/formatting-message-text#date-formatting

/** How far the sandbox's clock was hurried, in milliseconds. */
let hurried = 0;

export function hurry(seconds) {
  hurried = seconds * 1000;
}

/** The moment by the sandbox's clock: what is "today", and how long ago something was, follows it. */
export function now() {
  return new Date(Date.now() + hurried);
}

const LANGUAGE = "en-US";
const formatters = new Map();

function format(date, options) {
  const key = JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat(LANGUAGE, options));
  return formatters.get(key).format(date);
}

function ordinal(day) {
  if (day % 100 >= 11 && day % 100 <= 13) return `${day}th`;
  return `${day}${["th", "st", "nd", "rd"][day % 10] ?? "th"}`;
}

function long(date, withWeekday) {
  const weekday = withWeekday ? `${format(date, { weekday: "long" })}, ` : "";
  return `${weekday}${format(date, { month: "long" })} ${ordinal(date.getDate())}, ${date.getFullYear()}`;
}

/** "Today", "Yesterday", "Tomorrow" or null. */
function nearDay(date, now) {
  const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate());
  const days = Math.round((midnight(date) - midnight(now)) / 86_400_000);
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days] ?? null;
}

/** "3 minutes ago", "in 2 hours". */
export function ago(date, now) {
  const seconds = Math.round((now - date) / 1000);
  const size = Math.abs(seconds);
  if (size < 45) return seconds < 0 ? "in a moment" : "just now";
  const [count, unit] =
    size < 2_700
      ? [Math.max(1, Math.round(size / 60)), "minute"]
      : size < 79_200
        ? [Math.max(1, Math.round(size / 3_600)), "hour"]
        : size < 2_592_000
          ? [Math.max(1, Math.round(size / 86_400)), "day"]
          : size < 31_536_000
            ? [Math.max(1, Math.round(size / 2_592_000)), "month"]
            : [Math.round(size / 31_536_000), "year"];
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

/** "2 days", "1 hour": how long something lasts. */
export function span(seconds) {
  const at = now();
  return seconds < 45 ? "a moment" : ago(new Date(at - seconds * 1000), at).replace(/ ago$/, "");
}

const TOKENS = {
  date_num: (date) =>
    `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`,
  date: (date) => long(date, false),
  date_short: (date) => format(date, { month: "short", day: "numeric", year: "numeric" }),
  date_long: (date) => long(date, true),
  date_pretty: (date, now) => nearDay(date, now) ?? long(date, false),
  date_short_pretty: (date, now) => nearDay(date, now) ?? TOKENS.date_short(date),
  date_long_pretty: (date, now) => nearDay(date, now) ?? long(date, true),
  date_long_full: (date) => long(date, true),
  day_divider_pretty: (date, now) => nearDay(date, now) ?? dayHeading(date, now),
  time: (date) => format(date, { hour: "numeric", minute: "2-digit" }),
  time_secs: (date) => format(date, { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  ago: (date, now) => ago(date, now),
};

/** Does what comes after `before` stand in the middle of a sentence? */
function isMidSentence(before) {
  return /[\p{L}\p{N},;()’”"'] *$/u.test(before);
}

/**
 * Slack's `{date_short_pretty} at {time}` for a Unix time, after the words `before`; null where the format or the time is none,
 * so that the fallback is shown.
 */
export function slackDate(unix, pattern, before = "", at = now()) {
  const seconds = Number(unix);
  const date = new Date(seconds * 1000);
  if (!Number.isFinite(seconds) || Number.isNaN(date.getTime())) return null;
  let known = true;
  const text = String(pattern).replace(/\{(\w+)\}/g, (whole, name, from) => {
    const token = TOKENS[name];
    if (!token) {
      known = false;
      return whole;
    }
    const words = token(date, at);
    return isMidSentence(before + pattern.slice(0, from)) && /^(Today|Yesterday|Tomorrow)$/.test(words) ? words.toLowerCase() : words;
  });
  return known ? text : null;
}

/** A moment in full, with its zone: what a pointer resting on a time shows. */
export function fullMoment(date) {
  return format(date, {
    weekday: "long",
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "numeric",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
  });
}

export function clockTime(date) {
  return TOKENS.time(date);
}

/** "Today", "Yesterday" or "Monday, November 23rd": what stands between the days of a channel. */
export function dayHeading(date, at = now()) {
  const near = nearDay(date, at);
  if (near && near !== "Tomorrow") return near;
  const text = long(date, true);
  return date.getFullYear() === at.getFullYear() ? text.replace(/, \d{4}$/, "") : text;
}

/** The moment of a message's `ts` ("1763936700.000200"). */
export function momentOf(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}
