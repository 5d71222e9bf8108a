"""One play twice, with a hidden deed and without it: whoever may not know of the deed is told the same, to the letter.

The other leak tests ask whether what was said is for its reader. Here nothing need be said at all: a message drawn anew,
a number that counts on, an answer that comes out otherwise would all tell that something has happened.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.leaks.conftest import Play
from tests.leaks.oracle import Case, Mark
from tests.leaks.people import MEMBERS, ORGANISATIONS
from tests.leaks.traffic import Item
from tests.leaks.world import PROBING, REFERENCE, RELATED, World

PARCEL, SELLER = "6022103334", "A1QUAC68EAM09F"
STRICT, RED = Mark("amber+strict"), Mark("red")
TO_CBP = Mark("amber", frozenset({"cbp"}))

Deed = Callable[[World, Case], object]
Told = dict[str, list[str]]
"""By who was told: everything."""


@dataclass(frozen=True)
class Hidden:
    """A deed, and the organisations whose people and channels may know of it."""

    do: Deed
    known_to: frozenset[str] = frozenset({"dhl"})


def another_case(marking: Mark) -> Deed:
    return lambda world, _: world.flag("U0DHL3", SELLER, marking)


def a_part(marking: Mark) -> Deed:
    return lambda world, case: world.flag("U0DHL1", case.subject, marking)


def a_note(world: World, case: Case) -> None:
    assert world.note("U0DHL2", case, "amber+strict")


def a_part_and_a_note(world: World, case: Case) -> None:
    a_part(STRICT)(world, case)
    a_note(world, case)


def a_part_withdrawn(world: World, case: Case) -> None:
    a_part(STRICT)(world, case)
    assert world.withdraw("U0DHL1", case)


def a_part_corrected(world: World, case: Case) -> None:
    a_part(STRICT)(world, case)
    assert world.correct("U0DHL1", case)


def a_part_undone(world: World, case: Case) -> None:
    a_part(STRICT)(world, case)
    world.undo("U0DHL1", case)


def a_part_with_pap(world: World, case: Case) -> None:
    world.flag("U0DHL1", case.subject, STRICT, pap="red")


def five_parts(world: World, case: Case) -> None:
    for user in ("U0DHL1", "U0DHL3", "U0DHL1", "U0DHL3", "U0DHL1"):
        world.flag(user, case.subject, STRICT)


def a_case_and_its_end(world: World, case: Case) -> None:
    hidden = world.flag("U0DHL3", SELLER, STRICT)
    assert hidden is not None
    assert world.close("U0DHL3", hidden)


HIDDEN = {
    "a strict part": Hidden(a_part(STRICT)),
    "a part for two": Hidden(a_part(TO_CBP), frozenset({"dhl", "cbp"})),
    "a red part": Hidden(a_part(RED)),
    "a part of one who has not answered": Hidden(
        lambda world, case: world.flag("U0IPRC3", case.subject, STRICT), frozenset({"iprc"})
    ),
    "a strict note": Hidden(a_note),
    "a part and a note": Hidden(a_part_and_a_note),
    "a part withdrawn": Hidden(a_part_withdrawn),
    "a part corrected": Hidden(a_part_corrected),
    "a part undone": Hidden(a_part_undone),
    "a part with PAP:RED": Hidden(a_part_with_pap),
    "five parts": Hidden(five_parts),
    "a case of its own": Hidden(another_case(STRICT)),
    "a red case of its own": Hidden(another_case(RED)),
    "a case and its end": Hidden(a_case_and_its_end),
}

ALWAYS = frozenset(
    {
        *("a strict part", "a red part", "a strict note", "a part withdrawn", "a part corrected"),
        *("a part with PAP:RED", "five parts", "a case of its own"),
    }
)
"""Played in `make test`, each for what it alone does; the others, which differ from one of these a little, at length."""


def others_go_on(world: World, case: Case) -> None:
    """What people do afterwards who know nothing of it."""
    assert world.note("U0AMAZON1", case)
    world.digest("U0IPRC9")
    world.acknowledge("U0IPRC1", case)
    world.look("U0AMAZON9", f"{case.reference} disclosures")
    for user in ("U0AMAZON1", "U0AMAZON9", "U0CBP1", "U0IPRC9"):
        for asked in (case.reference, case.subject):
            world.look(user, asked)
        world.types(user, "/cases")
    world.api_flag("cbp", PARCEL)
    world.api_look("cbp")
    world.is_offered("U0CBP1", "flag_seller", "A")
    world.is_offered("U0CBP1", "flag_brand", "")
    world.flag("U0CBP1", SELLER)
    world.types("U0CBP1", "/flag mine")


def it_is_closed_and_opened_again(world: World, case: Case) -> None:
    assert world.close("U0AMAZON1", case)
    world.flag("U0IPRC1", case.subject)
    world.look("U0AMAZON1", case.reference)


def its_owner_makes_it_stricter(world: World, case: Case) -> None:
    assert world.mark("U0AMAZON1", case, Mark("amber"))
    for user in ("U0AMAZON1", "U0CBP1"):
        world.look(user, case.reference)


def its_flag_is_withdrawn(world: World, case: Case) -> None:
    assert world.withdraw("U0AMAZON1", case)
    world.look("U0AMAZON1", case.reference)


GOES_ON = "it goes on"

AFTERWARDS: dict[str, Deed] = {
    GOES_ON: others_go_on,
    "it is closed and opened again": it_is_closed_and_opened_again,
    "its owner makes it stricter": its_owner_makes_it_stricter,
    "its flag is withdrawn": its_flag_is_withdrawn,
}


def play_out(world: World, deed: Deed | None, afterwards: Deed, known_to: frozenset[str]) -> Told:
    """A shared case in use; perhaps the deed; what comes after: what those were told who may not know of the deed."""
    case = world.flag("U0AMAZON1", PARCEL)
    assert case is not None
    world.acknowledges_by_card("U0DHL1", case)
    world.acknowledges_by_card("U0CBP1", case)
    begin = len(world.items)
    if deed is not None:
        deed(world, case)
    afterwards(world, case)
    told: Told = defaultdict(list)
    for item in world.items[begin:]:
        if _may_not_know(item, known_to):
            told[item.user or item.channel].append(_without_what_always_differs(world, item, known_to))
    # What is sent in the same moment has no order.
    return {to: sorted(words) for to, words in told.items()}


def _may_not_know(item: Item, known_to: frozenset[str]) -> bool:
    if item.user:
        if RELATED in item.body or PROBING in item.body:
            return False  # both sides' coordinators hear that they should speak: that is agreed
        member = MEMBERS.get(item.user)
        return member is None or member.organisation not in known_to
    return bool(item.channel) and item.channel not in {ORGANISATIONS[key] for key in known_to}


DIFFERS = re.compile(
    r"canary[0-9a-f]{12}"
    r"|\d{10}\.\d{6}"
    r"|(?<=<!date\^)\d+"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|\+00:00)?"
    r"|[A-Z][a-z]{2} \d\d [A-Z][a-z]{2} \d\d:\d\d"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?<=/response/)[\w-]+"
    r"|D0[A-Z0-9]{8}"
    r"|(?<=flag_)[0-9a-z]{16}"
    r"|[0-9a-f]{16,64}…?"
    r"|(?<=\"trigger_id\": \")[^\"]+"
)


def _without_what_always_differs(world: World, item: Item, known_to: frozenset[str]) -> str:
    """References by what they are about; times and random names not at all; the register's lines in any order."""

    def named(match: re.Match[str]) -> str:
        case = world.known.cases.get(match[0])
        return f"the case about {case.subject}" if case else match[0]

    body = item.body
    # That one of those who know was shown the case is in the register as often as they were: by which deed, it is not.
    theirs = re.compile(rf"> of The (?:{'|'.join(known_to)}) people\* .* card")
    if "times it was shown" in body:
        lines = [
            line for block in json.loads(body)["blocks"][2:] for line in block["text"]["text"].split("\n")
        ]
        # How often a card was drawn while its alerts went out is chance: several are sent at once.
        body = "\n".join(sorted({DIFFERS.sub("…", line) for line in lines if not theirs.search(line)}))
    return DIFFERS.sub("…", REFERENCE.sub(named, f"{item.name} {body}"))


