// One message: who, when, what, and what can be done with it.
import { el, link, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { ago, clockTime, dayHeading, fullMoment, momentOf, now } from "./dates.js";
import { avatar, faceOf } from "./avatar.js";
import { renderBlocks } from "./blocks/index.js";
import { fileCard, imageElement, smallIcon } from "./blocks/media.js";
import { surfaceOf } from "./surface.js";
import { emoji, mrkdwn, plain } from "./text.js";

const SYSTEM = /^tombstone$|^(channel|group)_(join|leave|topic|purpose|name|archive|unarchive|convert)|^bot_(add|remove)$/;

/** Who speaks: `{name, is_bot, person}`. */
export function authorOf(message, store) {
  if (message.bot_id || message.subtype === "bot_message" || store.isBot(message.user)) {
    return {
      name: message.username || store.workspace.app.name,
      is_bot: true,
      person: { name: store.workspace.app.name, is_bot: true, face: faceOf(message.icons) },
      id: message.bot_id ?? message.user,
    };
  }
  if (message.user === "USLACKBOT")
    return { name: "Slackbot", is_bot: true, person: { name: "Slackbot", is_bot: true }, id: message.user };
  const person = store.person(message.user);
  return {
    name: person?.name ?? message.username ?? message.user ?? "Slack",
    is_bot: false,
    person: person ?? { name: message.user ?? "Slack" },
    id: message.user,
  };
}

/** Whether `message` continues what `before` said, so that the name need not be repeated. */
export function continues(before, message) {
  if (
    !before ||
    before.only_visible_to ||
    message.only_visible_to ||
    SYSTEM.test(message.subtype ?? "") ||
    SYSTEM.test(before.subtype ?? "")
  )
    return false;
  const speaker = (one) => JSON.stringify([one.bot_id ?? one.user, one.username, one.icons]);
  const same = speaker(before) === speaker(message);
  return same && !message.thread_broadcast && Number.parseFloat(message.ts) - Number.parseFloat(before.ts) < 300;
}

/**
 * The article of a message. `page` brings what it needs: `{store, world, say, openThread(ts), react(message, name), dismiss(message),
 * redraw(ts), now(ts), editing: ts | null, edited: what was typed of it | null, saveEdit, inThread}`.
 */
export function messageArticle(message, page) {
  const { store } = page;
  const author = authorOf(message, store);
  const when = momentOf(message.ts);
  const quiet = message.only_visible_to
    ? el(
        "p",
        { class: "only-you" },
        icon("eye"),
        "Only visible to you",
        el("button", { type: "button", class: "btn-link", onclick: () => page.dismiss(message) }, "Dismiss message"),
      )
    : null;
  const system = SYSTEM.test(message.subtype ?? "");
  const article = el(
    "article",
    {
      class: ["message", message.only_visible_to ? "is-ephemeral" : "", system ? "is-system" : ""].join(" ").trim(),
      tabindex: "-1",
      data: { ts: message.ts },
      aria: { label: `${author.name}, ${clockTime(when)}${message.only_visible_to ? ", only visible to you" : ""}` },
    },
    el(
      "div",
      { class: "gutter" },
      avatar(author.person),
      el(
        "time",
        { class: "gutter-time", datetime: when.toISOString(), title: fullMoment(when), aria: { hidden: "true" } },
        clockTime(when).replace(/ [AP]M$/, ""),
      ),
    ),
    el(
      "div",
      { class: "message-body" },
      quiet,
      el(
        "div",
        { class: "message-head" },
        el("bdi", { class: "author" }, author.name),
        author.is_bot ? el("span", { class: "badge" }, "APP") : null,
        message.user && store.person(message.user)?.is_guest
          ? el("span", { class: "badge badge-guest" }, "GUEST")
          : null,
        el("time", { class: "when", datetime: when.toISOString(), title: fullMoment(when) }, clockTime(when)),
        message.edited && !message.deleted ? el("span", { class: "when" }, "(edited)") : null,
      ),
      message.thread_ts && message.thread_ts !== message.ts && !page.inThread
        ? el("p", { class: "broadcast-note" }, icon("reply"), "replied to a thread")
        : null,
      page.editing === message.ts ? editor(message, page) : content(message, page),
      reactions(message, page),
      threadLink(message, page),
    ),
  );
  return article;
}

function content(message, page) {
  if (message.deleted) return el("p", { class: "quiet" }, "This message was deleted.");
  const { world, say } = page;
  const surface = surfaceOf({
    world,
    say,
    where: { channel: message.channel, ts: message.ts },
    values: (fresh) => {
      if (fresh) message.state = { values: fresh };
      return message.state?.values;
    },
    again: () => page.redraw(message.ts),
    blocks: () => page.now(message.ts)?.blocks ?? [],
  });
  const body = el("div", { class: "message-content" });
  if (message.blocks?.length) body.append(...renderBlocks(message.blocks, surface));
  else if (message.text)
    body.append(
      el("div", { class: "prose" }, message.mrkdwn === false ? plain(message.text) : mrkdwn(message.text, world)),
    );
  for (const one of [...(message.attachments ?? []), ...(message.unfurls ?? [])]) body.append(attachment(one, surface));
  for (const file of message.files ?? []) body.append(fileCard(file));
  return body;
}

const COLOURS = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

/** An attachment of the older kind, an unfurled link included. */
function attachment(given, surface) {
  const { world } = surface;
  const title = given.title
    ? el("strong", {}, given.title_link ? link(given.title_link, plain(given.title)) : plain(given.title))
    : null;
  const author = given.author_name ?? given.service_name;
  const authorIcon = given.author_icon ?? given.service_icon;
  const box = el(
    "div",
    { class: "attachment" },
    given.thumb_url
      ? el("div", { class: "attachment-thumb" }, imageElement({ image_url: given.thumb_url, alt_text: "" }))
      : null,
    author
      ? el(
          "div",
          { class: "quiet", dir: "auto" },
          authorIcon ? smallIcon(authorIcon) : null,
          given.author_link ? link(given.author_link, author) : author,
        )
      : null,
    title,
    given.text ? el("div", { class: "prose" }, mrkdwn(given.text, world)) : null,
    given.fields?.length
      ? el(
          "div",
          { class: "fields" },
          given.fields.map((field) =>
            el(
              "div",
              { class: "prose" },
              el("strong", { dir: "auto" }, field.title),
              el("br"),
              mrkdwn(String(field.value ?? ""), world),
            ),
          ),
        )
      : null,
    given.blocks?.length ? renderBlocks(given.blocks, surface) : null,
    given.image_url && safeUrl(given.image_url)
      ? el("img", {
          class: "picture",
          src: safeUrl(given.image_url),
          alt: given.fallback ?? "",
          loading: "lazy",
          referrerpolicy: "no-referrer",
        })
      : null,
    !title && !given.text && !given.blocks?.length && !given.fields?.length && given.fallback
      ? el("div", { class: "prose" }, mrkdwn(given.fallback, world))
      : null,
    given.actions?.length ? el("div", { class: "actions" }, given.actions.map(oldAction)) : null,
    footer(given),
  );
  const colour =
    COLOURS[given.color] ?? (/^#?[0-9a-f]{6}$/i.test(given.color ?? "") ? `#${given.color.replace("#", "")}` : null);
  if (colour) box.style.borderInlineStartColor = colour;
  return given.pretext ? el("div", {}, el("div", { class: "prose" }, mrkdwn(given.pretext, world)), box) : box;
}

/** What stands below an attachment: a few words and the moment it is about. */
function footer(given) {
  const moment = momentOf(given.ts);
  const when = Number.isNaN(moment.getTime()) ? null : moment;
  if (!given.footer && !when) return null;
  return el(
    "div",
    { class: "quiet" },
    given.footer_icon ? smallIcon(given.footer_icon) : null,
    given.footer ? plain(given.footer) : null,
    given.footer && when ? " | " : null,
    when
      ? el(
          "time",
          { datetime: when.toISOString(), title: fullMoment(when) },
          `${dayHeading(when)} at ${clockTime(when)}`,
        )
      : null,
  );
}

/** A button or menu of an attachment of the older kind. One that leads to an address does; pressing the others is not emulated. */
function oldAction(action) {
  const css = `btn ${{ primary: "btn-primary", danger: "btn-danger" }[action.style] ?? ""}`.trim();
  const face = plain(action.text ?? action.name);
  if (action.url && safeUrl(action.url))
    return el(
      "a",
      { class: css, href: safeUrl(action.url), target: "_blank", rel: "noopener noreferrer nofollow" },
      face,
    );
  return el(
    "button",
    { type: "button", class: css, disabled: true, title: "The sandbox does not press buttons of this older kind." },
    face,
    action.type === "select" ? icon("chevron") : null,
  );
}

function reactions(message, page) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map((reaction) => {
      const mine = reaction.users?.includes(page.store.me);
      const names = (reaction.users ?? []).map((id) => page.store.nameOf(id)).join(", ");
      return el(
        "button",
        {
          type: "button",
          class: "reaction",
          title: `${names} reacted with :${reaction.name}:`,
          aria: { pressed: String(Boolean(mine)), label: `${reaction.name}, ${reaction.count}` },
          data: { key: `reaction/${reaction.name}` },
          onclick: () => page.react(message, reaction.name, mine),
        },
        emoji(reaction.name),
        el("span", {}, String(reaction.count)),
      );
    }),
  );
}

