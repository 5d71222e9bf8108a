"""Names that are offered while somebody types: found by what they begin with, and by whoever may see them."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.flag_details import Details
from bot.domain.markings import Marking, Tlp
from bot.domain.offered_names import (
    LONGEST_BEGINNING,
    Field,
    Saying,
    beginnings,
    begins_with,
    folded,
    keys_for_beginnings,
    seller_name,
)
from bot.domain.people import Person
from bot.domain.sharing import keys_of, view_of
from tests.factories import NAMES, PARCEL, SELLER, case, flag, person, somebody

ORGANISATIONS = st.sampled_from(sorted(NAMES))
PEOPLE = st.sampled_from([person(f"U0{organisation.upper()}1") for organisation in sorted(NAMES)])
MARKINGS = st.builds(
    lambda tlp, releases, people: Marking(
        tlp, releases if tlp is Tlp.AMBER else frozenset(), people if tlp is Tlp.RED else frozenset()
    ),
    st.sampled_from(Tlp),
    st.frozensets(ORGANISATIONS),
    st.frozensets(PEOPLE),
)


@given(
    MARKINGS, ORGANISATIONS, PEOPLE, st.lists(st.tuples(ORGANISATIONS, MARKINGS), max_size=4), ORGANISATIONS
)
def test_whoever_may_see_a_name_finds_it_and_nobody_else(
    marking: Marking,
    owner: str,
    opener: Person,
    said: list[tuple[str, Marking]],
    organisation: str,
) -> None:
    made = [
        flag(organisation=author, id=number, marking=part, details=Details(brand=f"Brand {number}"))
        for number, (author, part) in enumerate(said)
    ]
    stored = case(subject=SELLER, marking=marking, owner=owner, opener=opener, flags=tuple(made))
    reader = somebody(organisation)
    sayings = [
        Saying(each.details, each.marking, each.organisation, person(each.slack_user)) for each in made
    ]

    (mine,) = keys_of(reader)
    found = {
        (field, beginning)
        for key, field, beginning in keys_for_beginnings(SELLER, marking, owner, opener, sayings)
        if key in mine
    }

    view = view_of(stored, NAMES, reader)
    shown = view is not None and view.tlp is not Tlp.RED
    brands = [each.details.brand for each in view.flags if each.tlp is not Tlp.RED] if view and shown else []
    sellers = {(Field.SELLER, each) for each in beginnings(seller_name(SELLER))} if shown else set()
    assert found == sellers | {(Field.BRAND, each) for brand in brands for each in beginnings(brand)}


def test_a_parcel_is_no_seller() -> None:
    said = Saying(Details(), Marking(Tlp.GREEN), "dhl", person("U0DHL1"))
    assert keys_for_beginnings(PARCEL, Marking(Tlp.GREEN), "dhl", person("U0DHL1"), [said]) == frozenset()


@given(st.lists(st.text("abÄß9é", min_size=1, max_size=8), min_size=1, max_size=5), st.data())
def test_a_name_is_found_by_the_beginning_of_any_of_its_words_however_it_is_written(
    words: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(words) - 1))
    typed = " ".join(words[at:])
    typed = typed[: data.draw(st.integers(1, len(typed)))]
    for written in (typed, typed.upper(), f"  {typed}", typed.replace(" ", "   ")):
        assert begins_with("  ".join(words), written)


@given(st.text(max_size=400))
def test_what_stands_in_the_index_is_short_and_what_any_database_takes(name: str) -> None:
    for beginning in beginnings(name):
        assert 0 < len(beginning) <= LONGEST_BEGINNING
        assert beginning.isprintable()
        assert beginning.encode()
    assert len(folded(name)) <= LONGEST_BEGINNING


def test_two_names_that_share_a_word_have_no_beginning_in_common() -> None:
    assert not beginnings("Northwind Audio") & beginnings("Southwind Audio")


def test_what_is_no_beginning_of_a_word_finds_nothing() -> None:
    assert not begins_with("Northwind Audio", "wind")
    assert not begins_with("Northwind Audio", "%")
