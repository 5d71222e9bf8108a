"""Plans: what an operation file changes, and what it takes from nobody unless it is told to."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digests import DigestPlan
from bot.domain.operations import Operation, OperationPlan
from bot.domain.organisations import Member, Organisation, OrganisationKind
from bot.domain.plans import Lists, plan_of
from bot.domain.roles import Role

KEYS = ["amazon", "dhl", "cbp"]
OPERATIONS = st.builds(
    Operation, st.sampled_from(["One", "Two"]), st.just("OFA"), st.sampled_from(["UTC", "Europe/Berlin"])
)
ROLES = st.frozensets(st.sampled_from(list(Role)), min_size=1)


def organisation(key: str, channel: str = "C0AMAZON", team: str = "") -> Organisation:
    return Organisation(key, key.upper(), OrganisationKind.CARRIER, team, channel)


def digest(key: str, cron: str) -> DigestPlan:
    return DigestPlan(key, "C0OPS", cron, "UTC")


@st.composite
def contents(draw: st.DrawFn) -> OperationPlan:
    """What a file may say: members once each, of organisations that it names."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1))
    organisations = [organisation(key, draw(st.sampled_from(["C0ONE", "C0TWO"]))) for key in keys]
    people = st.tuples(st.sampled_from(["", "T0OPS"]), st.sampled_from(["U1", "U2", "U3", "U4"]))
    members = [
        Member(team, user, draw(st.sampled_from(keys)), draw(ROLES))
        for team, user in draw(st.lists(people, unique=True))
    ]
    named = draw(st.lists(st.sampled_from(["daily", "weekly"]), unique=True))
    digests = [digest(key, draw(st.sampled_from(["0 8 * * *", "0 9 * * *"]))) for key in named]
    return OperationPlan(draw(OPERATIONS), tuple(organisations), tuple(members), tuple(digests))


def held(said: OperationPlan) -> Lists:
    return Lists(said.operation, said.organisations, said.members, said.digests)


def rights(lists: Lists) -> set[tuple[str, str, str, Role]]:
    return {(m.slack_team, m.slack_user, m.organisation, role) for m in lists.members for role in m.roles}


@given(contents(), contents(), st.booleans())
def test_applying_twice_changes_nothing(before: OperationPlan, wanted: OperationPlan, taking: bool) -> None:
    once = plan_of(held(before), wanted, taking=taking)
    twice = plan_of(once.result, wanted, taking=taking)
    assert twice.changes == ()
    assert twice.result == once.result


@given(contents(), contents())
def test_without_taking_nobody_loses_anything(before: OperationPlan, wanted: OperationPlan) -> None:
    plan = plan_of(held(before), wanted, taking=False)
    assert not plan.takes_access
    assert rights(held(before)) <= rights(plan.result)
    assert {o.key for o in before.organisations} <= {o.key for o in plan.result.organisations}
    assert {d.key for d in before.digests} <= {d.key for d in plan.result.digests}


@given(contents(), contents())
def test_with_taking_the_lists_say_what_the_file_says(before: OperationPlan, wanted: OperationPlan) -> None:
    assert plan_of(held(before), wanted, taking=True).result == held(wanted)


@given(contents(), contents())
def test_a_plan_asks_before_it_takes_and_only_then(before: OperationPlan, wanted: OperationPlan) -> None:
    plan = plan_of(held(before), wanted, taking=True)
    gone = {o.key for o in before.organisations} - {o.key for o in wanted.organisations}
    assert plan.takes_access == bool(rights(held(before)) - rights(held(wanted)) or gone)


@given(contents(), contents(), st.booleans())
def test_every_member_belongs_to_an_organisation_of_the_lists(
    before: OperationPlan, wanted: OperationPlan, taking: bool
) -> None:
    result = plan_of(held(before), wanted, taking=taking).result
    assert {m.organisation for m in result.members} <= {o.key for o in result.organisations}