def _what_tells(told: Told, expected: Told) -> Iterator[str]:
    for reader in sorted({*told, *expected}):
        with_it, without_it = Counter(told.get(reader, ())), Counter(expected.get(reader, ()))
        yield from (f"{reader} is told more: {words}" for words in with_it - without_it)
        yield from (f"{reader} is told less: {words}" for words in without_it - with_it)


@pytest.fixture(scope="module")
def without(play: Play) -> Callable[[str, frozenset[str]], Told]:
    """What is told where the deed was not done, played once for each way to go on."""
    played: dict[tuple[str, frozenset[str]], Told] = {}

    def told(afterwards: str, known_to: frozenset[str]) -> Told:
        if (afterwards, known_to) not in played:
            with play() as world:
                played[afterwards, known_to] = play_out(world, None, AFTERWARDS[afterwards], known_to)
        return played[afterwards, known_to]

    return told


@pytest.mark.parametrize(
    "afterwards",
    [name if name == GOES_ON else pytest.param(name, marks=pytest.mark.long) for name in AFTERWARDS],
)
@pytest.mark.parametrize(
    "deed", [name if name in ALWAYS else pytest.param(name, marks=pytest.mark.long) for name in HIDDEN]
)
def test_who_may_not_know_of_it_is_told_the_same(
    world: World, without: Callable[[str, frozenset[str]], Told], deed: str, afterwards: str
) -> None:
    hidden = HIDDEN[deed]
    told = play_out(world, hidden.do, AFTERWARDS[afterwards], hidden.known_to)
    expected = without(afterwards, hidden.known_to)
    assert told == expected, "\n".join(_what_tells(told, expected))


def play_released(world: World, mark: Mark | None, pap: str) -> Told:
    """A case that is released to a partner; perhaps a colleague's flag for fewer; what the others are told until it ends."""
    case = world.flag("U0AMAZON1", PARCEL, Mark("amber", frozenset({"dhl"})))
    assert case is not None
    world.acknowledges_by_card("U0DHL1", case)
    begin = len(world.items)
    if mark is not None:
        world.flag("U0AMAZON3", PARCEL, mark, pap=pap)
    assert world.note("U0AMAZON1", case)
    world.look("U0DHL1", case.reference)
    assert world.withdraw("U0AMAZON1", case)
    world.look("U0DHL1", case.reference)
    told: Told = defaultdict(list)
    for item in world.items[begin:]:
        if _may_not_know(item, frozenset({"amazon"})):
            words = _without_what_always_differs(world, item, frozenset({"amazon"}))
            told[item.user or item.channel].append(words)
    return {to: sorted(words) for to, words in told.items()}


@pytest.mark.parametrize("pap", ["", "red"])
def test_who_may_not_know_of_a_flag_for_fewer_than_its_case_is_told_the_same(play: Play, pap: str) -> None:
    with play() as world:
        expected = play_released(world, None, pap)
    with play() as world:
        told = play_released(world, Mark("amber"), pap)
    assert expected
    assert told == expected, "\n".join(_what_tells(told, expected))