function threadLink(message, page) {
  if (page.inThread || !message.reply_count) return null;
  const many = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  return el(
    "button",
    { type: "button", class: "thread-link", data: { key: "thread" }, onclick: () => page.openThread(message) },
    (message.reply_users ?? [])
      .slice(0, 3)
      .map((id) =>
        avatar(
          page.store.isBot(id) ? { name: "", is_bot: true } : (page.store.person(id) ?? { name: id }),
          "avatar-tiny",
        ),
      ),
    el("strong", {}, many),
    message.latest_reply
      ? el("span", { class: "quiet" }, ` Last reply ${ago(momentOf(message.latest_reply), now())}`)
      : null,
  );
}

function editor(message, page) {
  const begins = page.edited === null;
  if (begins) page.edited = page.typedText(message);
  const field = el("textarea", {
    class: "field",
    rows: "3",
    value: page.edited,
    data: { key: "edit" },
    oninput: () => {
      page.edited = field.value;
    },
    dir: "auto",
    aria: { label: "Edit message" },
  });
  const box = el(
    "form",
    {
      class: "edit",
      onsubmit: (event) => {
        event.preventDefault();
        page.saveEdit(message, field.value);
      },
    },
    field,
    el(
      "div",
      { class: "edit-foot" },
      el("button", { type: "button", class: "btn btn-small", onclick: () => page.saveEdit(message, null) }, "Cancel"),
      el("button", { class: "btn btn-small btn-primary" }, "Save"),
    ),
  );
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      page.saveEdit(message, null);
    }
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      box.requestSubmit();
    }
  });
  if (begins) queueMicrotask(() => field.focus());
  return box;
}
