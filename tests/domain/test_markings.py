"""How far a piece of information may travel."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.markings import Pap, Tlp, read_pap, read_tlp, stored_pap, stored_tlp, strictest, strictest_pap


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("red", Tlp.RED),
        ("TLP:RED", Tlp.RED),
        (" tlp: amber ", Tlp.AMBER),
        ("Amber+Strict", Tlp.AMBER_STRICT),
        ("amber strict", Tlp.AMBER_STRICT),
        ("AMBER_STRICT", Tlp.AMBER_STRICT),
        ("green", Tlp.GREEN),
        ("clear", Tlp.CLEAR),
        ("white", Tlp.CLEAR),
        ("TLP:WHITE", Tlp.CLEAR),
    ],
)
def test_a_label_is_read_as_people_write_it(typed: str, meant: Tlp) -> None:
    assert read_tlp(typed) is meant


def test_what_is_no_label_gets_the_list_of_labels() -> None:
    with pytest.raises(
        InvalidInput, match=r"“purple” is not a marking.*clear, green, amber, amber.strict, red"
    ) as told:
        read_tlp("purple")
    assert told.value.field == "tlp"


@given(st.text())
def test_a_stored_label_that_cannot_be_read_counts_as_the_strictest(text: str) -> None:
    assert stored_tlp(text) is (Tlp(text) if text in set(Tlp) else Tlp.RED)


def test_a_label_that_is_missing_counts_as_the_strictest() -> None:
    assert stored_tlp(None) is Tlp.RED


def test_the_labels_have_an_order() -> None:
    from_wide_to_strict = [Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED]
    for weaker, first in enumerate(from_wide_to_strict):
        for second in from_wide_to_strict[weaker:]:
            assert strictest(first, second) is strictest(second, first) is second


def test_only_the_two_widest_are_for_every_organisation() -> None:
    assert {tlp for tlp in Tlp if tlp.is_shared} == {Tlp.CLEAR, Tlp.GREEN}


def test_a_label_is_shown_as_the_standard_writes_it() -> None:
    assert Tlp.AMBER_STRICT.label == "TLP:AMBER+STRICT"


@pytest.mark.parametrize(
    ("typed", "meant"), [("red", Pap.RED), ("PAP:GREEN", Pap.GREEN), (" white ", Pap.CLEAR)]
)
def test_what_may_be_done_is_read_as_people_write_it(typed: str, meant: Pap) -> None:
    assert read_pap(typed) is meant


def test_what_is_no_pap_label_gets_the_list() -> None:
    with pytest.raises(
        InvalidInput, match=r"“amber.strict” is no PAP label. They are clear, green, amber, red"
    ):
        read_pap("amber+strict")


@given(st.one_of(st.none(), st.text()))
def test_a_stored_pap_label_that_cannot_be_read_forbids_the_most(text: str | None) -> None:
    assert stored_pap(text) is (Pap(text) if text in set(Pap) else Pap.RED)


def test_the_stricter_of_two_pap_labels_holds() -> None:
    from_free_to_strict = [Pap.CLEAR, Pap.GREEN, Pap.AMBER, Pap.RED]
    for weaker, first in enumerate(from_free_to_strict):
        for second in from_free_to_strict[weaker:]:
            assert strictest_pap(first, second) is strictest_pap(second, first) is second
