"""The operation: what its file says, read strictly."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from bot.domain.digests import DigestPlan
from bot.domain.errors import BotError, SetupError
from bot.domain.markings import Tlp, read_tlp
from bot.domain.organisations import Member, Organisation, OrganisationKind
from bot.domain.roles import Role

LONGEST_KEY = 40

CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
"""What stands in no name: it would end a line, and no database stores the first."""


@dataclass(frozen=True, slots=True)
class Operation:
    """The operation's own settings."""

    name: str
    case_prefix: str
    timezone: str


@dataclass(frozen=True, slots=True)
class OperationPlan:
    """Everything an operation file says."""

    operation: Operation
    organisations: tuple[Organisation, ...]
    members: tuple[Member, ...]
    digests: tuple[DigestPlan, ...]


class _Table:
    """One table of the file: takes its keys one by one, and remembers what is wrong with each."""

    def __init__(self, place: str, content: Mapping[str, Any], problems: list[str]) -> None:
        self.place = place
        self._left = dict(content)
        self._problems = problems

    def problem(self, key: str, sentence: str) -> None:
        self._problems.append(f"{self.place}: {key}: {sentence}")

    def text(self, key: str, default: str | None = None, *, longest: int = 200) -> str:
        value = self._left.pop(key, default)
        if value is None:
            self.problem(key, "is missing")
            return ""
        if not isinstance(value, str) or (not value.strip() and default is None):
            self.problem(key, "must be a text in quotes, not empty")
            return ""
        if len(value.strip()) > longest:
            self.problem(key, f"is longer than {longest} characters")
            return ""
        if CONTROL.search(value.strip()):
            self.problem(key, "must be one line, without tabs or other control characters")
            return ""
        return value.strip()

    def slack_id(self, key: str, first: str, example: str, default: str | None = None) -> str:
        """An id as Slack shows it, never a name."""
        value = self.text(key, default)
        if value and not re.fullmatch(f"[{first}][A-Z0-9]{{2,19}}", value):
            self.problem(key, f"“{value}” is not an id such as {example}")
        return value

    def switch(self, key: str) -> bool:
        """``true`` or ``false``; off where it says nothing."""
        value = self._left.pop(key, False)
        if not isinstance(value, bool):
            self.problem(key, "must be true or false, without quotes")
        return value is True

    def words(self, key: str) -> list[str]:
        value = self._left.pop(key, None)
        if not isinstance(value, list) or not value or not all(isinstance(word, str) for word in value):
            self.problem(key, 'must be a list of texts, such as ["analyst"]')
            return []
        return value

    def one_of(self, key: str, values: type[OrganisationKind]) -> OrganisationKind:
        word = self.text(key)
        if word and word not in set(values):
            self.problem(key, f"“{word}” is not one of {', '.join(values)}")
        return values(word) if word in set(values) else next(iter(values))

    def marking(self, key: str) -> Tlp:
        """A marking as people write it; GREEN where it says nothing."""
        try:
            return read_tlp(self.text(key, Tlp.GREEN.value))
        except BotError as error:
            self.problem(key, error.sentence)
            return Tlp.RED

    def zone(self, key: str, default: str) -> str:
        """A time zone; empty where it is none, so that what would take it over says nothing more of it."""
        value = self.text(key, default, longest=60)
        known = self.check(key, value or default, ZoneInfo, "is not a time zone such as America/New_York")
        return value or default if known else ""

    def check(self, key: str, value: str, test: Callable[[str], object], sentence: str) -> bool:
        try:
            if value:
                test(value)
        except (BotError, CronSimError, ValueError, OSError, LookupError):
            self.problem(key, f"“{value}” {sentence}")
            return False
        return True

    def finish(self) -> None:
        for key in self._left:
            self.problem(key, "is not a key of this table")


