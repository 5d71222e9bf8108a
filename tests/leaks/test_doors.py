"""Each door by itself: a small play for every rule, so that a broken check is named by the test that fails."""

import re

import pytest

from bot.domain.people import Person as Reads
from bot.domain.sharing import Reader
from tests.leaks.oracle import Deed, Mark
from tests.leaks.people import DIGEST_CHANNEL, MEMBERS, STRANGER
from tests.leaks.world import RELATED, World, parcel, seller

AMBER_TO_DHL = Mark("amber", frozenset({"dhl"}))
STRICT = Mark("amber+strict")
RED = Mark("red")


def test_a_green_case_is_for_every_organisation_and_no_stranger(world: World) -> None:
    world.flag("U0AMAZON1", parcel())

    world.sweep(["U0AMAZON2", "U0DHL1", STRANGER])
    world.alerts_stand_where_they_may()


def test_an_amber_case_is_for_its_owner_and_those_it_is_released_to(world: World) -> None:
    world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)

    world.sweep(["U0AMAZON2", "U0DHL1", "U0CBP1"])
    world.alerts_stand_where_they_may()


def test_a_strict_case_stays_in_its_house(world: World) -> None:
    world.flag("U0AMAZON1", seller(), STRICT)

    world.sweep(["U0AMAZON2", "U0DHL1"])
    world.alerts_stand_where_they_may()


def test_a_red_case_is_for_its_author_and_stands_in_no_message(world: World) -> None:
    world.flag("U0AMAZON1", parcel(), RED)

    world.sweep(["U0AMAZON1", "U0AMAZON3", "U0DHL1", "U0DHL3"])
    world.alerts_stand_where_they_may()


@pytest.mark.parametrize("strict", [Mark("amber"), STRICT, RED], ids=["amber", "strict", "red"])
def test_a_strict_part_of_a_shared_case_is_hidden_by_its_own_marking(world: World, strict: Mark) -> None:
    number = seller()
    shared = world.flag("U0AMAZON1", number)

    joined = world.flag("U0DHL1", number, strict)

    assert joined is shared
    world.sweep(["U0AMAZON1", "U0DHL1", "U0DHL3", "U0CBP1"])
    world.alerts_stand_where_they_may()


def test_a_strict_note_is_hidden_from_others(world: World) -> None:
    case = world.flag("U0AMAZON1", seller())
    assert case is not None

    assert world.note("U0AMAZON1", case, "amber+strict")
    assert world.note("U0DHL2", case)

    world.sweep(["U0AMAZON2", "U0DHL1"])


def test_who_may_not_see_a_case_gets_their_own_as_if_first(world: World) -> None:
    number = parcel()
    first = world.flag("U0AMAZON1", number, AMBER_TO_DHL)

    own = world.flag("U0CBP1", number, STRICT)
    shared = world.flag("U0IPRC1", number)

    assert own is not None
    assert shared is not None
    assert len({id(case) for case in (first, own, shared)}) == 3
    world.sweep(["U0AMAZON1", "U0DHL1", "U0CBP1", "U0IPRC1"])
    world.alerts_stand_where_they_may()


