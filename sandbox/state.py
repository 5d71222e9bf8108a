"""What the workspace is made of. Plain data, all in memory; who may do what with it stands elsewhere."""

from dataclasses import dataclass, field
from typing import Any, TypeVar

Json = dict[str, Any]

T = TypeVar("T")


def copied(data: T) -> T:
    """A deep copy of JSON; what is handed out never changes under its reader's hands."""
    copy: Any = data
    if isinstance(data, dict):
        copy = {key: copied(held) for key, held in data.items()}
    elif isinstance(data, list):
        copy = [copied(held) for held in data]
    found: T = copy
    return found


Entered = dict[tuple[str, str], Json]
"""What somebody put into elements: (block_id, action_id) → Slack's view-state entry."""


@dataclass(slots=True)
class Team:
    id: str
    name: str
    domain: str


@dataclass(slots=True)
class Person:
    id: str
    name: str
    real_name: str
    team: str
    tz: str = "America/New_York"
    email: str | None = None
    is_bot: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    is_admin: bool = False
    deleted: bool = False
    organisation: str | None = None
    """What the seed says of them, for whoever looks at the page; Slack knows nothing of it."""
    role: str | None = None


@dataclass(slots=True)
class Message:
    ts: str
    channel: str
    body: Json
    """Slack's message object, as it goes over the wire."""
    only_visible_to: str | None = None
    entered: dict[str, Entered] = field(default_factory=dict)
    """What each person has chosen in its elements."""
    deleted: bool = False
    source: Json = field(default_factory=dict)
    """Facts of its making that the wire does not show: ``response_type`` of a command's answer, the command typed."""

    @property
    def thread_ts(self) -> str | None:
        thread: str | None = self.body.get("thread_ts")
        return thread

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(slots=True)
class Channel:
    id: str
    name: str
    kind: str
    """``public``, ``private``, ``im`` or ``mpim``."""
    team: str
    members: list[str] = field(default_factory=list)
    creator: str = ""
    created: int = 0
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    is_general: bool = False
    connected_teams: list[str] = field(default_factory=list)
    """Teams of other workspaces it is shared with (Slack Connect)."""
    messages: dict[str, Message] = field(default_factory=dict)
    last_read: dict[str, str] = field(default_factory=dict)
    pins: list[str] = field(default_factory=list)

    @property
    def is_ext_shared(self) -> bool:
        return bool(self.connected_teams)


@dataclass(slots=True)
class View:
    id: str
    team: str
    user: str
    body: Json
    """What the app sent: type, title, blocks, callback_id …, with Slack's defaults filled in."""
    hash: str
    root_id: str
    previous_id: str | None = None
    entered: Entered = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    opened_in: str | None = None
    """The conversation that the person was looking at, where that is known."""

    @property
    def type(self) -> str:
        return str(self.body["type"])


@dataclass(slots=True)
class File:
    id: str
    name: str
    title: str
    user: str
    created: int
    content: bytes = b""
    mimetype: str = "application/octet-stream"
    filetype: str = "binary"
    size: int = 0
    alt_text: str | None = None
    complete: bool = False
    channels: list[str] = field(default_factory=list)
    shares: list[tuple[str, str]] = field(default_factory=list)
    """(channel, ts) of the messages that show it."""
    upload_token: str = ""


@dataclass(slots=True)
class Usergroup:
    id: str
    team: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)
    description: str = ""
    created: int = 0


@dataclass(slots=True)
class Trigger:
    """A person's deed that lets the app open a modal: once, within three seconds."""

    id: str
    user: str
    issued_at: float
    view_id: str | None = None
    """The modal in which it was done, if it was."""
    exchanged: bool = False
    channel: str | None = None
    """Where the person was, if that was a conversation."""


@dataclass(slots=True)
class ResponseUrl:
    """An address at which the app may answer a deed: five times within thirty minutes."""

    token: str
    channel: str
    user: str
    issued_at: float
    message_ts: str | None = None
    """The app's message on which the deed was done, if it was on one."""
    thread_ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class Scheduled:
    id: str
    channel: str
    post_at: int
    body: Json
    created: int
    bot_user: str


@dataclass(slots=True)
class Command:
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(slots=True)
class Shortcut:
    type: str
    """``global`` or ``message``."""
    name: str
    description: str
    callback_id: str


@dataclass(slots=True)
class App:
    """The app as the workspace knows it; what it may do comes from its manifest."""

    id: str
    name: str
    bot_id: str
    bot_user: str
    commands: list[Command] = field(default_factory=list)
    shortcuts: list[Shortcut] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    unfurl_domains: list[str] = field(default_factory=list)
    interactivity: bool = True
    home_tab: bool = True
    messages_tab: bool = True
    messages_tab_read_only: bool = False
    socket_mode: bool = False
    token_revoked: bool = False


@dataclass(slots=True)
class Workspace:
    team: Team
    app: App
    teams: dict[str, Team] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: dict[str, Usergroup] = field(default_factory=dict)
    modals: dict[str, list[View]] = field(default_factory=dict)
    """Each person's stack of open modals, the last one on top."""
    homes: dict[str, View] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)

    def view(self, view_id: str) -> View | None:
        for stack in self.modals.values():
            for view in stack:
                if view.id == view_id:
                    return view
        return next((view for view in self.homes.values() if view.id == view_id), None)

    def view_by_external_id(self, external_id: str) -> View | None:
        for view in [*(v for stack in self.modals.values() for v in stack), *self.homes.values()]:
            if view.body.get("external_id") == external_id:
                return view
        return None

    def shares_channel(self, person: Person) -> bool:
        """Whether the person and the app are in one channel."""
        return any(
            {person.id, self.app.bot_user} <= set(channel.members)
            for channel in self.channels.values()
            if channel.kind in ("public", "private")
        )

    def direct_channel(self, users: frozenset[str]) -> Channel | None:
        return next(
            (c for c in self.channels.values() if c.kind in ("im", "mpim") and frozenset(c.members) == users),
            None,
        )

    def person_named(self, name: str) -> Person | None:
        return next((p for p in self.people.values() if p.name == name and not p.deleted), None)

    def channel_named(self, name: str) -> Channel | None:
        return next(
            (c for c in self.channels.values() if c.name == name and c.kind in ("public", "private")), None
        )

    def sees(self, user: str, channel: Channel) -> bool:
        """May this person look into the channel? Guests see only what they are in."""
        if user in channel.members:
            return True
        person = self.people.get(user)
        return (
            channel.kind == "public"
            and person is not None
            and not person.is_guest
            and person.team in (channel.team, *channel.connected_teams)
        )
