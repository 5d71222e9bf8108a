// What a person does with a message or by the composer, said to the control API, with the answer shown where it is needed.
import { api, Refused } from "./api.js";
import { askOnce } from "./confirm.js";
import { upload } from "./files.js";

/** The deeds of the person of `store`; `say(text)` shows what did not work. Each resolves to the answer, or to null where it failed. */
export function deedsOf(store, world, say) {
  async function doing(what, body) {
    try {
      const answer = await api.person(store.me, what, body);
      if (!answer.ok && answer.shown) say(answer.shown);
      return answer;
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      say(problem.message);
      return null;
    }
  }
  return {
    doing,
    upload: (file) => upload(store.me, file),
    react: (message, name, remove) =>
      doing("react", { channel: message.channel, ts: message.ts, name, remove: Boolean(remove) }),
    shortcut: (shortcut, message) =>
      doing("shortcut", {
        callback_id: shortcut.callback_id,
        ...(message ? { channel: message.channel, ts: message.ts } : {}),
      }),
    async remove(message) {
      const sure = await askOnce(
        {
          title: "Delete message",
          text: { type: "plain_text", text: "Delete this message? This cannot be undone." },
          confirm: "Delete",
          deny: "Cancel",
          style: "danger",
        },
        world,
      );
      if (sure) await doing("delete", { channel: message.channel, ts: message.ts });
    },
    async copy(text) {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        say("The browser did not let the page use the clipboard.");
      }
    },
  };
}
