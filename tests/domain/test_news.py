"""What one message to a flagger tells of."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cases import Change, CloseReason
from bot.domain.news import NEWS_OF, News, told_together
from bot.domain.sharing import reader_for
from tests.factories import actor, entry, person, view

changes = st.sampled_from([Change.FLAGGED, Change.ACKNOWLEDGED, Change.CLOSED, Change.NOTED])
organisations = st.sampled_from(["amazon", "dhl", "cbp"])
ME = person("U0AMAZON1")


@given(st.lists(st.tuples(changes, organisations), max_size=12), st.sampled_from(News), st.integers(1, 12))
def test_it_tells_of_one_kind_up_to_the_next_closing_and_not_of_its_reader(
    happened: list[tuple[Change, str]], news: News, first: int
) -> None:
    timeline = tuple(
        entry(change, who, id=number, reason=CloseReason.OTHER if change is Change.CLOSED else None)
        for number, (change, who) in enumerate(happened, 1)
    )
    seen = view(reader_for(actor("amazon")), timeline=timeline).timeline
    told = told_together(seen, news, first, ME)
    assert all(each.change is news.change and each.person != ME and each.id >= first for each in told)
    closings = [each.id for each in seen if each.change is Change.CLOSED and each.id >= first]
    assert all(each.id <= closings[0] for each in told if closings)
    missing = [
        each
        for each in seen
        if each not in told and each.change is news.change and each.person != ME and each.id >= first
    ]
    assert all(closings and each.id > closings[0] for each in missing)


def test_every_kind_has_a_change_of_its_own() -> None:
    assert set(NEWS_OF.values()) == set(News)
