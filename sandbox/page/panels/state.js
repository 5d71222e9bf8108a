// The sandbox's state as a whole: saved as a file, loaded from one, set back to its seed; its clock; another window.
import { el } from "../dom.js";
import { api, Refused } from "../api.js";
import { askOnce } from "../confirm.js";

/** The entries of the sandbox's menu. */
export function stateItems(page) {
  const safely = (work) => async () => {
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof Refused) && !(problem instanceof SyntaxError)) throw problem;
      page.say(problem instanceof SyntaxError ? "This file is not a saved state: it holds no JSON." : problem.message);
    }
  };
  const hurry = (seconds) => safely(() => api.post("clock", { advance: seconds }));
  return [
    {
      text: "Open another window",
      description: "as somebody else, beside this one",
      run: () => window.open("/", "_blank", "noopener,width=1000,height=800"),
    },
    { text: "Move the clock on an hour", run: hurry(3_600) },
    { text: "Move the clock on a day", run: hurry(86_400) },
    {
      text: "Save state as a file",
      description: goesAlong(page) ? "the workspace, and what the bot knows" : "the workspace, without what the bot knows",
      run: safely(async () => download(await api.get("save"))),
    },
    { text: "Load state from a file…", run: () => choose(safely, page) },
    {
      text: "Reset to the seed…",
      danger: true,
      run: safely(async () => {
        const sure = await askOnce(
          {
            title: "Reset the sandbox",
            text: {
              type: "plain_text",
              text: `Every message, file and record of the traffic goes; people, channels and parcels are as at the start. ${goesAlong(page) ? "The bot forgets everything too, and starts anew." : "What the bot has stored itself stays with the bot."}`,
            },
            confirm: "Reset",
            deny: "Cancel",
            style: "danger",
          },
          page.world,
        );
        if (sure) await api.post("reset");
      }),
    },
  ];
}

function download(state) {
  const address = URL.createObjectURL(new Blob([JSON.stringify(state, null, 1)], { type: "application/json" }));
  el("a", {
    href: address,
    download: `sandbox-${new Date().toISOString().slice(0, 16).replace(":", "")}.json`,
  }).click();
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function choose(safely, page) {
  const input = el("input", { type: "file", accept: "application/json,.json" });
  input.addEventListener(
    "change",
    safely(async () => {
      const file = input.files[0];
      if (!file) return;
      const state = JSON.parse(await file.text());
      const { shown } = await api.post("load", state);
      page.say([`${file.name} is loaded.`, shown].filter(Boolean).join(" "));
    }),
  );
  input.click();
}

/** Is what the bot knows saved, loaded and reset too? */
function goesAlong(page) {
  return page.store.workspace.bot.goes_along;
}
