"""The operation file, read strictly: every mistake is named by table, number and key, all at once."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import SetupError
from bot.domain.markings import Tlp
from bot.domain.operations import OperationPlan, read_operation
from bot.domain.organisations import OrganisationKind
from bot.domain.roles import Role

EXAMPLE = Path(__file__).parents[2] / "operation.example.toml"

Content = dict[str, Any]


def example() -> Content:
    return tomllib.loads(EXAMPLE.read_text())


def problems_of(content: Content) -> list[str]:
    with pytest.raises(SetupError) as told:
        read_operation(content)
    return told.value.problems


def test_the_example_is_accepted() -> None:
    plan = read_operation(example())
    assert plan.operation.name == "Operation Fulfilled Action"
    assert plan.operation.case_prefix == "OFA"
    assert [organisation.key for organisation in plan.organisations] == ["amazon", "dhl", "cbp", "iprc"]
    assert {organisation.kind for organisation in plan.organisations} == {
        OrganisationKind.MARKETPLACE,
        OrganisationKind.CARRIER,
        OrganisationKind.CUSTOMS,
        OrganisationKind.ENFORCEMENT,
    }
    assert len(plan.members) == 10
    assert {role for member in plan.members for role in member.roles} == set(Role)
    assert [(digest.key, digest.cron) for digest in plan.digests] == [("daily", "30 8 * * mon-fri")]


def test_members_belong_to_their_organisations_team_or_else_to_the_bots_own() -> None:
    teams = {member.organisation: member.slack_team for member in read_operation(example()).members}
    assert teams == {"amazon": "T0OPS", "dhl": "", "cbp": "", "iprc": ""}


def test_what_is_not_said_has_a_sensible_value() -> None:
    content = example()
    del content["digests"][0]["timezone"]
    del content["organisations"][0]["default_marking"]
    plan = read_operation(content)
    assert plan.digests[0].timezone == "America/New_York"
    assert plan.organisations[0].default_marking is Tlp.GREEN
    del content["operation"]["timezone"]
    assert read_operation(content).digests[0].timezone == "UTC"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("amber", Tlp.AMBER),
        ("AMBER+STRICT", Tlp.AMBER_STRICT),
        ("white", Tlp.CLEAR),
        ("TLP:AMBER", Tlp.AMBER),
        ("red", Tlp.RED),
    ],
)
def test_a_default_marking_is_read_as_people_write_it(written: str, meant: Tlp) -> None:
    content = example()
    content["organisations"][0]["default_marking"] = written
    assert read_operation(content).organisations[0].default_marking is meant


def without(table: str, number: int, key: str) -> Callable[[Content], None]:
    return lambda content: content[table][number].pop(key)


def with_value(table: str, number: int, key: str, value: object) -> Callable[[Content], None]:
    return lambda content: content[table][number].update({key: value})


def with_operation(key: str, value: object) -> Callable[[Content], None]:
    return lambda content: content["operation"].update({key: value})


def with_table(name: str, value: object) -> Callable[[Content], None]:
    return lambda content: content.update({name: value})


def once_more(table: str) -> Callable[[Content], None]:
    return lambda content: content[table].append(dict(content[table][0]))


MISTAKES: dict[str, tuple[Callable[[Content], object], str]] = {
    "no operation": (lambda content: content.pop("operation"), "[operation]: name: is missing"),
    "an operation written as a list": (
        lambda content: content.update(operation=[content["operation"]]),
        "operation: must be written as [operation]",
    ),
    "an operation written as a text": (
        with_table("operation", "OFA"),
        "operation: must be written as [operation]",
    ),
    "a channel that is a name": (
        with_value("organisations", 0, "alerts_channel", "#amazon-counterfeit-alerts"),
        "[[organisations]] number 1: alerts_channel: “#amazon-counterfeit-alerts”",
    ),
    "a member that is a name": (
        with_value("members", 0, "slack_user", "@somebody-with-a-long-name"),
        "[[members]] number 1: slack_user: “@somebody-with-a-long-name”",
    ),
    "a cron with seconds": (
        with_value("digests", 0, "cron", "0 30 8 * * mon-fri"),
        "[[digests]] number 1: cron: “0 30 8 * * mon-fri” is not a cron expression",
    ),
    "an unknown table": (with_table("member", [{}]), "member: is not a table of an operation file"),
    "a table that is a list": (
        with_table("members", {"slack_user": "U1"}),
        "members: must be written as [[members]]",
    ),
    "a list of texts": (with_table("digests", ["daily"]), "digests: must be written as [[digests]]"),
    "no organisation": (
        with_table("organisations", []),
        "[[organisations]]: an operation needs at least one organisation",
    ),
    "an unknown key": (with_operation("colour", "red"), "[operation]: colour: is not a key of this table"),
    "an unknown key of a member": (
        with_value("members", 2, "role", ["analyst"]),
        "[[members]] number 3: role: is not a key of this table",
    ),
    "an unknown key of a digest": (
        with_value("digests", 0, "when", "daily"),
        "[[digests]] number 1: when: is not a key of this table",
    ),
    "an empty name": (with_operation("name", " "), "[operation]: name: must be a text in quotes, not empty"),
    "a name in two lines": (
        with_value("organisations", 1, "name", "DHL\nExpress"),
        "[[organisations]] number 2: name: must be one line",
    ),
    "a name that no database stores": (
        with_value("organisations", 1, "name", "DHL\0"),
        "[[organisations]] number 2: name: must be one line",
    ),
    "a name that is a number": (with_operation("name", 7), "[operation]: name: must be a text in quotes"),
    "a long case prefix": (
        with_operation("case_prefix", "FULFILLED"),
        "[operation]: case_prefix: “FULFILLED” must be",
    ),
    "a case prefix with signs": (
        with_operation("case_prefix", "O-A"),
        "[operation]: case_prefix: “O-A” must be",
    ),
    "an unknown zone": (
        with_operation("timezone", "Mars/Olympus"),
        "[operation]: timezone: “Mars/Olympus” is not a time zone such as America/New_York",
    ),
    "a zone that is a folder": (
        with_operation("timezone", "America"),
        "[operation]: timezone: “America” is not a time zone",
    ),
    "a zone that is a way out": (
        with_operation("timezone", "../../etc/passwd"),
        "[operation]: timezone: “../../etc/passwd” is not a time zone",
    ),
    "an organisation without channel": (
        without("organisations", 1, "alerts_channel"),
        "[[organisations]] number 2: alerts_channel: is missing",
    ),
    "a key in capitals": (
        with_value("organisations", 1, "key", "DHL"),
        "[[organisations]] number 2: key: “DHL” must be lower-case",
    ),
    "a key with a comma": (
        with_value("organisations", 1, "key", "dhl,cbp"),
        "[[organisations]] number 2: key: “dhl,cbp” must be lower-case",
    ),
    "an unknown kind": (
        with_value("organisations", 3, "kind", "police"),
        "[[organisations]] number 4: kind: “police” is not one of marketplace, carrier, customs",
    ),
    "an unknown marking": (
        with_value("organisations", 0, "default_marking", "purple"),
        "[[organisations]] number 1: default_marking: “purple” is not a marking",
    ),
    "a switch in quotes": (
        with_value("organisations", 0, "deconfliction", "true"),
        "[[organisations]] number 1: deconfliction: must be true or false, without quotes",
    ),
    "an organisation twice": (
        once_more("organisations"),
        "[[organisations]] number 5: key: “amazon” stands there already, as number 1",
    ),
    "a member of no organisation": (
        with_value("members", 0, "organisation", "ups"),
        "[[members]] number 1: organisation: “ups” is not the key of an organisation in this file",
    ),
    "a member without user": (
        without("members", 9, "slack_user"),
        "[[members]] number 10: slack_user: is missing",
    ),
    "an unknown role": (
        with_value("members", 1, "roles", ["analyst", "boss"]),
        "[[members]] number 2: roles: “boss” is not one of analyst, liaison, coordinator, admin",
    ),
    "no role": (
        with_value("members", 1, "roles", []),
        "[[members]] number 2: roles: must be a list of texts",
    ),
    "a role that is a text": (
        with_value("members", 1, "roles", "analyst"),
        "[[members]] number 2: roles: must be a list of texts",
    ),
    "a role that is a number": (
        with_value("members", 1, "roles", [1]),
        "[[members]] number 2: roles: must be a list of texts",
    ),
    "a member twice": (
        once_more("members"),
        "[[members]] number 11: slack_user: “U0AMAZON1 T0OPS” stands there already, as number 1",
    ),
    "a digest twice": (
        once_more("digests"),
        "[[digests]] number 2: key: “daily” stands there already, as number 1",
    ),
    "a cron that is none": (
        with_value("digests", 0, "cron", "daily"),
        "[[digests]] number 1: cron: “daily” is not a cron expression such as 30 8 * * mon-fri",
    ),
    "a cron that never comes": (
        with_value("digests", 0, "cron", "0 8 31 2,4 *"),
        "[[digests]] number 1: cron: “0 8 31 2,4 *” is not a cron expression",
    ),
    "a digest in an unknown zone": (
        with_value("digests", 0, "timezone", "EDT5"),
        "[[digests]] number 1: timezone: “EDT5” is not a time zone",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_by_its_table_number_and_key(mistake: str) -> None:
    make, line = MISTAKES[mistake]
    content = example()
    make(content)
    assert any(problem.startswith(line) for problem in problems_of(content)), problems_of(content)


def test_a_zone_that_digests_take_over_is_told_of_once() -> None:
    content = example()
    with_operation("timezone", "Mars/Olympus")(content)
    for digest in content["digests"]:
        digest.pop("timezone", None)
    assert problems_of(content) == [
        "[operation]: timezone: “Mars/Olympus” is not a time zone such as America/New_York"
    ]


def test_an_empty_zone_is_none_and_the_next_wider_one_holds() -> None:
    content = example()
    with_operation("timezone", "Europe/Berlin")(content)
    with_value("digests", 0, "timezone", "")(content)
    assert read_operation(content).digests[0].timezone == "Europe/Berlin"
    with_operation("timezone", "")(content)
    assert read_operation(content).digests[0].timezone == "UTC"


def test_all_mistakes_are_told_at_once() -> None:
    content = example()
    for make, _ in [
        MISTAKES["an unknown role"],
        MISTAKES["an unknown zone"],
        MISTAKES["a cron that is none"],
    ]:
        make(content)
    assert len(problems_of(content)) == 3


def test_an_empty_file_is_told_what_it_lacks() -> None:
    assert {problem.split(":")[0] for problem in problems_of({})} == {"[operation]", "[[organisations]]"}


def test_an_operation_without_members_or_digests_may_begin(example: OperationPlan) -> None:
    content = tomllib.loads(EXAMPLE.read_text())
    del content["members"], content["digests"]
    plan = read_operation(content)
    assert plan.organisations == example.organisations
    assert plan.members == ()
    assert plan.digests == ()
