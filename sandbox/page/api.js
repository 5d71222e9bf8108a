// Speaks to the sandbox's control API (sandbox/README.md) and follows its stream of changes.

/** A request that could not be understood or did not arrive; its message is a sentence for the person. */
export class Refused extends Error {
  constructor(message, error = null) {
    super(message);
    /** The control API's name for it, where it gave one. */
    this.error = error;
  }
}

async function request(method, path, body) {
  const options = { method, headers: {}, cache: "no-store" };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Refused("The sandbox does not answer. Is it still running?");
  }
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new Refused(`The sandbox answered ${response.status} with something that is not JSON.`);
  }
  if (!response.ok)
    throw new Refused(answer.shown || answer.error || `The sandbox answered ${response.status}.`, answer.error);
  return answer;
}

export const api = {
  get: (path) => request("GET", `/sandbox/${path}`),
  post: (path, body = {}) => request("POST", `/sandbox/${path}`, body),
  remove: (path) => request("DELETE", `/sandbox/${path}`),
  /** What the person `user` does. */
  person: (user, what, body = {}) => request("POST", `/sandbox/people/${encodeURIComponent(user)}/${what}`, body),
};

const FIRST_WAIT = 500,
  LONGEST_WAIT = 5_000;
/** The sandbox gives a sign every 15 seconds: a connection that is silent for longer hangs. */
const LONGEST_SILENCE = 40_000;

/**
 * Follows the stream for `user` from `version` on: `on(kind, data)` for each change, `state("live" | "lost")` when the
 * connection comes and goes. After a loss it comes back by itself and asks for everything anew with a `reset`.
 * Returns a function that stops it.
 */
export function follow(user, version, on, state) {
  let socket = null,
    timer = null,
    silence = null,
    wait = FIRST_WAIT,
    last = version,
    stopped = false,
    lost = false;

  function again() {
    if (stopped) return;
    hangUp();
    if (!lost) {
      lost = true;
      state("lost");
    }
    window.clearTimeout(timer);
    timer = window.setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  }

  function heard() {
    window.clearTimeout(silence);
    silence = window.setTimeout(again, LONGEST_SILENCE);
  }

  function hangUp() {
    const old = socket;
    socket = null;
    old?.close();
  }

  /** By a WebSocket: requests that do not end would use up the six that a browser sends to one address from all its windows. */
  function connect() {
    heard();
    const address = new URL(`/sandbox/stream?user=${encodeURIComponent(user)}&after=${last}`, window.location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const mine = (socket = new WebSocket(address));
    mine.addEventListener("open", () => {
      if (mine !== socket) return;
      heard();
      wait = FIRST_WAIT;
      if (!lost) return;
      lost = false;
      state("live");
      // The sandbox may have been started anew meanwhile, and count its changes from one again.
      on("reset", {});
    });
    mine.addEventListener("close", () => {
      if (mine === socket) again();
    });
    mine.addEventListener("message", (event) => {
      if (mine !== socket) return;
      heard();
      const change = JSON.parse(event.data);
      if (change.kind === "alive") return;
      last = change.version;
      on(change.kind, change.data);
    });
  }

  connect();
  const online = () => {
    if (lost) {
      wait = FIRST_WAIT;
      again();
    }
  };
  window.addEventListener("online", online);
  return () => {
    stopped = true;
    window.removeEventListener("online", online);
    window.clearTimeout(timer);
    window.clearTimeout(silence);
    hangUp();
  };
}
