"""What is refused changes nothing, and stands in the audit trail: who, by which door and why, and nothing that was typed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tests.leaks.oracle import Mark
from tests.leaks.people import STRANGER
from tests.leaks.world import World, seller

STRICT = Mark("amber+strict")


@contextmanager
def refused(world: World, *expected: tuple[str, str, str]) -> Iterator[None]:
    """Nothing of any case is changed by the block, and the trail gains these refusals: who, through what, why."""
    told, known = len(world.bot.refusals()), world.bot.everything_known()
    yield
    new = world.bot.refusals()[told:]
    assert [(entry["actor"]["user"], entry["about"], entry["detail"]["why"]) for entry in new] == list(
        expected
    )
    assert world.bot.everything_known() == known
    assert "canary" not in json.dumps(new)


def test_a_marking_that_is_none(world: World) -> None:
    with refused(world, ("U0AMAZON1", "/flag", "InvalidInput")):
        answer = world.types("U0AMAZON1", f"/flag seller {seller()} canary words --tlp purple")

    assert "is not a marking. The markings are clear, green" in answer


def test_a_release_to_an_organisation_that_does_not_exist(world: World) -> None:
    with refused(world, ("U0AMAZON1", "/flag", "InvalidInput")):
        answer = world.types("U0AMAZON1", f"/flag seller {seller()} canary words --release nobody")

    assert "is no organisation here" in answer


def test_a_mistyped_number_is_nobody_s_business(world: World) -> None:
    with refused(world):
        world.types("U0AMAZON1", "/flag parcel 12 canary words")


def test_a_loosening_by_another_organisation(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), Mark("amber", frozenset({"dhl"})))
    assert case is not None

    with refused(world, ("U0DHL1", "case.mark", "NotAllowed")):
        assert not world.mark("U0DHL1", case, Mark("green"))
    metadata = json.dumps({"reference": case.reference, "response_url": ""})
    with refused(world, ("U0DHL1", "leaks.trigger", "NotFound"), ("U0DHL1", "case.mark.form", "NotAllowed")):
        world.submits_forged("U0DHL1", "case.mark.form", metadata, tlp="green")


def test_a_marking_by_one_who_may_not_know_of_the_case(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), STRICT)
    assert case is not None

    with refused(world, ("U0CBP1", "case.mark", "NotFound")):
        assert not world.mark("U0CBP1", case, Mark("green"))
    metadata = json.dumps({"reference": case.reference, "response_url": ""})
    with refused(world, ("U0CBP1", "leaks.trigger", "NotFound"), ("U0CBP1", "case.mark.form", "NotFound")):
        world.submits_forged("U0CBP1", "case.mark.form", metadata, tlp="green")


def test_forged_values_of_buttons(world: World) -> None:
    case = world.flag("U0AMAZON1", seller(), STRICT)
    assert case is not None
    forged = [
        ("case.open", case.reference),
        ("case.withdraw", "1"),
        ("flag.anyway", "00000000-0000-4000-8000-000000000000"),
        ("case.nothing_of_ours", case.reference),
    ]

    with refused(world, *(("U0DHL1", action, "NotFound") for action, _ in forged)):
        for action, value in forged:
            world.clicks("U0DHL1", action, value)


def test_a_form_submitted_by_one_who_has_left(world: World) -> None:
    case = world.flag("U0AMAZON1", seller())
    assert case is not None
    view = world.opens_form("U0DHL1", "case.note", case.reference)
    assert view is not None
    world.leaves_the_operation("U0DHL1")

    with refused(world, ("U0DHL1", "case.note.form", "NotAMember")):
        assert not world.submits("U0DHL1", view, words="canary", tlp="case")
        world.settle()


def test_a_stranger_s_question(world: World) -> None:
    with refused(world, (STRANGER, "/case", "NotAMember")):
        world.types(STRANGER, "/case canary")
