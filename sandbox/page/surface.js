// What blocks stand on: a message, a modal or the Home tab. Knows how a press or a filled field reaches the bot.
import { api, Refused } from "./api.js";
import { askOnce } from "./confirm.js";

/**
 * `where` is the control API's (`{channel, ts}` or `{view_id}`), `values()` the state the server keeps for this person,
 * `say(text)` shows what went wrong, `again()` draws the surface anew where an answer was taken back.
 */
export function surfaceOf({ world, where, values, say, again, errors = {}, drafts = new Map() }) {
  const waiting = [];
  let queue = Promise.resolve();

  async function send(block, element, value, { fill = false } = {}) {
    const body = { ...where, block_id: block.block_id, action_id: element.action_id, value };
    if (fill) body.fill = true;
    if (element.confirm && !fill) {
      if (!(await askOnce(element.confirm, world))) {
        again?.();
        return { ok: false, error: "not_confirmed" };
      }
      body.confirmed = true;
    }
    return post(body);
  }

  async function post(body) {
    try {
      const answer = await api.person(world.me, "act", body);
      if (answer.error === "confirm_needed" && (await askOnce(answer.confirm, world))) return await post({ ...body, confirmed: true });
      if (!answer.ok && answer.error !== "confirm_needed" && answer.shown) say(answer.shown);
      const kept = answer.state?.values ?? answer.state;
      if (kept && typeof kept === "object") values(kept);
      return answer;
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      say(problem.message);
      return { ok: false, error: "refused" };
    }
  }

  return {
    world, errors, drafts,
    value: (block, element) => values()?.[block.block_id]?.[element.action_id],
    // One after the other: a value must have arrived before the button beside it is pressed.
    act(block, element, value, how) {
      const done = queue.then(() => send(block, element, value, how));
      queue = done.catch(() => null);
      return done;
    },
    async suggest(block, element, query) {
      return api.person(world.me, "suggest", { ...where, block_id: block.block_id, action_id: element.action_id, query });
    },
    async upload(file) {
      const form = new FormData();
      form.append("file", file, file.name);
      const answer = await api.person(world.me, "upload", form);
      if (!answer.ok) throw new Refused(answer.shown || "The file could not be added.");
      return answer.file;
    },
    beforeSubmit: (run) => waiting.push(run),
    /** Hands over what is still under the fingers and waits until all of it has arrived. */
    async settle() {
      await Promise.all(waiting.map((run) => run()));
      await queue;
    },
  };
}