@given(contents(), contents())
def test_whatever_is_kept_is_said(before: OperationPlan, wanted: OperationPlan) -> None:
    kept = plan_of(held(before), wanted, taking=False)
    taken = plan_of(held(before), wanted, taking=True)
    assert set(kept.kept) == {change for change in taken.changes if change.sign == "-"}


FILE = OperationPlan(
    Operation("One", "OFA", "UTC"),
    (organisation("dhl"), organisation("cbp")),
    (Member("", "U1", "dhl", frozenset({Role.ANALYST})),),
    (digest("daily", "0 8 * * *"),),
)


def lines(before: Lists, wanted: OperationPlan, *, taking: bool = True) -> list[str]:
    return [change.line for change in plan_of(before, wanted, taking=taking).changes]


def test_an_empty_table_gains_everything() -> None:
    assert lines(Lists(), FILE) == [
        "+ operation One",
        "+ organisation dhl (DHL)",
        "+ organisation cbp (CBP)",
        "+ member U1 of dhl: analyst",
        "+ digest daily in C0OPS",
    ]


def test_a_line_says_what_becomes_of_what() -> None:
    before = Lists(
        replace(FILE.operation, timezone="Europe/Berlin"),
        (organisation("dhl", "C0OLD"), organisation("cbp"), organisation("ups")),
        (
            Member("", "U1", "dhl", frozenset({Role.ANALYST, Role.ADMIN})),
            Member("T0OPS", "U2", "ups", frozenset({Role.LIAISON})),
        ),
        (digest("daily", "0 9 * * *"), digest("weekly", "0 9 * * 1")),
    )
    assert lines(before, FILE) == [
        "~ operation One: timezone Europe/Berlin → UTC",
        "~ organisation dhl: alerts_channel C0OLD → C0AMAZON",
        "- organisation ups (UPS)",
        "- member U1 of dhl: analyst, admin → U1 of dhl: analyst",
        "- member U2 (team T0OPS) of ups: liaison",
        "~ digest daily: cron 0 9 * * * → 0 8 * * *",
        "- digest weekly in C0OPS",
    ]


def test_a_role_more_is_a_change_and_takes_nothing() -> None:
    wider = (replace(FILE.members[0], roles=frozenset({Role.ANALYST, Role.LIAISON})),)
    plan = plan_of(held(FILE), replace(FILE, members=wider), taking=True)
    assert [change.line for change in plan.changes] == ["~ member U1 of dhl: analyst → analyst, liaison"]
    assert not plan.takes_access


def test_another_role_instead_is_added_and_the_old_one_kept() -> None:
    other = (replace(FILE.members[0], roles=frozenset({Role.LIAISON})),)
    plan = plan_of(held(FILE), replace(FILE, members=other), taking=False)
    assert plan.result.members[0].roles == {Role.ANALYST, Role.LIAISON}
    assert [change.text for change in plan.kept] == ["member U1 of dhl: analyst → U1 of dhl: liaison"]


def test_who_moves_to_another_organisation_loses_the_first() -> None:
    moved = replace(FILE, members=(replace(FILE.members[0], organisation="cbp"),))
    assert plan_of(held(FILE), moved, taking=True).takes_access
    assert plan_of(held(FILE), moved, taking=False).result.members == FILE.members


def test_the_same_person_of_another_team_stands_there_once() -> None:
    elsewhere = replace(FILE, members=(replace(FILE.members[0], slack_team="T0DHL"),))
    assert lines(held(FILE), elsewhere) == ["- member U1 of dhl: analyst → U1 (team T0DHL) of dhl: analyst"]
    assert plan_of(held(FILE), elsewhere, taking=False).result.members == FILE.members


def test_a_digest_that_ends_takes_nobody_s_access() -> None:
    plan = plan_of(held(FILE), replace(FILE, digests=()), taking=True)
    assert [change.line for change in plan.changes] == ["- digest daily in C0OPS"]
    assert not plan.takes_access
