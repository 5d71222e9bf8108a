"""The organisations of the operation, and who belongs to them."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.markings import Tlp
from bot.domain.roles import Role


class OrganisationKind(StrEnum):
    """What an organisation does in the operation; private or public follows from it."""

    MARKETPLACE = "marketplace"
    CARRIER = "carrier"
    CUSTOMS = "customs"
    ENFORCEMENT = "enforcement"
    RIGHTS_HOLDER = "rights_holder"


@dataclass(frozen=True, slots=True)
class Organisation:
    """One partner of the operation."""

    key: str
    """Short name for programs and options, such as ``dhl``."""
    name: str
    kind: OrganisationKind
    slack_team: str
    """The Slack team its members belong to; empty means the team the bot is installed in."""
    alerts_channel: str
    """Id of the channel where its people read and answer alerts."""
    default_marking: Tlp = Tlp.GREEN
    """What a flag of theirs carries when nothing else is said."""
    deconfliction: bool = False
    """Its coordinators learn, and let others' learn, that a hidden record of one meets one of the other."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of one organisation, known by what Slack asserts and nothing else."""

    slack_team: str
    slack_user: str
    organisation: str
    roles: frozenset[Role]
