// Where one is stands in the address, so that a reload, a bookmark or a second window finds it again: #/U0DHL1/C0DHL/1763936700.000200

/** `{user, place, thread}` of the address. */
export function readRoute() {
  const [, user, place, thread] = window.location.hash.split("/").map((part) => decodeURIComponent(part));
  return { user: user || null, place: place || null, thread: thread || null };
}

/** Writes the address; `push` makes a step that the Back button undoes. */
export function writeRoute({ user, place, thread }, push) {
  const hash = `#${["", user, place, thread].filter((part) => part !== null && part !== undefined).join("/")}`;
  if (hash === window.location.hash) return;
  window.history[push ? "pushState" : "replaceState"](null, "", hash);
}
