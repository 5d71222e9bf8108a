"""The audit trail's rules: one way to write an entry, and no way to change one unseen."""

import dataclasses
import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.audit import (
    GENESIS,
    SEGMENT_CLOSED,
    AuditEntry,
    Head,
    Link,
    canonical,
    chained,
    moment,
)
from bot.domain.audit_check import last_line, verify, verify_export
from bot.domain.roles import Actor, Role

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
ENTRIES = st.lists(
    st.builds(
        lambda about, words: AuditEntry(NOON, "case.flagged", about, detail={"words": words, "n": 1}),
        WORDS,
        WORDS,
    ),
    min_size=1,
    max_size=4,
)


def entries(number: int) -> list[AuditEntry]:
    return [
        AuditEntry(NOON + timedelta(minutes=minute), "case.flagged", f"OFA-{minute}")
        for minute in range(number)
    ]


def chain(written: Sequence[AuditEntry], after: Head | None = None, first_id: int = 1) -> list[Link]:
    rows = [(number, moment(entry.at), entry.content) for number, entry in enumerate(written, first_id)]
    return chained(after, rows)


def export(links: Sequence[Link]) -> list[bytes]:
    lines = [*(link.line for link in links), last_line(links[0].seq, links[-1].head)]
    return [line.encode() + b"\n" for line in lines]


def closing(last: Link) -> AuditEntry:
    detail = {"first_seq": 1, "last_seq": last.seq, "last_hash": last.entry_hash}
    return AuditEntry(NOON, SEGMENT_CLOSED, "audit", detail=detail)


# -- canonical JSON -------------------------------------------------------------------------------------------


def test_an_entry_is_written_with_sorted_keys_no_spaces_and_its_time_in_utc_to_the_microsecond() -> None:
    actor = Actor("T0OPS", "U0DHL1", "dhl", "DHL", frozenset({Role.ANALYST}))
    at = datetime(2026, 11, 20, 10, 15, 2, tzinfo=timezone(timedelta(hours=1)))
    entry = AuditEntry.by(actor, "case.closed", "OFA-2026-7K3M", at, reason="genuine", told={"cbp", "amazon"})
    assert entry.content == (
        '{"about":"OFA-2026-7K3M","action":"case.closed",'
        '"actor":{"organisation":"dhl","team":"T0OPS","user":"U0DHL1"},'
        '"at":"2026-11-20T09:15:02.000000Z",'
        '"detail":{"reason":"genuine","told":["amazon","cbp"]}}'
    )


@given(PLAIN)
def test_what_is_read_back_is_written_the_same_way(value: object) -> None:
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.dictionaries(WORDS, PLAIN, max_size=5), st.randoms())
def test_the_order_in_which_a_mapping_was_made_does_not_matter(value: dict[str, object], random: Any) -> None:
    items = list(value.items())
    random.shuffle(items)
    assert canonical(dict(items)) == canonical(value)


def test_text_stays_as_it_was_typed_in_utf_8() -> None:
    assert canonical("假 é “x”\n\x00") == '"假 é “x”\\n\\u0000"'


def test_half_a_surrogate_pair_does_not_keep_an_entry_from_being_written() -> None:
    assert AuditEntry(NOON, "case.refused", "\ud83d").content.encode()


@pytest.mark.parametrize("value", [1.5, b"x", datetime(2026, 1, 5), {1: "x"}, {2, 3}, [object()]])  # noqa: DTZ001  # naive is meant
def test_what_could_be_written_in_several_ways_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"canonical form|without a zone"):
        canonical(value)


# -- the chain ------------------------------------------------------------------------------------------------


def test_the_first_link_follows_64_zeros_and_each_next_one_the_hash_before_it() -> None:
    first, second = chain(entries(2))
    assert (first.seq, first.previous_hash) == (1, GENESIS)
    assert (second.seq, second.previous_hash) == (2, first.entry_hash)


def test_a_hash_is_that_of_the_exported_line_without_it_so_that_anybody_can_compute_it() -> None:
    for link in chain(entries(3)):
        line = json.loads(link.line)
        stated = line.pop("entry_hash")
        bare = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert sha256(bare.encode()).hexdigest() == stated


