"""What applying an operation file would change: added, changed, or taken away.

The file and Slack are two doors to one table, so the table may hold what the file does not say. Whether that is taken
away or kept is decided by whoever applies; the plan says it line by line before anything is done.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import TypeVar

from bot.domain.digests import DigestPlan
from bot.domain.operations import Operation, OperationPlan
from bot.domain.organisations import Member, Organisation
from bot.domain.roles import Role

Row = TypeVar("Row", Operation, Organisation, DigestPlan)


class Sign(StrEnum):
    """What happens to a row of the lists."""

    ADDED = "+"
    CHANGED = "~"
    TAKEN = "-"
    """Taken away, in whole or in part: somebody may do less afterwards."""


class Listed(StrEnum):
    """What stands in the lists."""

    OPERATION = "operation"
    ORGANISATION = "organisation"
    MEMBER = "member"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Change:
    """One row that becomes another."""

    sign: Sign
    what: Listed
    about: str
    """Key of an organisation or digest, user id of a member, name of the operation."""
    text: str

    @property
    def line(self) -> str:
        """As it stands in a plan: ``+ member U0DHL1 of dhl: analyst``."""
        return f"{self.sign} {self.text}"


@dataclass(frozen=True, slots=True)
class Lists:
    """Everything that the operation file and Slack are doors to."""

    operation: Operation | None = None
    organisations: tuple[Organisation, ...] = ()
    members: tuple[Member, ...] = ()
    digests: tuple[DigestPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes, and the lists as they stand after them."""

    changes: tuple[Change, ...]
    kept: tuple[Change, ...]
    """What the file would take away and this plan does not."""
    result: Lists

    @property
    def takes_access(self) -> bool:
        """Whether somebody may do or see less afterwards; a digest that ends is nobody's access."""
        return any(c.sign is Sign.TAKEN and c.what is not Listed.DIGEST for c in self.changes)


@dataclass(slots=True)
class _Draft:
    taking: bool
    changes: list[Change] = field(default_factory=list)
    kept: list[Change] = field(default_factory=list)

    def note(self, sign: Sign, what: Listed, about: str, text: str) -> None:
        self.changes.append(Change(sign, what, about, f"{what} {text}"))

    def takes(self, what: Listed, about: str, text: str) -> bool:
        """Whether this is taken away; where not, it is said to be kept."""
        change = Change(Sign.TAKEN, what, about, f"{what} {text}")
        (self.changes if self.taking else self.kept).append(change)
        return self.taking


@dataclass(frozen=True, slots=True)
class Decided:
    """What admins have decided in Slack and a plan leaves as it is: user ids of members, keys of organisations."""

    members: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()


NOTHING_DECIDED = Decided()


def plan_of(lists: Lists, wanted: OperationPlan, *, taking: bool, decided: Decided = NOTHING_DECIDED) -> Plan:
    """What makes ``lists`` say what the file says.

    Without ``taking`` nobody loses anything: who and what the file does not name stays, roles are only added, and who
    is of another organisation or team than the file says stays where they are. Who has left in Slack does not come
    back, and who was given something else there keeps it.
    """
    draft = _Draft(taking)
    wanted = _as_decided(draft, lists, wanted, decided)
    if lists.operation is None:
        draft.note(Sign.ADDED, Listed.OPERATION, wanted.operation.name, wanted.operation.name)
    else:
        _compare(draft, Listed.OPERATION, wanted.operation.name, lists.operation, wanted.operation)
    result = Lists(
        wanted.operation,
        _organisations(draft, lists.organisations, wanted.organisations),
        _members(draft, lists.members, wanted.members),
        _digests(draft, lists.digests, wanted.digests),
    )
    return Plan(tuple(draft.changes), tuple(draft.kept), result)


def _as_decided(draft: _Draft, lists: Lists, wanted: OperationPlan, decided: Decided) -> OperationPlan:
    """The file, but for what was decided in Slack: of that it says what the lists say."""
    known = {organisation.key: organisation for organisation in lists.organisations}
    organisations = []
    for organisation in wanted.organisations:
        key = organisation.key
        listed = known.get(key) if key in decided.organisations else organisation
        if listed != organisation:
            text = f"organisation {key}, as it was decided in Slack"
            draft.kept.append(Change(Sign.CHANGED, Listed.ORGANISATION, key, text))
        if listed is not None:
            organisations.append(listed)
    keys = {organisation.key for organisation in organisations}
    members = []
    for member in wanted.members:
        listed_as = [m for m in lists.members if m.slack_user == member.slack_user]
        if member.slack_user in decided.members or member.organisation not in keys:
            if member not in listed_as:
                text = f"member {member.slack_user}, as it was decided in Slack"
                draft.kept.append(Change(Sign.CHANGED, Listed.MEMBER, member.slack_user, text))
            members += listed_as
        else:
            members.append(member)
    return replace(wanted, organisations=tuple(organisations), members=tuple(dict.fromkeys(members)))


