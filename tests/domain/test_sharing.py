"""The one door: what a reader sees of a case, held against a second, independent statement of the rules."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cases import Case, Change, CloseReason, Reached, Status
from bot.domain.flag_details import Details
from bot.domain.flags import Flag
from bot.domain.markings import Marking, Tlp
from bot.domain.roles import Action, Role
from bot.domain.sharing import Reader, Standing, keys_of, may_see, reader_for, reader_keys, view_of
from tests.factories import (
    NAMES,
    NOON,
    TEAM,
    acknowledgement,
    actor,
    case,
    channel_of,
    entry,
    flag,
    person,
    somebody,
    told,
    view,
)

EVERYONE = frozenset(NAMES)

organisations = st.sampled_from(sorted(NAMES))
users = st.builds("U0{}{}".format, organisations.map(str.upper), st.integers(1, 2))
markings = st.builds(
    Marking, st.sampled_from(Tlp), st.frozensets(organisations), st.frozensets(users.map(person), max_size=2)
)
channels = st.builds(
    lambda together, narrowed: Reader(together, narrowed=narrowed),
    st.frozensets(organisations, max_size=4),
    st.booleans(),
)
people = st.builds(lambda user: somebody(user[2:-1].lower(), user), users)
readers = st.one_of(channels, people)


@st.composite
def flags(draw: st.DrawFn, number: int) -> Flag:
    """Flags whose words are a canary: they appear nowhere else."""
    organisation = draw(organisations)
    return flag(
        organisation,
        f"canary-{number}-",
        id=number,
        slack_user=f"U0{organisation.upper()}{draw(st.integers(1, 2))}",
        marking=draw(markings),
        withdrawn_at=draw(st.sampled_from([None, NOON])),
        withdraw_words=draw(st.sampled_from(["", "a wrong number"])),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    raised = tuple(draw(flags(number)) for number in range(1, draw(st.integers(1, 4)) + 1))
    timeline = tuple(
        entry(
            organisation=each.organisation,
            id=each.id,
            words=f"entry-{each.id}-",
            slack_user=each.slack_user,
            marking=each.marking,
        )
        for each in raised
    )
    return case(
        owner=raised[0].organisation,
        opener=person(raised[0].slack_user),
        marking=draw(markings),
        flags=raised,
        timeline=timeline,
        status=draw(st.sampled_from(Status)),
        told=told(draw(st.lists(organisations, unique=True)), draw(st.sampled_from(Reached))),
        acknowledgements=tuple(map(acknowledgement, draw(st.lists(organisations, unique=True)))),
    )


def allowed(marking: Marking, owner: str, author: str, reader: Reader) -> bool:
    """TLP 2.0 in other words: who is on the list of this label?"""
    if reader.narrowed and marking.tlp not in (Tlp.CLEAR, Tlp.GREEN):
        return False
    if marking.tlp is Tlp.RED:
        return bool(reader.organisations) and reader.person in {person(author), *marking.people}
    lists = {
        Tlp.CLEAR: EVERYONE,
        Tlp.GREEN: EVERYONE,
        Tlp.AMBER: {owner, *marking.releases},
        Tlp.AMBER_STRICT: {owner},
    }
    return bool(reader.organisations) and all(each in lists[marking.tlp] for each in reader.organisations)


@given(markings, organisations, readers)
def test_a_marking_lets_through_whom_its_label_names(marking: Marking, owner: str, reader: Reader) -> None:
    author = f"U0{owner.upper()}1"
    assert may_see(marking, owner, person(author), reader) is allowed(marking, owner, author, reader)


@given(cases(), readers)
def test_a_case_is_seen_only_by_those_whom_its_own_marking_names(stored: Case, reader: Reader) -> None:
    opener = stored.flags[0].slack_user
    seen = view_of(stored, NAMES, reader)
    assert (seen is not None) is allowed(stored.marking, stored.owner, opener, reader)


@given(cases(), readers)
def test_no_hidden_part_leaves_a_trace_and_no_open_part_is_missing(stored: Case, reader: Reader) -> None:
    seen = view_of(stored, NAMES, reader)
    for each in stored.flags:
        visible = seen is not None and allowed(each.marking, each.organisation, each.slack_user, reader)
        said = visible and not (each.was_undone and reader.person != person(each.slack_user))
        assert (each.words in repr(seen)) is said
        assert (f"entry-{each.id}-" in repr(seen)) is visible


@given(cases(), st.frozensets(organisations, min_size=1))
def test_a_channel_sees_what_each_of_its_organisations_may_see(
    stored: Case, together: frozenset[str]
) -> None:
    alone = [view_of(stored, NAMES, channel_of(each)) for each in together]
    seen = view_of(stored, NAMES, Reader(together))
    assert (seen is not None) is all(alone)
    if seen is not None:
        common = set.intersection(*({each.id for each in one.flags} for one in alone if one))
        assert {each.id for each in seen.flags} == common


@given(cases())
def test_a_reader_of_no_organisation_sees_nothing(stored: Case) -> None:
    assert view_of(stored, NAMES, Reader(frozenset())) is None
    assert view_of(stored, NAMES, Reader(frozenset(), person("U0STRANGER"), frozenset(Action))) is None


@given(markings, users, readers)
def test_storage_finds_by_its_keys_just_what_the_rules_let_through(
    marking: Marking, author: str, reader: Reader
) -> None:
    owner = author[2:-1].lower()
    found = all(keys & reader_keys(marking, owner, person(author)) for keys in keys_of(reader))
    assert found is may_see(marking, owner, person(author), reader)


@given(cases(), channels)
def test_red_is_never_for_a_channel(stored: Case, reader: Reader) -> None:
    assert view_of(replace(stored, marking=Marking(Tlp.RED)), NAMES, reader) is None


@given(cases(), readers)
def test_buttons_are_offered_only_where_they_lead_somewhere(stored: Case, reader: Reader) -> None:
    seen = view_of(stored, NAMES, reader)
    if seen is None:
        return
    if seen.may_acknowledge:
        line = next(line for line in seen.ledger if line.organisation == reader.organisation)
        assert stored.status is Status.OPEN
        assert line.standing not in (Standing.FLAGGED, Standing.ACKNOWLEDGED)
    mine = [each for each in stored.flags if each.stands and person(each.slack_user) == reader.person]
    visible = {flag.id for flag in seen.flags}
    offered = [each.id for each in mine if each.id in visible and each.organisation == reader.organisation]
    assert [own.flag_id for own in seen.own_flags] == (offered if Action.FLAG in reader.rights else [])
    assert not any(own.may_undo for own in seen.own_flags), "without a clock nothing can be undone"
    assert not seen.may_close or reader.rights


# -- the ledger -------------------------------------------------------------------------------------------------


def test_the_ledger_has_a_line_for_each_organisation_with_how_far_it_is() -> None:
    ledger = view(
        told=told(["amazon", "dhl"])
        + told(["cbp"], Reached.NOT_REACHED)
        + told(["iprc"], Reached.BEING_TOLD),
        acknowledgements=(acknowledgement("dhl"),),
    ).ledger
    assert [(line.organisation, line.standing) for line in ledger] == [
        ("amazon", Standing.FLAGGED),
        ("dhl", Standing.ACKNOWLEDGED),
        ("cbp", Standing.NOT_REACHED),
        ("iprc", Standing.BEING_TOLD),
    ]


def test_who_has_flagged_it_has_no_second_line_for_being_told() -> None:
    ledger = view(flags=(flag("amazon"), flag("dhl", id=2))).ledger
    assert [line.standing for line in ledger if line.organisation == "dhl"] == [Standing.FLAGGED]


def test_a_withdrawn_flag_does_not_count_in_the_ledger() -> None:
    ledger = view(flags=(flag("amazon"), flag("dhl", id=2, withdrawn_at=NOON))).ledger
    assert [line.standing for line in ledger if line.organisation == "dhl"] == [Standing.WAITING]


def test_nobody_is_waited_for_who_may_not_know_of_the_case_any_more() -> None:
    amber = Marking(Tlp.AMBER, frozenset({"cbp"}))
    ledger = view(channel_of("cbp"), marking=amber, acknowledgements=(acknowledgement("iprc"),)).ledger
    assert {line.organisation: line.standing for line in ledger} == {
        "amazon": Standing.FLAGGED,
        "iprc": Standing.ACKNOWLEDGED,  # as it was: they have it in hand
        "cbp": Standing.WAITING,
    }


def test_an_organisation_that_has_left_the_list_is_called_by_its_key() -> None:
    ledger = view(told=told(["gone"])).ledger
    assert ("gone", "gone") in [(line.organisation, line.name) for line in ledger]


# -- what one may do ----------------------------------------------------------------------------------------------


def test_the_organisation_that_flagged_is_not_asked_to_acknowledge() -> None:
    assert not view(channel_of("amazon")).may_acknowledge
    assert view(channel_of("dhl")).may_acknowledge


@pytest.mark.parametrize(
    ("role", "may"),
    [(Role.ANALYST, True), (Role.LIAISON, True), (Role.COORDINATOR, False), (Role.ADMIN, False)],
)
def test_a_person_is_offered_to_acknowledge_by_their_role(role: Role, may: bool) -> None:
    assert view(reader_for(actor("dhl", role))).may_acknowledge is may


def test_nobody_acknowledges_twice_or_after_the_end() -> None:
    assert not view(channel_of("dhl"), acknowledgements=(acknowledgement("dhl"),)).may_acknowledge
    closed = {"status": Status.CLOSED, "reason": CloseReason.GENUINE, "closed_at": NOON}
    assert not view(channel_of("dhl"), **closed).may_acknowledge


@pytest.mark.parametrize(
    ("organisation", "role", "may"),
    [
        ("amazon", Role.ANALYST, True),
        ("amazon", Role.LIAISON, False),
        ("dhl", Role.ANALYST, False),
    ],
)
def test_an_analyst_of_the_owner_is_offered_to_close(organisation: str, role: Role, may: bool) -> None:
    assert view(reader_for(actor(organisation, role))).may_close is may


def test_only_the_organisation_that_marked_may_mark_otherwise() -> None:
    assert view(reader_for(actor("amazon"))).may_mark
    assert not view(reader_for(actor("amazon", Role.LIAISON))).may_mark
    assert not view(reader_for(actor("dhl"))).may_mark


def test_a_channel_with_guests_is_still_its_own_organisations_to_answer_in() -> None:
    alerts_channel = Reader(frozenset({"dhl", "cbp"}), home="dhl")
    assert view(alerts_channel).may_acknowledge
    assert not view(alerts_channel, acknowledgements=(acknowledgement("dhl"),)).may_acknowledge


def test_one_withdraws_ones_own_flag_and_nobody_elses() -> None:
    assert view(somebody("amazon", "U0AMAZON1", Action.FLAG)).own_flags
    assert not view(somebody("amazon", "U0AMAZON2", Action.FLAG)).own_flags
    assert not view(somebody("amazon", "U0AMAZON1")).own_flags, "who may not flag any more"
    assert not view(channel_of("amazon")).own_flags


def test_a_user_id_of_another_team_is_another_person() -> None:
    elsewhere = Reader(frozenset({"amazon"}), person("U0AMAZON1", "T0OTHER"), frozenset(Action))
    red = Marking(Tlp.RED)
    assert view_of(case(marking=red, flags=(flag(marking=red),)), NAMES, elsewhere) is None
    assert not view(elsewhere).own_flags


def test_a_reader_has_the_rights_of_their_roles_and_no_others() -> None:
    reader = reader_for(actor("dhl", Role.LIAISON))
    assert reader.organisations == {"dhl"}
    assert reader.person == person("U0DHL1", TEAM)
    assert reader.rights == {Action.LOOK_UP, Action.ACKNOWLEDGE, Action.NOTE}


def test_a_view_tells_when_it_was_closed_and_why() -> None:
    later = NOON + timedelta(hours=1)
    seen = view(status=Status.CLOSED, reason=CloseReason.TOO_LATE, closed_at=later)
    assert (seen.status, seen.reason, seen.closed_at) == (Status.CLOSED, CloseReason.TOO_LATE, later)


def test_the_timeline_keeps_its_order() -> None:
    timeline = (entry(), entry(Change.ACKNOWLEDGED, "dhl", id=2), entry(Change.CLOSED, id=3))
    assert [line.id for line in view(timeline=timeline).timeline] == [1, 2, 3]


@pytest.mark.parametrize(
    ("reader", "told"),
    [
        (somebody("amazon"), True),
        (channel_of("amazon"), True),
        (somebody("dhl"), False),
        (channel_of("amazon", "dhl"), False),
        (replace(channel_of("amazon"), narrowed=True), False),
    ],
)
def test_the_address_of_a_message_is_for_those_whose_channel_it_is(reader: Reader, *, told: bool) -> None:
    address = "https://operation.slack.com/archives/C0AMAZON/p1"
    seen = view(reader, flags=(flag(details=Details(source=address)),))
    assert (seen.flags[0].details.source == address) is told
