// Channels, direct messages and the app, with marks on what has not been read.
import { el, refill } from "./dom.js";
import { icon } from "./icons.js";
import { avatar } from "./avatar.js";

/** Paints the sidebar; `at` is the channel id shown or "home"; `go(id)` shows another. */
export function paintSidebar(root, store, { at, go, join }) {
  const mine = store.mine.channels.filter((channel) => !channel.is_archived);
  const rooms = mine.filter((channel) => ["public", "private"].includes(channel.kind));
  const member = rooms.filter((channel) => channel.is_member).sort(byName);
  const open = rooms.filter((channel) => !channel.is_member).sort(byName);
  const talks = mine.filter((channel) => ["im", "mpim"].includes(channel.kind) && !isApp(channel, store));
  const unfolded = root.querySelector(".more-channels")?.open || open.some((channel) => channel.id === at);
  const app = store.workspace.app;
  const appTalk = mine.find((channel) => isApp(channel, store));
  refill(
    root,
    group("Channels", [
      ...member.map((channel) => row(channel)),
      open.length
        ? el(
            "li",
            {},
            el(
              "details",
              { class: "more-channels", open: unfolded },
              el("summary", {}, `${open.length} more to join`),
              el(
                "ul",
                {},
                open.map((channel) => row(channel)),
              ),
            ),
          )
        : null,
    ]),
    group(
      "Direct messages",
      talks.map((channel) => row(channel)),
    ),
    group("Apps", [
      el(
        "li",
        {},
        entry({
          id: "home",
          key: "home",
          name: app.name,
          mark: avatar({ name: app.name, is_bot: true }, "avatar-tiny"),
          unread: appTalk?.unread ?? 0,
          mentions: appTalk?.unread ?? 0,
        }),
      ),
    ]),
  );

  function row(channel) {
    const direct = channel.kind === "im" || channel.kind === "mpim";
    const other = direct
      ? (store.person(channel.members.find((id) => id !== store.me)) ?? store.person(store.me))
      : null;
    const mark = direct
      ? avatar(other ?? { name: "?" }, "avatar-tiny")
      : icon(channel.kind === "private" ? "lock" : "hash");
    return el(
      "li",
      {},
      entry({
        id: channel.id,
        key: channel.id,
        name: direct ? store.channelTitle(channel) : channel.name,
        mark,
        unread: channel.unread ?? 0,
        mentions: direct ? (channel.unread ?? 0) : (channel.mentions ?? 0),
        kind: channel.kind,
      }),
      !direct && !channel.is_member
        ? el(
            "button",
            {
              type: "button",
              class: "btn-link join",
              onclick: () => join(channel.id),
              aria: { label: `Join #${channel.name}` },
            },
            "Join",
          )
        : null,
    );
  }

  function entry({ id, key: name, name: text, mark, unread, mentions, kind }) {
    const label = [text, kind === "private" ? "private channel" : null, unread ? `${unread} unread` : null]
      .filter(Boolean)
      .join(", ");
    return el(
      "button",
      {
        type: "button",
        class: unread ? "place is-unread" : "place",
        data: { key: name },
        aria: { current: id === at ? "page" : null, label },
        onclick: () => go(id),
      },
      mark,
      el("bdi", { class: "place-name" }, text),
      mentions ? el("span", { class: "count", data: { count: mentions }, aria: { hidden: "true" } }) : null,
    );
  }
}

export function isApp(channel, store) {
  return channel.kind === "im" && channel.members.includes(store.workspace.app.bot_user);
}

function byName(one, other) {
  return one.name.localeCompare(other.name);
}

function group(title, rows) {
  if (rows.filter(Boolean).length === 0) return null;
  return el("section", { class: "places", aria: { label: title } }, el("h2", {}, title), el("ul", {}, rows));
}