def _organisations(
    draft: _Draft, listed: Iterable[Organisation], wanted: Iterable[Organisation]
) -> tuple[Organisation, ...]:
    result = {organisation.key: organisation for organisation in wanted}
    known = {organisation.key: organisation for organisation in listed}
    for key, organisation in result.items():
        if key in known:
            _compare(draft, Listed.ORGANISATION, key, known[key], organisation)
        else:
            draft.note(Sign.ADDED, Listed.ORGANISATION, key, f"{key} ({organisation.name})")
    for key in [key for key in known if key not in result]:
        if not draft.takes(Listed.ORGANISATION, key, f"{key} ({known[key].name})"):
            result[key] = known[key]
    return tuple(result.values())


def _digests(
    draft: _Draft, listed: Iterable[DigestPlan], wanted: Iterable[DigestPlan]
) -> tuple[DigestPlan, ...]:
    result = {digest.key: digest for digest in wanted}
    known = {digest.key: digest for digest in listed}
    for key, digest in result.items():
        if key in known:
            _compare(draft, Listed.DIGEST, key, known[key], digest)
        else:
            draft.note(Sign.ADDED, Listed.DIGEST, key, f"{key} in {digest.channel}")
    for key in [key for key in known if key not in result]:
        if not draft.takes(Listed.DIGEST, key, f"{key} in {known[key].channel}"):
            result[key] = known[key]
    return tuple(result.values())


def _compare(draft: _Draft, what: Listed, about: str, before: Row, after: Row) -> None:
    """One line with every value that becomes another."""
    changed = [
        f"{each.name} {getattr(before, each.name) or '–'} → {getattr(after, each.name) or '–'}"
        for each in fields(after)
        if getattr(before, each.name) != getattr(after, each.name)
    ]
    if changed:
        draft.note(Sign.CHANGED, what, about, f"{about}: {', '.join(changed)}")


def _members(draft: _Draft, listed: Iterable[Member], wanted: Iterable[Member]) -> tuple[Member, ...]:
    left = {(member.slack_team, member.slack_user): member for member in listed}
    # Whoever stands there exactly goes first; then a user id alone names the same person of another team.
    pairs = [(member, left.pop((member.slack_team, member.slack_user), None)) for member in wanted]
    result = []
    for member, exactly in pairs:
        namesake = next((key for key in left if key[1] == member.slack_user), None)
        known = exactly or (left.pop(namesake) if namesake else None)
        if known is None:
            draft.note(Sign.ADDED, Listed.MEMBER, member.slack_user, _described(member))
            result.append(member)
        else:
            result.append(_member(draft, known, member))
    kept = [
        member
        for member in left.values()
        if not draft.takes(Listed.MEMBER, member.slack_user, _described(member))
    ]
    return (*result, *kept)


def _member(draft: _Draft, known: Member, wanted: Member) -> Member:
    """What a member of the lists becomes."""
    before, after = _described(known), _described(wanted)
    moved = (known.organisation, known.slack_team) != (wanted.organisation, wanted.slack_team)
    fewer = known.roles - wanted.roles
    if moved or fewer:
        if draft.takes(Listed.MEMBER, known.slack_user, f"{before} → {after}"):
            return wanted
        if moved:
            return known
    widened = replace(wanted, roles=known.roles | wanted.roles)
    if widened.roles != known.roles:
        text = f"{before} → {_roles(widened.roles)}"
        draft.note(Sign.CHANGED, Listed.MEMBER, known.slack_user, text)
    return widened


def _described(member: Member) -> str:
    team = f" (team {member.slack_team})" if member.slack_team else ""
    return f"{member.slack_user}{team} of {member.organisation}: {_roles(member.roles)}"


def _roles(roles: frozenset[Role]) -> str:
    return ", ".join(role for role in Role if role in roles) or "no role"