@given(ENTRIES)
def test_an_untouched_chain_holds_and_so_does_its_export(written: list[AuditEntry]) -> None:
    links = chain(written)
    for verdict in (verify(links, [links[-1].head]), verify_export(export(links), [links[0].head])):
        assert verdict.holds
        assert (verdict.first_seq, verdict.head) == (1, links[-1].head)


@given(ENTRIES, st.data())
def test_a_change_of_any_column_of_any_link_is_found_and_named(
    written: list[AuditEntry], data: st.DataObject
) -> None:
    links = chain(written)
    place = data.draw(st.integers(0, len(links) - 1))
    column = data.draw(st.sampled_from([field.name for field in dataclasses.fields(Link)]))
    old = getattr(links[place], column)
    new = data.draw(st.integers(-9, 99) if isinstance(old, int) else _changed(old))
    assume(new != old)
    change: dict[str, Any] = {column: new}
    links[place] = dataclasses.replace(links[place], **change)
    verdict = verify(links)
    assert verdict.misfit is not None
    # Where an entry's own number is changed, it is the next one that cannot be placed, or this one.
    assert verdict.misfit.seq == links[place].seq or column == "seq"


def _changed(text: str) -> st.SearchStrategy[str]:
    """The text with one character exchanged, added or left out."""
    places = st.integers(0, max(len(text) - 1, 0))
    return st.builds(
        lambda place, new, gone: text[:place] + new + text[place + gone :],
        places,
        st.text(st.characters(exclude_categories=["Cs"]), max_size=1),
        st.integers(0, 1),
    )


@given(ENTRIES, st.data())
def test_any_changed_byte_of_an_export_is_found(written: list[AuditEntry], data: st.DataObject) -> None:
    whole = b"".join(export(chain(written)))
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255))
    assume(byte != whole[place])
    changed = whole[:place] + bytes([byte]) + whole[place + 1 :]
    assert not verify_export(changed.splitlines(keepends=True)).holds


@given(st.integers(2, 6), st.data())
def test_a_removed_repeated_or_moved_line_is_found(number: int, data: st.DataObject) -> None:
    lines = export(chain(entries(number)))
    places = st.integers(0, len(lines) - 1)
    place, other = data.draw(places), data.draw(places)
    assert not verify_export(lines[:place] + lines[place + 1 :]).holds
    assert not verify_export([*lines[: place + 1], *lines[place:]]).holds or place == number
    if place != other:
        swapped = list(lines)
        swapped[place], swapped[other] = lines[other], lines[place]
        assert not verify_export(swapped).holds


@pytest.mark.parametrize(
    ("links", "said"),
    [
        (lambda made: [made[0], *made[2:]], "entry 2 is missing before it"),
        (lambda made: made[2:], "entries 1 to 2 are missing before it, and no closed segment"),
        (lambda made: [made[0], made[2], made[1]], "entry 2 is missing before it"),
        (lambda made: [made[0], made[0]], "it is out of order"),
        (lambda made: [made[0], dataclasses.replace(made[1], content="")], "what it tells of is missing"),
        (lambda made: [dataclasses.replace(made[0], at="2026")], "its time was changed"),
        (
            lambda made: [made[0], chain(entries(2))[1], *chain(entries(4), first_id=7)[2:]],
            "does not continue",
        ),
    ],
)
def test_it_says_what_does_not_fit(links: Any, said: str) -> None:
    verdict = verify(links(chain(entries(4))))
    assert verdict.misfit is not None
    assert said in str(verdict.misfit)


def test_entries_cut_off_at_the_end_show_only_against_a_head_written_down() -> None:
    links = chain(entries(5))
    assert verify(links[:3]).holds
    verdict = verify(links[:3], [links[3].head])
    assert str(verdict.misfit) == "entry 4 does not fit: entry 4 is missing at the end"
    assert verify([], [links[3].head]).misfit is not None


def test_an_export_cut_off_anywhere_shows_by_itself() -> None:
    whole = b"".join(export(chain(entries(3))))
    for end in range(len(whole)):
        assert not verify_export(whole[:end].splitlines(keepends=True)).holds


