"""Requests to be put on a list: how often one may ask, and who may admit whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.people import Person
from bot.domain.roles import Action, Actor, Role, may

BETWEEN_REQUESTS = timedelta(minutes=15)
"""One request a person in this time; who asks sooner is answered alike, and nothing comes of it."""


class Outcome(StrEnum):
    """What became of a request."""

    ADMITTED = "admitted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """Somebody on no list has asked to be put on one."""

    id: int
    person: Person
    at: datetime
    outcome: Outcome | None = None
    """None: nobody has decided yet."""
    decided_by: str = ""
    """User id."""


def is_too_soon(last: datetime | None, now: datetime) -> bool:
    """Whether somebody who last asked at ``last`` may not ask again yet."""
    return last is not None and now - last < BETWEEN_REQUESTS


def may_admit_to(actor: Actor, organisation: str, roles: frozenset[Role]) -> bool:
    """Whether the actor may put somebody on this organisation's list with these roles.

    An admin may on every list. A coordinator may on their own organisation's, and makes no admins: else they could
    let somebody see what their own organisation may not.
    """
    if may(actor, Action.MANAGE):
        return True
    return may(actor, Action.DECIDE_ACCESS) and organisation == actor.organisation and Role.ADMIN not in roles
