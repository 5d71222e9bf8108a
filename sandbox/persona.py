"""Somebody in the workspace, as a test plays them (``sandbox.client``)."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.sight import Seen, options_of, see
from sandbox.state import Json

if TYPE_CHECKING:
    from sandbox.client import Sandbox

T = TypeVar("T")
Words = str | re.Pattern[str]

PATIENCE = 20.0
"""Seconds that something awaited may take: long, for nobody waits where all is well, and machines may be busy."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a deed ended for the person."""

    ok: bool
    error: str | None
    shown: str | None
    raw: Json
    messages: tuple[Seen, ...] = ()
    """What the ack of a command itself showed."""

    @property
    def errors(self) -> dict[str, str]:
        return dict(self.raw.get("errors", {}))


class Persona:
    """Does what a person does. What goes wrong for the person is an AssertionError, unless it is ``expecting`` it."""

    def __init__(self, sandbox: "Sandbox", person: Json, patience: float = PATIENCE) -> None:
        """``patience``: seconds that something awaited may take, where the call does not say."""
        self._sandbox = sandbox
        self._patience = patience
        self.id: str = person["id"]
        self.name: str = person["name"]
        self._channel: str | None = None
        self._pending: Json | None = None
        self._home_open = False

    def types(
        self,
        text: str,
        channel: str | None = None,
        *,
        thread: Seen | None = None,
        expecting: str | None = None,
    ) -> Answer:
        """Press return in the composer: a message, or a slash command. The channel is remembered for the next time."""
        body: Json = {"channel": self._in(channel or (thread.channel if thread else None)), "text": text}
        if thread is not None:
            body["thread_ts"] = thread.raw.get("thread_ts") or thread.ts
        return self._do("type", body, expecting)

    def says(
        self, text: str, channel: str | None = None, *, thread: Seen | None = None, broadcast: bool = False
    ) -> Seen:
        """A message, never a command; the message as it stands there."""
        body: Json = {"channel": self._in(channel or (thread.channel if thread else None)), "text": text}
        if thread is not None:
            body |= {"thread_ts": thread.raw.get("thread_ts") or thread.ts, "broadcast": broadcast}
        return self._seen(self._do("type", body).raw["message"])

    def sees(
        self,
        wanted: Words,
        channel: str | None = None,
        *,
        thread: Seen | None = None,
        within: float | None = None,
    ) -> Seen:
        """Wait until it is to be read: in a dialog, a modal, the open Home, a message (of ``channel``, of the ``thread``
        of a message, or in any channel they are in).
        """

        def found() -> Seen | None:
            if thread is None:
                sight = self._in_sight(channel)
            else:
                sight = list(reversed(self.messages(thread.channel, thread=thread)))
            return next((seen for seen in sight if seen.shows(wanted)), None)

        return self._until(found, within, lambda: self._not_seen(wanted, channel))

    def does_not_see(self, wanted: Words, channel: str | None = None) -> None:
        """Nowhere now. What is still on its way is not waited for: first see what must come after it."""
        for seen in self._in_sight(channel):
            if seen.shows(wanted):
                raise AssertionError(f"{self.name} sees {wanted!r}:\n{seen.text}")

    def messages(self, channel: str, *, thread: Seen | None = None, newest: int = 1000) -> list[Seen]:
        """What stands there now, oldest first; the ``newest`` of it."""
        query = {"channel": channel, "limit": str(newest)} | ({"thread_ts": thread.ts} if thread else {})
        shown = self._sandbox.get(f"/sandbox/people/{self.id}/messages", query)["messages"]
        return [self._seen(message) for message in shown]

    @property
    def modals(self) -> list[Seen]:
        return [self._seen(view) for view in self._look()["modals"]]

    @property
    def modal(self) -> Seen | None:
        """The modal on top, as it is now."""
        stack = self.modals
        return stack[-1] if stack else None

    @property
    def home(self) -> Seen | None:
        view = self._look()["home"]
        return self._seen(view) if view else None

    def sees_modal(self, wanted: Words, *, within: float | None = None) -> Seen:
        """Wait until the modal on top shows this."""

        def found() -> Seen | None:
            modal = self.modal
            return modal if modal is not None and modal.shows(wanted) else None

        return self._until(found, within, lambda: self._not_seen(wanted, None))

    def sees_no_modal(self, *, within: float | None = None) -> None:
        self._until(lambda: not self.modals or None, within, lambda: f"A modal is still open: {self.modal}")

    def clicks(
        self, name: str, on: Seen | None = None, *, confirm: bool = False, expecting: str | None = None
    ) -> Answer:
        """Press a button, by its text or an id. One that asks once more waits for ``confirms()``, unless ``confirm``."""

        def pressed() -> Answer | None:
            place, block, element = self._find(name, on)
            body = {
                **place.where,
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "confirmed": confirm,
            }
            try:
                return self._act(body, expecting)
            except AssertionError as error:
                if "There is no element" in str(error):
                    return None  # the app has drawn it anew between the look and the press: look again
                raise

        return self._until(pressed, None, lambda: f"{self.name} finds {name!r} moved again and again.")

    @property
    def dialog(self) -> Seen | None:
        """The dialog that asks once more, if one is open."""
        if self._pending is None:
            return None
        confirm = self._pending["confirm"]
        words = [confirm[part]["text"] for part in ("title", "text", "confirm", "deny")]
        return Seen(confirm, "\n".join(words))

    def confirms(self, *, expecting: str | None = None) -> Answer:
        """Say yes to the dialog that asks once more."""
        if self._pending is None:
            raise AssertionError(f"Nothing asks {self.name} once more.")
        body, self._pending = {**self._pending["body"], "confirmed": True}, None
        return self._act(body, expecting)

    def denies(self) -> None:
        if self._pending is None:
            raise AssertionError(f"Nothing asks {self.name} once more.")
        self._pending = None

    def fills(self, name: str, value: Any, on: Seen | None = None, *, expecting: str | None = None) -> Answer:
        """Put something into a field, by its label or an id: text, a date, a time, a number, ids of files; None empties."""
        place, block, element = self._find(name, on)
        body = {
            **place.where,
            "block_id": block["block_id"],
            "action_id": element["action_id"],
            "value": value,
        }
        return self._act(body, expecting)

    def chooses(
        self, name: str, *options: str, on: Seen | None = None, expecting: str | None = None
    ) -> Answer:
        """Choose in a menu, radio buttons, checkboxes or an overflow menu, by the options' texts or values. An external
        menu is typed into first, as a person would.
        """
        place, block, element = self._find(name, on)
        where = {**place.where, "block_id": block["block_id"], "action_id": element["action_id"]}
        for option in options if "external" in element["type"] else ():
            self.is_offered(name, option, on=place)
        several = element["type"].startswith("multi_") or element["type"] == "checkboxes"
        chosen: Any = list(options) if several else options[0]
        return self._act({**where, "value": chosen}, expecting)

    def is_offered(self, name: str, query: str = "", on: Seen | None = None) -> list[str]:
        """Type into a menu; the texts it then offers."""
        place, block, element = self._find(name, on)
        if "external" not in element["type"] and options_of(element):
            return [
                o["text"]["text"] for o in options_of(element) if query.lower() in o["text"]["text"].lower()
            ]
        where = {**place.where, "block_id": block["block_id"], "action_id": element["action_id"]}
        answer = self._do("suggest", {**where, "query": query}).raw
        groups = answer.get("option_groups") or [{"options": answer.get("options", [])}]
        return [option["text"]["text"] for group in groups for option in group["options"]]

    def submits(self, *, expecting: str | None = None) -> Answer:
        """Send the modal on top. ``errors`` of the answer are the sentences below its fields."""
        return self._do("submit", {"view_id": self._top()["id"]}, expecting)

    def closes(self, *, everything: bool = False) -> Answer:
        """Cancel the modal on top; ``everything``: the ✕ in the corner."""
        return self._do("close", {"view_id": self._top()["id"], "all": everything})

    def opens_home(self) -> Answer:
        """Open the app's Home tab. What the app publishes comes a moment later: ``sees`` looks there too from now on."""
        self._home_open = True
        return self._do("home", {"tab": "home"})

    def uses_shortcut(self, name: str, on: Seen | None = None, *, expecting: str | None = None) -> Answer:
        """A global shortcut, or on a message; by its name or callback_id."""
        return self._do("shortcut", {"callback_id": name, **(on.where if on else {})}, expecting)

    def reacts(self, name: str, on: Seen, *, remove: bool = False) -> Answer:
        return self._do("react", {**on.where, "name": name, "remove": remove})

    def uploads(self, name: str, content: bytes, channel: str | None = None, text: str = "") -> str:
        """A file, into a channel or (without one) for a form's field; its id."""
        body: Json = {"name": name, "content": base64.b64encode(content).decode(), "text": text}
        uploaded: str = self._do("upload", body | ({"channel": channel} if channel else {})).raw["file"]["id"]
        return uploaded

    def edits(self, message: Seen, text: str) -> Answer:
        return self._do("edit", {**message.where, "text": text})

    def deletes(self, message: Seen) -> Answer:
        return self._do("delete", message.where)

    def joins(self, channel: str) -> Answer:
        return self._do("join", {"channel": channel})

    def leaves(self, channel: str) -> Answer:
        return self._do("leave", {"channel": channel})

    def invites(self, *users: str, into: str) -> Answer:
        return self._do("invite", {"channel": into, "users": list(users)})

    def converses_with(self, *users: str) -> str:
        """Open a direct conversation; its channel's id."""
        channel: str = self._do("converse", {"users": list(users)}).raw["channel"]["id"]
        return channel

    def _act(self, body: Json, expecting: str | None) -> Answer:
        answer = self._do("act", body, expecting, allowed="confirm_needed")
        if answer.error == "confirm_needed":
            self._pending = {"body": body, "confirm": answer.raw["confirm"]}
        return answer

    def _do(self, what: str, body: Json, expecting: str | None = None, allowed: str | None = None) -> Answer:
        raw = self._sandbox.post(f"/sandbox/people/{self.id}/{what}", body)
        shown = tuple(self._seen(message) for message in raw.get("messages", []))
        answer = Answer(raw["ok"], raw.get("error"), raw.get("shown"), raw, shown)
        if expecting is not None and answer.error != expecting:
            raise AssertionError(
                f"{self.name} expected {expecting} and got {answer.error or 'no error'}: {answer.shown}"
            )
        if expecting is None and not answer.ok and answer.error != allowed:
            raise AssertionError(
                f"{self.name} sees {answer.error}: {answer.shown} {raw.get('errors') or ''}{self._why(raw)}"
            )
        return answer

    def _until(self, probe: Callable[[], T | None], within: float | None, otherwise: Callable[[], str]) -> T:
        patience = self._patience if within is None else within
        return self._sandbox.until(probe, patience, otherwise, self.id)

    def _why(self, raw: Json) -> str:
        if "traffic" not in raw:
            return ""
        record = self._sandbox.get(f"/sandbox/traffic/{raw['traffic']}")["record"]
        return f"\n{record['sentence']}\n{record['response']['body'][:600]}"

    def _in(self, channel: str | None) -> str:
        self._channel = channel or self._channel
        if self._channel is None:
            raise AssertionError(f"{self.name} is in no channel yet: say channel=….")
        return self._channel

    def _look(self) -> Json:
        return self._sandbox.get(f"/sandbox/people/{self.id}")

    def _seen(self, raw: Json) -> Seen:
        return see(raw, self._sandbox.name_of())

    def _top(self) -> Json:
        stack = self._look()["modals"]
        if not stack:
            raise AssertionError(f"{self.name} has no modal open.")
        top: Json = stack[-1]
        return top

    def _in_sight(self, channel: str | None) -> list[Seen]:
        """What is on the screen, what catches the eye first at the front."""
        look = self._look()
        sight = [self.dialog] if self.dialog is not None else []
        sight += [self._seen(view) for view in reversed(look["modals"])]
        if self._home_open and look["home"]:
            sight.append(self._seen(look["home"]))
        for shown in look["channels"]:
            if (channel is None and shown["is_member"]) or channel in (shown["id"], shown["name"]):
                sight += reversed(self.messages(shown["id"], newest=100))
        return sight

    def _find(self, name: str, on: Seen | None) -> tuple[Seen, Json, Json]:
        """The element called so: on the place given (as it is now), else in the modal on top, Home, or the newest message."""

        def found() -> tuple[Seen, Json, Json] | None:
            for place in self._places(on):
                element = place.element(name)
                if element is not None:
                    return place, *element
            return None

        def otherwise() -> str:
            there = [f"{place.text}\n  buttons: {', '.join(place.buttons)}" for place in self._places(on)[:3]]
            return f"{self.name} finds no {name!r}. There is:\n" + "\n---\n".join(there)

        return self._until(found, None, otherwise)

    def _places(self, on: Seen | None) -> list[Seen]:
        if on is None:
            return [seen for seen in self._in_sight(None) if "blocks" in seen.raw]
        if "ts" in on.raw:
            there = [
                *self.messages(on.channel),
                *(self.messages(on.channel, thread=on) if on.raw.get("thread_ts") else []),
            ]
            return [message for message in there if message.ts == on.ts]
        return [
            seen for seen in (*self.modals, self.home) if seen is not None and seen.raw["id"] == on.raw["id"]
        ]

    def _not_seen(self, wanted: Words, channel: str | None) -> str:
        sight = self._in_sight(channel)[:8]
        return f"{self.name} does not see {wanted!r}. On the screen:\n" + "\n---\n".join(
            seen.text for seen in sight
        )