def read_operation(content: Mapping[str, Any]) -> OperationPlan:
    """An operation file's content (parsed TOML) as values.

    Raises :class:`SetupError` with every mistake at once; each line names the table, its number and the key.
    """
    problems: list[str] = []
    known = {"operation", "organisations", "members", "digests"}
    problems += [f"{name}: is not a table of an operation file" for name in content if name not in known]
    head = content.get("operation", {})
    if not isinstance(head, Mapping):
        problems.append("operation: must be written as [operation]")
        head = {}
    operation = _operation(_Table("[operation]", head, problems))
    organisations = [_organisation(table) for table in _tables("organisations", content, problems)]
    keys = [organisation.key for organisation in organisations]
    members = [_member(table, keys) for table in _tables("members", content, problems)]
    digests = [_digest(table, operation.timezone) for table in _tables("digests", content, problems)]
    if not organisations:
        problems.append("[[organisations]]: an operation needs at least one organisation")
    teams = {organisation.key: organisation.slack_team for organisation in organisations}
    members = [
        Member(teams.get(member.organisation, ""), member.slack_user, member.organisation, member.roles)
        for member in members
    ]
    problems += _repeated("organisations", "key", keys)
    problems += _repeated(
        "members", "slack_user", [f"{m.slack_user} {m.slack_team}".strip() for m in members]
    )
    problems += _repeated("digests", "key", [digest.key for digest in digests])
    if problems:
        raise SetupError(problems)
    return OperationPlan(operation, tuple(organisations), tuple(members), tuple(digests))


def _tables(name: str, content: Mapping[str, Any], problems: list[str]) -> list[_Table]:
    rows = content.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        problems.append(f"{name}: must be written as [[{name}]]")
        return []
    return [_Table(f"[[{name}]] number {number}", row, problems) for number, row in enumerate(rows, 1)]


def _repeated(name: str, key: str, values: list[str]) -> list[str]:
    return [
        f"[[{name}]] number {number}: {key}: “{value}” stands there already, as number {values.index(value) + 1}"
        for number, value in enumerate(values, 1)
        if value and values.index(value) + 1 < number
    ]


def _operation(table: _Table) -> Operation:
    operation = Operation(
        table.text("name"), table.text("case_prefix").upper(), table.zone("timezone", "UTC")
    )
    prefix = operation.case_prefix
    if prefix and not (prefix.isascii() and prefix.isalnum() and 2 <= len(prefix) <= 8):
        table.problem("case_prefix", f"“{prefix}” must be two to eight letters or digits")
    table.finish()
    return operation


def is_key(text: str) -> bool:
    """Whether this can be an organisation's key: it stands in options, in lists with commas, and beside people's."""
    plain = text.replace("-", "").replace("_", "")
    return len(text) <= LONGEST_KEY and text.isascii() and plain.isalnum() and text == text.lower()


def _organisation(table: _Table) -> Organisation:
    key, name = table.text("key", longest=LONGEST_KEY), table.text("name")
    if key and not is_key(key):
        table.problem("key", f"“{key}” must be lower-case letters, digits, - or _")
    kind = table.one_of("kind", OrganisationKind)
    team = table.slack_id("slack_team", "TE", "T0OPS", "")
    channel = table.slack_id("alerts_channel", "CG", "C0AMAZON (channel details, at the bottom)")
    marking = table.marking("default_marking")
    deconfliction = table.switch("deconfliction")
    table.finish()
    return Organisation(key, name, kind, team, channel, marking, deconfliction)


def _member(table: _Table, organisations: list[str]) -> Member:
    user = table.slack_id("slack_user", "UW", "U0AMAZON1 (profile, “Copy member ID”)")
    organisation = table.text("organisation")
    if organisation and organisation not in organisations:
        table.problem("organisation", f"“{organisation}” is not the key of an organisation in this file")
    roles = table.words("roles")
    for word in roles:
        if word not in set(Role):
            table.problem("roles", f"“{word}” is not one of {', '.join(Role)}")
    table.finish()
    return Member("", user, organisation, frozenset(Role(word) for word in roles if word in set(Role)))


def _digest(table: _Table, operation_zone: str) -> DigestPlan:
    digest = DigestPlan(
        table.text("key", longest=40),
        table.slack_id("channel", "CG", "C0OPS (channel details, at the bottom)"),
        table.text("cron", longest=100),
        table.zone("timezone", operation_zone),
    )
    table.check("cron", digest.cron, _cron, "is not a cron expression such as 30 8 * * mon-fri")
    table.finish()
    return digest


def _cron(expression: str) -> None:
    if len(expression.split()) != 5:  # cronsim would read a sixth field as seconds
        raise ValueError("a cron expression has five fields")
    CronSim(expression, datetime(2026, 1, 1, tzinfo=UTC))
