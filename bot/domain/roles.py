"""Who may do what: roles, actions, and the one table between them."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the operation; a person may hold several."""

    ANALYST = "analyst"
    LIAISON = "liaison"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


class Action(StrEnum):
    """What can be asked of the bot."""

    LOOK_UP = "look up cases"
    FLAG = "flag"
    ACKNOWLEDGE = "acknowledge alerts"
    NOTE = "add notes"
    CLOSE = "close and mark your organisation’s cases"
    SEE_DISCLOSURES = "see what was shown to whom"
    ACCEPT_AUDIENCE = "accept who reads along in a channel"
    DECIDE_ACCESS = "decide requests for access"
    MANAGE = "manage members, organisations and API keys"
    POST_DIGEST = "post a digest"
    DECONFLICT = "hear that a partner holds a related record"
    RESUME_DELIVERY = "try a paused delivery again"


MEMBER = frozenset({Action.LOOK_UP})
"""What every member may do, whatever their role."""

RIGHTS: dict[Role, frozenset[Action]] = {
    Role.ANALYST: MEMBER | {Action.FLAG, Action.NOTE, Action.ACKNOWLEDGE, Action.CLOSE},
    Role.LIAISON: MEMBER | {Action.ACKNOWLEDGE, Action.NOTE},
    Role.COORDINATOR: MEMBER
    | {
        Action.POST_DIGEST,
        Action.SEE_DISCLOSURES,
        Action.DECIDE_ACCESS,
        Action.ACCEPT_AUDIENCE,
        Action.DECONFLICT,
        Action.RESUME_DELIVERY,
    },
    Role.ADMIN: MEMBER | {Action.DECIDE_ACCESS, Action.MANAGE, Action.RESUME_DELIVERY},
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking, as Slack asserted it on this request and as the members' list holds at this moment."""

    slack_team: str
    slack_user: str
    organisation: str
    organisation_name: str
    roles: frozenset[Role]


def may(actor: Actor, action: Action) -> bool:
    """Whether one of the actor's roles gives this right."""
    return action in MEMBER or any(action in RIGHTS[role] for role in actor.roles)


def roles_that_may(action: Action) -> list[Role]:
    """The roles to ask for when one may not."""
    return [role for role in Role if action in RIGHTS[role]]
