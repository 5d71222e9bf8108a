"""Who reads along in a channel, and what may be shown there because of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import DeliveryError
from bot.domain.sharing import Reader

GOOD_FOR = timedelta(minutes=10)
"""How long a look into a channel holds; events renew it sooner."""


@dataclass(frozen=True, slots=True)
class ChannelPeople:
    """Who is in a channel, as Slack says: user ids without our bot, and the teams it is shared with."""

    users: frozenset[str]
    teams: frozenset[str]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is in a channel, as Slack last said; our own bot left out."""

    channel: str
    organisations: frozenset[str]
    outsiders: bool
    """Somebody of no organisation of the operation is in it, or a Slack Connect team of none."""
    readable: bool
    """Slack let us read who is in it."""
    accepted: frozenset[str]
    """Organisations beside the channel's own to whose reading along a coordinator has said yes."""
    checked_at: datetime
    changes: int = 0
    """How often something had happened there before this look."""
    refusal: DeliveryError | None = None
    """Why Slack did not let us read it just now."""


def unaccepted(audience: Audience, home: str) -> frozenset[str]:
    """The organisations that read along beside the channel's own, and that nobody has said yes to."""
    return audience.organisations - {home} - audience.accepted


def others_in(audience: Audience, home: str) -> bool:
    """Whether somebody reads along who is not the channel's own organisation and has not been accepted."""
    return audience.outsiders or not audience.readable or bool(unaccepted(audience, home))


def newly_in(before: Audience | None, now: Audience, home: str) -> frozenset[str] | None:
    """The organisations that have come since the last look and want a yes; None where there is nothing to say.

    Outsiders who have come are said too, though nobody can accept them.
    """
    came = unaccepted(now, home) - (before.organisations if before else frozenset())
    strangers = now.outsiders and not (before and before.outsiders)
    return came if now.readable and (came or strangers) else None


def reader_of(audience: Audience, home: str) -> Reader:
    """What may be shown in an organisation's alerts channel.

    It counts as its organisation's. Where others are in it, or where we cannot tell, only GREEN and CLEAR go
    there; once a coordinator has accepted them, what every one of them may see.
    """
    narrowed = others_in(audience, home)
    return Reader(audience.organisations | {home}, home=home, narrowed=narrowed)