def test_nobody_changes_a_case_that_they_may_not_see_or_that_is_not_theirs(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    assert case is not None

    for user in ("U0CBP1", "U0DHL1", "U0AMAZON9", STRANGER):
        assert not world.close(user, case)
        assert not world.mark(user, case, Mark("green"))
        world.acknowledge(user, case)
    assert not world.note("U0CBP1", case)
    for user in ("U0CBP1", "U0DHL1", "U0AMAZON3"):
        world.withdraw(user, case)

    assert "Open* since" in world.look("U0AMAZON1", case.reference)
    world.sweep(["U0AMAZON1", "U0CBP1"])


def test_tightening_takes_an_alert_back_and_loosening_brings_it(world: World) -> None:
    case = world.flag("U0AMAZON1", seller())
    assert case is not None
    world.alerts_stand_where_they_may()

    assert world.mark("U0AMAZON1", case, STRICT)
    world.alerts_stand_where_they_may()
    world.sweep(["U0AMAZON2", "U0DHL1"])
    assert world.mark("U0AMAZON1", case, AMBER_TO_DHL)
    world.alerts_stand_where_they_may()
    world.sweep(["U0DHL1", "U0CBP1"])


def test_a_card_that_is_still_to_come_is_not_sent_to_one_who_has_left(world: World) -> None:
    """The row is written while they may; what is read and rendered at the time of sending is nothing."""
    case = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    assert case is not None
    world.types("U0DHL1", f"/case {case.reference}")
    world.acknowledge("U0DHL1", case)
    view = world.opens_form("U0DHL1", "case.note", case.reference)
    assert view is not None

    world.leaves_the_operation("U0DHL1")

    assert not world.submits("U0DHL1", view, words="forged", tlp="case")
    assert not world.close("U0DHL1", case)
    world.sweep(["U0DHL1", "U0AMAZON1"])


def test_a_card_still_on_its_way_is_rendered_for_what_may_be_seen_when_it_is_sent(world: World) -> None:
    """A card once used is drawn anew at each change; the change comes first here, and then what takes the card away."""
    case = world.flag("U0AMAZON1", seller(), Mark("amber", frozenset({"dhl", "cbp"})))
    assert case is not None
    world.acknowledges_by_card("U0DHL1", case)
    world.acknowledges_by_card("U0CBP1", case)

    with world.held_back():
        assert world.note("U0AMAZON1", case)
        world.leaves_the_operation("U0DHL1")
    with world.held_back():
        assert world.note("U0AMAZON1", case)
        assert world.mark("U0AMAZON1", case, STRICT)

    world.sweep(["U0DHL1", "U0CBP1"])


@pytest.mark.parametrize("guest", ["U0DHL1", STRANGER])
def test_a_channel_that_others_come_into_gets_nothing_strict(world: World, guest: str) -> None:
    case = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    world.flag("U0AMAZON3", seller())
    assert case is not None

    world.comes_into(guest, "C0AMAZON")
    world.flag("U0AMAZON1", seller(), STRICT)
    world.note("U0AMAZON1", case)

    world.alerts_stand_where_they_may()
    world.accepts("U0CBP9", "C0AMAZON")
    world.alerts_stand_where_they_may()


def test_once_accepted_a_channel_gets_what_all_in_it_may_see(world: World) -> None:
    both = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    own = world.flag("U0AMAZON1", seller(), STRICT)
    assert both is not None
    assert own is not None
    world.comes_into("U0DHL1", "C0AMAZON")
    world.alerts_stand_where_they_may()

    world.accepts("U0AMAZON9", "C0AMAZON")

    world.alerts_stand_where_they_may()
    world.comes_into("U0CBP1", "C0AMAZON")
    world.alerts_stand_where_they_may()


def test_the_digest_tells_what_everybody_may_see_and_counts_nothing_else(world: World) -> None:
    shared = world.flag("U0AMAZON1", seller())
    world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    world.flag("U0DHL1", seller(), STRICT)
    world.flag("U0CBP1", seller(), RED)

    digest = world.digest("U0IPRC9")

    assert shared is not None
    assert shared.reference in digest
    assert "*1* opened" in digest
    assert "*1* flag " in digest
    assert not world.digest("U0AMAZON1"), "an analyst posts no digest"


def test_the_register_is_for_coordinators_of_the_owner(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    assert case is not None
    world.look("U0DHL1", case.reference)

    asked = f"{case.reference} disclosures"
    assert "U0DHL1" in world.look("U0AMAZON9", asked)
    for user in ("U0AMAZON1", "U0DHL9", "U0CBP9", STRANGER):
        assert "version" not in world.look(user, asked)
        assert "U0DHL1" not in world.look(user, asked)


def test_a_question_about_a_check_digit_is_its_author_s_alone(world: World) -> None:
    number = parcel()
    doubtful = number[:-1] + str((int(number[-1]) + 3) % 7 if int(number[-1]) != 3 else 6)
    doubtful = doubtful if doubtful != number else number[:-1] + "9"
    answer = world.types("U0AMAZON1", f"/flag parcel {doubtful} forged label --tlp amber+strict")
    draft = world.button_in(answer, "flag.anyway")

    items = world.clicks("U0DHL1", "flag.anyway", draft)

    assert any("too old" in item.body for item in items if item.user == "U0DHL1")
    assert doubtful not in world.look("U0DHL1", doubtful)


def test_nothing_of_a_pap_red_subject_is_asked_of_a_partner(world: World) -> None:
    silent, asked = parcel(), parcel()
    case = world.flag("U0AMAZON1", silent, pap="red")
    world.flag("U0AMAZON1", asked)
    assert case is not None
    world.look("U0DHL1", case.reference)
    world.settle()

    calls = str(world.sandbox.get("/sandbox/partners/dhl")["calls"])

    assert asked in calls
    assert silent not in calls


def test_bad_options_are_explained_without_a_word_of_what_is_hidden(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), STRICT)
    assert case is not None
    for options in ("--tlp purple", "--release nobody", "--tlp red --release dhl", "--colour red", "--tlp"):
        for user in ("U0AMAZON1", "U0DHL1", STRANGER):
            world.types(user, f"/flag seller {seller()} x {options}")
    for value in (
        "",
        "x",
        "1 2 3",
        "OFA-2026-000000",
        f"{case.reference} x",
        f"{case.reference} 99999999999999999999",
    ):
        for action in (
            "case.open",
            "case.withdraw",
            "cases.more",
            "flag.anyway",
            "delivery.resume",
            "channel.accept",
        ):
            world.clicks("U0DHL1", action, value or " ")
    world.sweep(["U0DHL1"])


def test_the_list_is_of_what_one_may_see_page_after_page(world: World) -> None:
    mine = [world.flag("U0AMAZON1", seller(), STRICT) for _ in range(12)]
    world.flag("U0DHL1", seller(), STRICT)

    page = world.types("U0AMAZON1", "/cases")
    rest = "".join(
        item.body for item in world.clicks("U0AMAZON1", "cases.more", world.button_in(page, "cases.more"))
    )

    for case in mine:
        assert case is not None
        assert (case.reference in page) != (case.reference in rest)
    assert "OFA-" not in world.types("U0CBP1", "/cases").replace("OFA-2026-7K3QX4", "")
    for before in ("99999", "3", "1"):
        world.clicks("U0CBP1", "cases.more", before)
        world.clicks("U0DHL1", "cases.more", before)


def test_the_digest_channel_hears_nothing_of_a_stranger_s_question(world: World) -> None:
    world.flag("U0AMAZON1", seller())
    for text in (
        "/flag parcel 3318810025 x",
        "/case 3318810025",
        "/cases",
        "/digest now",
        "/flag",
        "/flag help",
        "/case",
    ):
        world.types(STRANGER, text)
    assert not any(item.channel == DIGEST_CHANNEL for item in world.items)


def test_an_owner_loosens_no_note_of_another(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    assert case is not None
    assert world.note("U0DHL1", case, "amber")

    assert world.mark("U0AMAZON1", case, Mark("green"))

    world.sweep(["U0CBP1", "U0DHL1"])


@pytest.mark.parametrize("strict", [STRICT, RED], ids=["strict", "red"])
def test_the_digest_counts_no_hidden_part(world: World, strict: Mark) -> None:
    number = seller()
    world.flag("U0AMAZON1", number)
    world.flag("U0DHL1", number, strict)

    assert "*1* flag " in world.digest("U0IPRC9")


def test_the_digest_shows_a_stranger_in_its_channel_nothing_strict(world: World) -> None:
    world.flag("U0AMAZON1", seller(), Mark("amber", frozenset({"dhl", "cbp", "iprc"})))
    world.comes_into(STRANGER, DIGEST_CHANNEL)

    world.digest("U0IPRC9")


def test_the_last_hidden_flag_closes_nothing_in_public(world: World) -> None:
    number = seller()
    case = world.flag("U0AMAZON1", number)
    assert case is not None
    world.flag("U0DHL1", number, RED)
    world.withdraw("U0AMAZON1", case)

    world.withdraw("U0DHL1", case)

    world.sweep(["U0CBP1", "U0AMAZON1"])


def test_a_red_note_on_a_green_case_is_reached_by_its_author(world: World) -> None:
    case = world.flag("U0AMAZON1", seller())
    assert case is not None
    assert world.note("U0AMAZON1", case, "red")

    assert world.button_in(world.look("U0AMAZON1", case.reference), "case.sheet")
    world.sweep(["U0AMAZON1", "U0AMAZON3"])


def test_what_is_pressed_on_a_case_that_is_open_over_slack_is_answered_there(world: World) -> None:
    number = seller()
    case = world.flag("U0AMAZON1", number)
    assert case is not None
    world.flag("U0DHL1", number, STRICT)
    world.flag("U0DHL1", number, RED)
    customs, centre = world.opens("U0CBP1", case), world.opens("U0IPRC1", case)

    case.deeds.append(Deed("cbp", "U0CBP1", None))
    world.presses("U0CBP1", customs, "case.acknowledge")
    world.undo("U0AMAZON1", case)
    world.presses("U0IPRC1", centre, "case.acknowledge")

    world.sweep(["U0CBP1", "U0IPRC1", "U0AMAZON1"])


def test_a_case_that_goes_on_elsewhere_is_not_marked_again(world: World) -> None:
    number = seller()
    case = world.flag("U0AMAZON1", number, STRICT)
    shared = world.flag("U0DHL1", number)
    assert case is not None
    assert shared is not None
    assert world.mark("U0AMAZON1", case, Mark("green"))

    assert not world.mark("U0AMAZON1", case, STRICT)

    assert not [line for line in world.logs.lines if "error" in line.lower()]
    world.sweep(["U0AMAZON1", "U0DHL1"])


def test_the_register_names_no_part_that_its_reader_may_not_see(world: World) -> None:
    number = seller()
    case = world.flag("U0AMAZON1", number)
    assert case is not None
    world.flag("U0DHL1", number, STRICT)
    world.look("U0DHL1", case.reference)

    typed = case.reference.lower().replace("-", " ")
    register = world.look("U0AMAZON9", f"{typed} disclosures")
    assert "version 1" in register
    assert "version 2" not in register
    assert "flag 2" not in register
    assert "U0DHL1" in register


def test_a_query_finds_only_what_its_reader_may_see(world: World) -> None:
    """Storage by itself: what is found is not left to a second look."""
    number = seller()
    case = world.flag("U0AMAZON1", number, AMBER_TO_DHL)
    assert case is not None
    organisation = {user: somebody.organisation for user, somebody in MEMBERS.items()}

    def finds(user: str) -> list[bool]:
        reader = Reader(frozenset({organisation[user]}), Reads("T0OPS", user))
        return world.bot.finds(case.reference, f"seller:amazon:{number}", reader)

    assert finds("U0AMAZON2") == finds("U0DHL1") == [True, True, True, True]
    assert finds("U0CBP1") == [False, False, False, False]
    assert world.mark("U0AMAZON1", case, RED)
    assert finds("U0AMAZON1") == [True, True, True, True]
    assert finds("U0AMAZON2") == finds("U0DHL1") == [False, False, False, False]
    nobody = Reader(frozenset())
    assert world.bot.finds(case.reference, f"seller:amazon:{number}", nobody) == [False] * 4


def test_a_channel_is_its_own_again_when_the_others_have_gone(world: World) -> None:
    world.flag("U0AMAZON1", seller(), STRICT)
    world.comes_into("U0DHL1", "C0AMAZON")
    world.alerts_stand_where_they_may()

    world.goes_out_of("U0DHL1", "C0AMAZON")

    world.alerts_stand_where_they_may()


def test_a_red_case_is_for_its_author_and_those_named_and_stands_in_no_message(world: World) -> None:
    case = world.flag("U0AMAZON1", parcel(), RED)
    assert case is not None
    world.mark("U0AMAZON1", case, Mark("red", people=frozenset({"U0DHL1"})))

    (pointer,) = [item for item in world.items if "You are named in a case." in item.body]
    assert pointer.user == "U0DHL1"
    assert world.button_in(pointer.body, "case.sheet") == case.reference
    world.sweep(["U0AMAZON1", "U0AMAZON3", "U0DHL1", "U0DHL3"])
    world.alerts_stand_where_they_may()


def test_of_two_hidden_records_the_coordinators_hear_and_nobody_else(world: World) -> None:
    number = seller()
    hidden = world.flag("U0AMAZON1", number, STRICT)
    own = world.flag("U0DHL1", number, STRICT)
    assert hidden is not None
    assert own is not None

    heard = {item.user: item.body for item in world.items if RELATED in item.body}

    assert set(heard) == {"U0AMAZON9", "U0DHL9"}
    assert hidden.reference in heard["U0AMAZON9"]
    assert own.reference in heard["U0DHL9"]
    assert number not in heard["U0AMAZON9"] + heard["U0DHL9"]
    world.sweep(["U0AMAZON1", "U0DHL1", "U0DHL9", "U0CBP1"])


def test_a_flag_that_meets_a_hidden_record_is_answered_like_one_that_meets_none(world: World) -> None:
    met, alone = seller(), seller()
    world.flag("U0AMAZON1", met, STRICT)
    answers = []
    for number in (met, alone):
        case = world.flag("U0CBP1", number, STRICT)
        assert case is not None
        answer = next(
            i.body for i in reversed(world.items) if i.name == "command /flag" and i.user == "U0CBP1"
        )
        plain = answer.replace(case.reference, "…").replace(number, "…").replace(case.parts[0].canary, "…")
        answers.append(re.sub(r"\d{10}|\d\d:\d\d", "…", plain))
    assert answers[0] == answers[1]


@pytest.mark.parametrize("strict", [Mark("green"), STRICT, RED], ids=["green", "strict", "red"])
def test_what_becomes_of_a_flag_is_its_flaggers_and_as_hidden_as_the_flag(world: World, strict: Mark) -> None:
    number = seller()
    case = world.flag("U0AMAZON1", number)
    assert case is not None
    world.flag("U0DHL1", number, strict)
    assert world.correct("U0DHL1", case)
    world.undo("U0DHL1", case)
    world.acknowledge("U0CBP1", case)
    assert world.correct("U0AMAZON1", case, STRICT)

    world.sweep(["U0AMAZON1", "U0DHL1", "U0CBP1"])
    world.alerts_stand_where_they_may()


def test_one_undoes_corrects_and_withdraws_ones_own_alone(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    assert case is not None
    for user in ("U0AMAZON3", "U0DHL1", "U0CBP1", "U0AMAZON9", STRANGER):
        world.undo(user, case)
        assert not world.correct(user, case)
        assert not world.withdraw(user, case)
    assert "Open* since" in world.look("U0AMAZON1", case.reference)
    assert world.withdraw("U0AMAZON1", case)
    world.sweep(["U0AMAZON1", "U0DHL1", "U0CBP1"])


def test_ones_own_list_holds_what_one_may_still_see(world: World) -> None:
    case = world.flag("U0DHL1", seller(), STRICT)
    assert case is not None

    assert case.reference in world.types("U0DHL1", "/flag mine")
    for user in ("U0DHL3", "U0AMAZON1", STRANGER):
        assert case.reference not in world.types(user, "/flag mine")


def test_who_may_not_see_a_closed_case_is_not_asked_about_it(world: World) -> None:
    number = seller()
    case = world.flag("U0AMAZON1", number, AMBER_TO_DHL)
    assert case is not None
    assert world.close("U0AMAZON1", case)

    own = world.flag("U0CBP1", number, STRICT)

    assert own is not case
    assert world.flag("U0AMAZON3", number, AMBER_TO_DHL) is case
    world.sweep(["U0AMAZON1", "U0CBP1", "U0DHL1"])


def test_a_note_as_the_case_is_marked_is_seen_by_its_owner(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    assert case is not None
    assert world.note("U0DHL1", case)

    world.sweep(["U0AMAZON1", "U0DHL1"])


def test_a_note_follows_its_own_organisation_s_loosening(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    assert case is not None
    assert world.note("U0AMAZON1", case)
    assert world.note("U0DHL1", case)

    assert world.mark("U0AMAZON1", case, Mark("green"))

    world.sweep(["U0CBP1", "U0DHL1"])


def test_all_of_it_holds_on_postgresql_too(world_on_postgresql: World) -> None:
    """The play with the most rules in it: storage finds and hides by queries of its own there."""
    world, number = world_on_postgresql, parcel()
    shared = world.flag("U0AMAZON1", number)
    assert world.flag("U0DHL1", number, STRICT) is shared
    amber = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    red = world.flag("U0CBP1", seller(), RED)
    assert shared is not None
    assert amber is not None
    assert red is not None
    assert world.note("U0DHL2", amber)
    assert world.note("U0AMAZON1", shared, "red")
    assert world.mark("U0CBP1", red, Mark("red", people=frozenset({"U0DHL1"})))

    world.sweep(["U0AMAZON1", "U0DHL1", "U0CBP1", "U0IPRC1", STRANGER])
    world.alerts_stand_where_they_may()
    assert "*1* flag " in world.digest("U0IPRC9")
    assert world.mark("U0AMAZON1", amber, Mark("green"))
    assert world.mark("U0AMAZON1", shared, Mark("clear"))
    world.sweep(["U0IPRC1", "U0DHL1"])
    world.alerts_stand_where_they_may()


@pytest.mark.parametrize("strict", [STRICT, RED], ids=["strict", "red"])
def test_a_strict_part_stays_as_strict_when_its_case_is_tightened_and_loosened(
    world: World, strict: Mark
) -> None:
    case = world.flag("U0AMAZON1", seller())
    assert case is not None
    assert world.flag("U0AMAZON3", case.subject, strict) is case
    assert world.note("U0AMAZON3", case, strict.tlp)

    assert world.mark("U0AMAZON1", case, strict)
    assert world.mark("U0AMAZON1", case, Mark("green"))

    world.sweep(["U0AMAZON3", "U0AMAZON1", "U0DHL1"])
    world.alerts_stand_where_they_may()


def test_a_strict_flag_opens_no_released_case_again(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), AMBER_TO_DHL)
    assert case is not None
    assert world.close("U0AMAZON1", case)

    assert world.flag("U0AMAZON3", case.subject, STRICT) is not case

    world.sweep(["U0AMAZON1", "U0DHL1"])
    world.alerts_stand_where_they_may()
