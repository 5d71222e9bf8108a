// The app's own place: its Home tab, the messages with it, and what it is.
import { el, fill, refill } from "./dom.js";
import { renderBlocks } from "./blocks/index.js";
import { surfaceOf } from "./surface.js";

/** Paints the Home tab of `store` into `root`. */
export function paintHome(root, store, world, say) {
  const view = store.mine.home;
  if (!view) {
    fill(
      root,
      el(
        "div",
        { class: "empty" },
        el("p", {}, `${store.workspace.app.name} has not published a Home tab for you yet.`),
      ),
    );
    return;
  }
  const surface = surfaceOf({
    world,
    say,
    where: { view_id: view.id },
    values: (fresh) => {
      if (fresh) view.state = { values: fresh };
      return view.state?.values;
    },
    again: () => paintHome(root, store, world, say),
  });
  refill(root, el("div", { class: "home" }, renderBlocks(view.blocks, surface)));
}

/** What the app can do, from its manifest. */
export function paintAbout(root, store) {
  const { app, bot } = store.workspace;
  fill(
    root,
    el(
      "div",
      { class: "home about" },
      el("h3", {}, "Commands"),
      el(
        "dl",
        {},
        app.commands.map((one) => [
          el("dt", {}, el("code", {}, [one.command, one.usage_hint].filter(Boolean).join(" "))),
          el("dd", {}, one.description),
        ]),
      ),
      el("h3", {}, "Shortcuts"),
      app.shortcuts.length
        ? el(
            "dl",
            {},
            app.shortcuts.map((one) => [
              el("dt", {}, one.name),
              el("dd", {}, `${one.description ?? ""} (${one.type === "message" ? "on a message" : "anywhere"})`),
            ]),
          )
        : el("p", { class: "quiet" }, "None."),
      el("h3", {}, "How it is reached"),
      el(
        "p",
        {},
        bot?.mode === "socket"
          ? `Socket Mode, ${bot.sockets} connection${bot.sockets === 1 ? "" : "s"}`
          : `HTTP at ${bot?.url ?? "no address yet"}`,
      ),
      el("p", { class: "quiet" }, `Scopes: ${(app.scopes ?? []).join(", ") || "none"}`),
    ),
  );
}
