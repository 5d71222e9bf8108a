"""One call of a Web API method: its arguments, however they were sent."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.programs import NOBODY, Client
from sandbox.reading import read_json
from sandbox.refusal import Refusal
from sandbox.state import App, Channel, Json, Person, Workspace

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

T = TypeVar("T")

_READ_SCOPES = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


@dataclass(slots=True)
class Call:
    em: "Emulator"
    method: str
    arguments: Json
    """As sent: strings from a form or a query, any JSON from a JSON body."""
    token: str = ""
    client: Client = NOBODY
    """Where the caller's end of the connection is."""
    warnings: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """For the traffic record: no refusal, but worth knowing."""

    @property
    def workspace(self) -> Workspace:
        return self.em.workspace

    @property
    def app(self) -> App:
        return self.em.workspace.app

    def text(self, name: str) -> str | None:
        """The argument as a string, None if it is absent or empty."""
        value = self.arguments.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool | int | float):
            return json.dumps(value)
        if not isinstance(value, str):
            raise invalid_argument(f"must provide a string [json-pointer:/{name}]")
        return value

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise invalid_argument(f"missing required field: {name}")
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        value = self.arguments.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value).lower() in ("1", "true")

    def whole(self, name: str, default: int, most: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        try:
            return min(int(float(value)), most)
        except (ValueError, OverflowError):
            raise invalid_argument(f"must provide an integer [json-pointer:/{name}]") from None

    def data(self, name: str, error: str = "invalid_arguments") -> Any:
        """A JSON argument: as it is in a JSON body, or a string holding JSON. ``error`` says it cannot be read."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        if value == "":
            return None
        try:
            return read_json(value)
        except ValueError:
            raise Refusal(error, sentence=f"`{name}` is a string that is not JSON.") from None

    def words(self, name: str) -> list[str]:
        """A comma-separated list, or a JSON array."""
        value = self.arguments.get(name)
        if isinstance(value, list):
            return [str(one) for one in value]
        text = self.text(name)
        return [word.strip() for word in text.split(",") if word.strip()] if text else []

    def needs(self, *scopes: str) -> None:
        """Refuse unless the token has any of these."""
        if not set(scopes) & set(self.app.scopes):
            raise missing_scope(scopes, self.app.scopes)

    def note_other_programs(self) -> None:
        """Say in the record that other programs use the token as well, if they do."""
        self.notes += self.em.others_with_the_token(self.client)

    def channel(self, name: str = "channel") -> Channel:
        """The conversation the bot means and may know of. A user's id is no channel here."""
        channel = self.workspace.channels.get(self.required(name))
        if channel is None or not self.knows(channel):
            raise Refusal("channel_not_found", sentence=self._no_channel(name))
        return channel

    def knows(self, channel: Channel) -> bool:
        return channel.kind == "public" or self.app.bot_user in channel.members

    def member_channel(self, name: str = "channel") -> Channel:
        channel = self.channel(name)
        if self.app.bot_user not in channel.members:
            raise Refusal("not_in_channel", sentence=f"The bot is not a member of #{channel.name}.")
        return channel

    def reaches(self, person: Person) -> bool:
        """People of other workspaces can be written to and invited once they share a channel with the app:
        https://docs.slack.dev/apis/slack-connect/.
        """
        return person.team == self.workspace.team.id or self.workspace.shares_channel(person)

    def reads(self, channel: Channel) -> None:
        """Refuse unless the scope for reading this kind of conversation is there."""
        self.needs(_READ_SCOPES[channel.kind])

    def person(self, name: str = "user", error: str = "user_not_found") -> Person:
        person = self.workspace.people.get(self.required(name))
        if person is None:
            raise Refusal(error, sentence=f"There is no person {self.text(name)} here.")
        return person

    def _no_channel(self, name: str) -> str:
        wanted = self.text(name) or ""
        if wanted in self.workspace.channels:
            return f"{wanted} is private and the bot is not in it: for the bot it does not exist."
        return f"There is no channel {wanted} here."


def invalid_argument(says: str) -> Refusal:
    return Refusal("invalid_arguments", sentence=says, messages=[f"[ERROR] {says}"])


def missing_scope(needed: tuple[str, ...], provided: list[str]) -> Refusal:
    return Refusal(
        "missing_scope",
        sentence=f"The manifest's bot scopes lack {' or '.join(needed)}.",
        needed=",".join(needed),
        provided=",".join(provided),
    )


def _start(cursor: str) -> int:
    """Raises ValueError."""
    number = cursor.removeprefix("next:")
    if not (number.isascii() and number.isdigit()):
        raise ValueError(cursor)
    return int(number)


def page_of(call: Call, items: list[T], default: int = 100, most: int = 1000) -> tuple[list[T], Json]:
    """One page of ``items`` and the ``response_metadata`` that leads on; cursors as Slack's: opaque text."""
    limit = max(1, call.whole("limit", default, most))
    cursor = call.text("cursor")
    start = 0
    if cursor:
        try:
            start = _start(bytes.fromhex(cursor).decode())
        except ValueError:
            raise Refusal(
                "invalid_cursor", sentence=f"{cursor!r} is no cursor that was handed out."
            ) from None
    page = items[start : start + limit]
    more = start + limit < len(items)
    return page, {"next_cursor": f"next:{start + limit}".encode().hex() if more else ""}