def test_a_chain_that_was_written_anew_from_the_start_shows_against_a_head_written_down() -> None:
    told = chain(entries(4))
    lie = [entries(1)[0], AuditEntry(NOON, "case.closed", "OFA-1"), *entries(4)[2:]]
    assert verify(chain(lie)).holds
    verdict = verify(chain(lie), [told[2].head])
    assert str(verdict.misfit) == (
        "entry 3 does not fit: another entry stood here when the head was written down"
    )


def test_a_head_is_read_as_it_was_written_down_even_shortened() -> None:
    head = chain(entries(3))[2].head
    assert Head.read(str(head)) == head
    short = Head.read(f" {head.seq}:{head.entry_hash[:16].upper()}… ")
    assert verify(chain(entries(3)), [short]).holds
    assert not verify(chain(entries(4)[1:]), [short]).holds


@pytest.mark.parametrize(
    "text", ["", "118", "118:", "118:c1a0", "0:" + "a" * 64, "x:" + "a" * 64, "1:" + "g" * 64]
)
def test_what_is_no_head_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape("is no head; it is written like 118:")):
        Head.read(text)


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        (b"sha256-v1", b"sha256-v2"),
        (b'"seq":2', b'"seq": 2'),
        (b'"seq":2', b'"seq":2.0'),
        (b'"seq":2}', b'"seq":2,"sequel":3}'),
        (b'"seq":2}', b'"seq":2}\r'),
        ("é".encode(), b"\\u00e9"),
    ],
)
def test_a_line_is_the_very_bytes_that_an_export_writes(written: bytes, otherwise: bytes) -> None:
    first, second, last = export(chain([*entries(1), AuditEntry(NOON, "case.flagged", "é")]))
    assert written in second
    verdict = verify_export([first, second.replace(written, otherwise), last])
    assert str(verdict.misfit) == "entry 2 does not fit: line 2 is not as an export writes it"


# -- retention ------------------------------------------------------------------------------------------------


def test_a_chain_may_begin_behind_a_segment_that_one_of_its_entries_closes() -> None:
    old = chain(entries(4))
    rest = chain([*entries(2), closing(old[-1])], after=old[-1].head, first_id=5)
    assert verify(rest, [old[-1].head]).holds
    assert verify([*old[2:], *rest]).holds, "a segment may be removed in part"
    assert not verify(rest[1:]).holds, "nothing accounts for entry 5"
    assert not verify(rest[:2]).holds, "nothing accounts for entries 1 to 4"


def test_a_closing_entry_with_another_hash_accounts_for_nothing() -> None:
    old = chain(entries(4))
    lie = closing(dataclasses.replace(old[-1], entry_hash=old[0].entry_hash))
    assert not verify(chain([lie], after=old[-1].head, first_id=5)).holds


def test_files_that_follow_one_another_verify_together_and_a_later_one_needs_the_earlier() -> None:
    old = chain(entries(4))
    rest = chain(entries(2), after=old[-1].head, first_id=5)
    assert verify_export([*export(old), *export(rest)], [old[1].head, rest[1].head]).holds
    assert not verify_export(export(rest)).holds
    assert not verify_export([*export(rest), *export(old)]).holds


def test_a_head_that_was_moved_to_a_file_is_asked_for_there() -> None:
    old = chain(entries(4))
    rest = chain([closing(old[-1])], after=old[-1].head, first_id=5)
    verdict = verify(rest, [old[1].head])
    assert (
        str(verdict.misfit)
        == "entry 2 does not fit: it was moved to a file; show that file too, before this one"
    )


# -- files that are none --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        b"{}\n",
        b"[]\n",
        b"null\n",
        b"nonsense\n",
        b"\xff\n",
        b"[" * 100_000 + b"\n",
        b'{"seq":1}\n',
    ],
)
def test_a_file_that_is_no_export_is_said_to_be_none(line: bytes) -> None:
    verdict = verify_export([line])
    assert str(verdict.misfit) == "entry 1 does not fit: line 1 is not as an export writes it"


def test_an_empty_file_was_cut_off_and_an_empty_trail_was_not() -> None:
    assert not verify_export([]).holds
    assert verify_export([last_line(1, None).encode() + b"\n"]).holds
