"""Slack's encoding of what people type, undone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import as_typed, in_parts, links_apart, plain_punctuation, shortened


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("fake &amp; cheap", "fake & cheap"),
        ("a &lt;b&gt; c", "a <b> c"),
        ("&amp;lt;", "&lt;"),
        ("&amp;amp;", "&amp;"),
        ("<https://evil.example/a?b=1&amp;c=2>", "https://evil.example/a?b=1&c=2"),
        ("<http://evil.example|evil.example>", "evil.example"),
        ("<https://evil.example/|evil.example>", "evil.example"),
        ("<https://evil.example|your bank>", "https://evil.example"),
        ("<mailto:who@evil.example|who@evil.example>", "who@evil.example"),
        ("<tel:+15551234567|+15551234567>", "+15551234567"),
        ("ask <@U0DHL1|dhl-analyst-1>", "ask @dhl-analyst-1"),
        ("ask <@U0DHL1>", "ask @U0DHL1"),
        ("see <#C0OPS|operations>", "see #operations"),
        ("see <#C0OPS|>", "see #C0OPS"),
        ("<!channel> look", "<!channel> look"),
        ("*bold* _it_ `code` ~no~", "*bold* _it_ `code` ~no~"),
        ("two  spaces\nand a line", "two  spaces\nand a line"),
        ("<https://a.example> and <https://b.example>", "https://a.example and https://b.example"),
    ],
)
def test_it_is_what_was_typed(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<https://tracker.example/x|3318810025>", "https://tracker.example/x 3318810025"),
        ("<https://evil.example|your bank>", "https://evil.example your bank"),
        ("<http://evil.example|evil.example>", "evil.example"),
        ("<https://a.example/1|www.a.example/…>", "https://a.example/1"),
        ("<tel:3318810025|3318810025>", "3318810025"),
    ],
)
def test_what_is_shown_in_place_of_a_link_can_be_read_beside_it(sent: str, read: str) -> None:
    assert as_typed(links_apart(sent)) == read


def slack_encodes(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@given(st.text())
def test_whatever_was_typed_comes_back_to_the_letter(typed: str) -> None:
    assert as_typed(slack_encodes(typed)) == typed


@given(st.text("&<>ampltg;@#!|U0 "))
def test_so_it_does_where_it_looks_like_slacks_own_signs(typed: str) -> None:
    assert as_typed(slack_encodes(typed)) == typed


def test_a_phones_quotes_and_dashes_become_those_of_a_keyboard() -> None:
    assert plain_punctuation("—tlp “amber” – ‘x’ „y“") == '--tlp "amber" -- \'x\' "y"'


@given(st.text(), st.integers(2, 60))
def test_a_shortened_text_fits(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert len(short) <= limit
    assert short == text or short.endswith("…")


@given(st.text(max_size=60))
def test_a_text_that_fits_is_left_alone(text: str) -> None:
    assert shortened(text, 60) == text


def test_it_is_cut_between_words() -> None:
    assert shortened("counterfeit earbuds in a plain box", 24) == "counterfeit earbuds in…"


@given(st.text(), st.integers(1, 60))
def test_a_text_in_parts_is_the_text_and_each_part_fits(text: str, limit: int) -> None:
    parts = in_parts(text, limit)
    assert "".join(parts) == text
    assert all(1 <= len(part) <= limit for part in parts)
