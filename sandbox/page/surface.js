// What blocks stand on: a message, a modal or the Home tab. Knows how a press or a filled field reaches the bot.
import { api, Refused } from "./api.js";
import { askOnce } from "./confirm.js";
import { upload } from "./files.js";

/** Milliseconds that the news of a change may lag behind the change. */
const NEWS_ARRIVES = 250;

/**
 * `where` is the control API's (`{channel, ts}` or `{view_id}`), `values()` the state the server keeps for this person,
 * `say(text)` shows what went wrong, `again()` draws the surface anew where an answer was taken back. `blocks()` gives the
 * blocks as they are now: the app may have changed them while a button was being pressed.
 */
export function surfaceOf({ world, where, values, say, again, blocks = null, errors = {}, drafts = new Map() }) {
  const waiting = [];
  const refused = new Map();
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
      if (answer.error === "confirm_needed" && (await askOnce(answer.confirm, world)))
        return await post({ ...body, confirmed: true });
      if (answer.error === "invalid_input" && body.view_id)
        refused.set(body.block_id, answer.errors?.[body.block_id] ?? answer.shown);
      else if (!answer.ok && answer.error !== "confirm_needed" && answer.shown) say(answer.shown);
      if (answer.ok) refused.delete(body.block_id);
      const kept = answer.state?.values ?? answer.state;
      if (kept && typeof kept === "object") values(kept);
      return answer;
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      const now = problem.error === "not_found" ? await blockNow(body) : null;
      if (now) return post({ ...body, block_id: now });
      say(problem.message);
      return { ok: false, error: "refused" };
    }
  }

  /** The block in which the same element stands since the app changed the message; null where there is none any more. */
  async function blockNow({ block_id: was, action_id: action }) {
    if (!blocks) return null;
    await new Promise((resolve) => window.setTimeout(resolve, NEWS_ARRIVES));
    const holds = (block) => [block.accessory, ...(block.elements ?? [])].some((one) => one?.action_id === action);
    const found = blocks().find(holds);
    return found && found.block_id !== was ? found.block_id : null;
  }

  return {
    world,
    errors,
    drafts,
    value: (block, element) => values()?.[block.block_id]?.[element.action_id],
    // One after the other: a value must have arrived before the button beside it is pressed.
    act(block, element, value, how) {
      const done = queue.then(() => send(block, element, value, how));
      queue = done.catch(() => null);
      return done;
    },
    async suggest(block, element, query) {
      return api.person(world.me, "suggest", {
        ...where,
        block_id: block.block_id,
        action_id: element.action_id,
        query,
      });
    },
    upload: (file) => upload(world.me, file),
    /** `run` hands over what is under the fingers; may resolve to `{block_id: sentence}` where that is nothing whole. */
    beforeSubmit: (run) => waiting.push(run),
    /** Hands over what is still under the fingers and waits until all of it has arrived; `{block_id: sentence}` of what no field of its kind takes. */
    async settle() {
      const said = await Promise.all(waiting.map((run) => run()));
      await queue;
      return Object.assign(Object.fromEntries(refused), ...said);
    },
  };
}
