"""Random plays: any order of flags (PAP:RED ones and a system's too), notes, markings, closings, channels gaining others,
by anybody, over a few subjects.

After each deed everything that has left the bot is looked at; at the end everybody asks for everything.
``LEAK_PLAYS`` says how many plays (four where it is not set).
"""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.leaks.conftest import Play
from tests.leaks.oracle import Case, Mark
from tests.leaks.people import ADMIN, ANALYSTS, FOREIGNER, MEMBERS, ORGANISATIONS, STRANGER
from tests.leaks.world import World, parcel, seller

PLAYS = int(os.environ.get("LEAK_PLAYS", "4"))
LONG = PLAYS > 20
PHASES = [Phase.explicit, Phase.reuse, Phase.generate] + ([Phase.shrink] if LONG else [])
"""A short run does not look for the smallest play: the one it names is short enough."""

organisations = st.sampled_from(sorted(ORGANISATIONS))
analysts = st.sampled_from(ANALYSTS)
anybody = st.sampled_from([*MEMBERS, STRANGER])
whoever_presses = st.sampled_from([*MEMBERS, STRANGER, FOREIGNER])
"""Somebody of another workspace has buttons, and no commands (docs.slack.dev/apis/slack-connect)."""
markings = st.one_of(
    st.sampled_from([Mark("clear"), Mark("green"), Mark("amber+strict"), Mark("red")]),
    st.builds(lambda keys: Mark("amber", keys), st.frozensets(organisations, max_size=2)),
)
markings_with_people = st.one_of(
    markings,
    st.builds(
        lambda people: Mark("red", people=people), st.frozensets(st.sampled_from(list(MEMBERS)), max_size=2)
    ),
)
subjects = st.integers(0, 2)
nth = st.integers(0, 5)
"""Which of the cases there are; nothing happens where there is none."""

deeds = st.one_of(
    st.tuples(st.just("flag"), analysts, subjects, st.none() | markings, st.just("")),
    st.tuples(st.just("flag"), analysts, subjects, markings, st.sampled_from(["", "red"])),
    st.tuples(st.just("api flag"), organisations, subjects, st.none() | markings),
    st.tuples(st.just("api look"), organisations),
    st.tuples(
        st.just("note"), anybody, nth, st.sampled_from([None, "green", "amber", "amber+strict", "red"])
    ),
    st.tuples(st.just("mark"), analysts, nth, markings_with_people),
    st.tuples(st.just("close"), anybody, nth),
    st.tuples(st.just("withdraw"), analysts, nth),
    st.tuples(st.just("undo"), analysts, nth),
    st.tuples(st.just("correct"), analysts, nth),
    st.tuples(st.just("acknowledge"), whoever_presses, nth),
    st.tuples(st.just("look"), anybody, nth),
    st.tuples(st.just("register"), anybody, nth),
    st.tuples(st.just("digest"), st.sampled_from(["U0IPRC9", "U0DHL1", STRANGER])),
    st.tuples(
        st.just("invite"),
        st.sampled_from(["U0DHL3", "U0CBP3", STRANGER, FOREIGNER]),
        st.sampled_from(["C0AMAZON", "C0IPRC"]),
    ),
    st.tuples(st.just("share"), st.sampled_from(["C0AMAZON", "C0IPRC"])),
    st.tuples(
        st.just("accept"),
        st.sampled_from(["U0AMAZON9", "U0IPRC9", "U0DHL9"]),
        st.sampled_from(["C0AMAZON", "C0IPRC"]),
    ),
    st.tuples(st.just("leave"), st.sampled_from(["U0DHL1", "U0CBP2", "U0AMAZON3"])),
)


def play_out(world: World, script: list[tuple[Any, ...]]) -> None:
    """Do what the script says."""
    numbers = [parcel(), seller(), parcel()]
    plain: dict[str, Callable[..., object]] = {
        "api look": world.api_look,
        "digest": world.digest,
        "invite": world.comes_into_if_outside,
        "share": world.is_shared,
        "accept": world.accepts,
        "leave": world.leaves_the_operation,
    }
    on_a_case: dict[str, Callable[..., object]] = {
        "note": world.note,
        "mark": world.mark,
        "close": world.close,
        "withdraw": world.withdraw,
        "undo": world.undo,
        "correct": world.correct,
        "acknowledge": world.acknowledge,
        "look": lambda user, case: (world.look(user, case.reference), world.look(user, case.subject)),
        "register": lambda user, case: world.look(user, f"{case.reference} disclosures"),
    }
    for name, user, *rest in script:
        if name == "flag":
            world.flag(user, numbers[rest[0]], _releasable(rest[1], MEMBERS[user].organisation), pap=rest[2])
        elif name == "api flag":
            world.api_flag(user, numbers[rest[0]], _releasable(rest[1], user))
        elif name in plain:
            plain[name](user, *rest)
        else:
            for case in _nth(world, rest[0]):
                on_a_case[name](user, case, *rest[1:])


def _releasable(mark: Mark | None, organisation: str) -> Mark | None:
    """Nobody releases to their own organisation."""
    return mark and Mark(mark.tlp, mark.releases - {organisation})


def _nth(world: World, which: int) -> list[Case]:
    cases = list(world.known.cases.values())
    return [cases[which % len(cases)]] if cases else []


def test_nothing_reaches_anybody_who_may_not_have_it(
    play: Play, record_property: Callable[[str, object], None]
) -> None:
    inspected = 0

    @settings(
        max_examples=PLAYS,
        deadline=None,
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
        derandomize=not LONG,
        database=None,
    )
    @given(st.lists(deeds, min_size=8, max_size=14), st.lists(anybody, min_size=3, max_size=4, unique=True))
    def plays(script: list[tuple[Any, ...]], askers: list[str]) -> None:
        nonlocal inspected
        with play() as world:
            play_out(world, script)
            world.sweep([*askers, "U0AMAZON1", ADMIN][: 6 if LONG else 3])
            world.alerts_stand_where_they_may()
            inspected += world.inspected

    plays()
    record_property("plays inspected", inspected)
