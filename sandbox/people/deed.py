"""What a deed starts from and what it answers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from sandbox.delivery import Ack, Delivery
from sandbox.reading import read_json
from sandbox.state import Channel, Json, Message, Person, View

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

_TROUBLE = {
    "operation_timeout": "The app did not respond in time. Try again?",
    "dispatch_failed": "The app could not be reached, or did not take it. Try again?",
    "dispatch_unknown_error": "The app answered something that makes no sense here. Try again?",
}


class BadRequest(Exception):
    """The request to the control API is wrong; the text says what to send."""


class NotFound(Exception):
    """There is no such person, channel, message or view."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One person doing one thing, as the control API was asked."""

    em: "Emulator"
    person: Person
    body: Json

    def text(self, name: str) -> str:
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise BadRequest(f"`{name}` is missing: a string is needed.")
        return value

    def optional(self, name: str) -> str | None:
        value = self.body.get(name)
        return str(value) if value not in (None, "") else None

    def channel(self, name: str = "channel") -> Channel:
        """A channel the person sees."""
        wanted = self.text(name)
        channel = self.em.workspace.channels.get(wanted) or self.em.workspace.channel_named(
            wanted.removeprefix("#")
        )
        if channel is None or not self.em.workspace.sees(self.person.id, channel):
            raise NotFound(f"{self.person.name} sees no channel {wanted}.")
        return channel

    def message(self) -> tuple[Channel, Message]:
        """The message of ``channel`` and ``ts``, if the person sees it."""
        channel = self.channel()
        ts = self.text("ts")
        message = channel.messages.get(ts)
        if message is None or message.only_visible_to not in (None, self.person.id):
            raise NotFound(f"{self.person.name} sees no message {ts} in {channel.id}.")
        return channel, message

    def view(self) -> View:
        view_id = self.text("view_id")
        view = self.em.workspace.view(view_id)
        if view is None or view.user != self.person.id:
            raise NotFound(f"{self.person.name} has no view {view_id} open.")
        return view

    async def deliver(self, kind: str, name: str, payload: Json) -> Ack:
        return await self.em.deliverer.deliver(Delivery(kind, name, payload, self.person.id))


def done(ack: Ack | None = None, **more: Any) -> Json:
    return {"ok": True, "shown": None, **({"traffic": ack.record.id} if ack else {}), **more}


def failed(error: str, shown: str, ack: Ack | None = None, **more: Any) -> Json:
    return {
        "ok": False,
        "error": error,
        "shown": shown,
        **({"traffic": ack.record.id} if ack else {}),
        **more,
    }


def trouble(ack: Ack, error: str | None = None, **more: Any) -> Json:
    """The ack did not come, or was rubbish: what the client shows then."""
    name = error or ack.error or "dispatch_unknown_error"
    return failed(name, _TROUBLE.get(name, f"Something went wrong: {name}"), ack, **more)


def blame(deed: Deed, ack: Ack, error: str, sentence: str | None) -> None:
    """The ack came, but what it says cannot be used: an error of its record."""
    ack.record.error, ack.record.sentence = error, sentence
    deed.em.traffic.close(ack.record)


def rubbish(deed: Deed, ack: Ack, sentence: str, **more: Any) -> Json:
    """A 2xx that makes no sense."""
    blame(deed, ack, "dispatch_unknown_error", sentence)
    return trouble(ack, **more)


FIELDS = {
    **dict.fromkeys(
        ("channel", "text", "thread_ts", "ts", "user", "block_id", "action_id", "query", "view_id", "tab"),
        "a string",
    ),
    **dict.fromkeys(("callback_id", "name", "content"), "a string"),
    **dict.fromkeys(("broadcast", "confirmed", "fill", "all", "remove"), "true or false"),
    **dict.fromkeys(("files", "users"), "a list of strings"),
}
"""What a deed's body may hold; ``value`` is what its element takes."""


async def body_of(request: Request) -> Json:
    """The JSON object that came along; raises BadRequest."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        body: Any = read_json(raw)
    except ValueError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from None
    if not isinstance(body, dict):
        raise BadRequest("The body must be a JSON object.")
    return body
