"""The block rules against the package blockkit: agreed, or a row below says who is right by which page of Slack's.

Pages are below ``docs.slack.dev/reference/``. What the package has no class for it has no opinion on.
"""

from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, Final

import pytest

from sandbox.rules import check_view
from tests.sandbox import test_rules_payloads
from tests.sandbox.rule_asking import BAD, asked_of, surfaces
from tests.sandbox.second_opinion import Opinion, opinion_on, opinion_on_modal

Row = tuple[str, str, str]
"""Which cases (a pattern of their names), the page that decides, and what it says."""

ELEMENTS: Final = "block-kit/block-elements"
BLOCKS: Final = "block-kit/blocks"
OBJECTS: Final = "block-kit/composition-objects"

WE_TAKE: Final[list[Row]] = [
    ("a header of the second level*", f"{BLOCKS}/header-block", "`level` is a field since 2026"),
    ("an image without a text to read*", f"{BLOCKS}/image-block",
        "`alt_text` is required and at most 2,000 characters; nothing asks for a first one"),
    ("a table* (H)", f"{BLOCKS}/table-block", "tables stand in Home tabs, too"),
    ("a table with columns set*", f"{BLOCKS}/table-block", "a column of the defaults is left out as null"),
    ("every inline element*", f"{BLOCKS}/rich-text-block", "`underline` is a style"),
    ("checkboxes in mrkdwn, described*", f"{OBJECTS}/option-object",
        "checkboxes and radio buttons may use mrkdwn for text and description"),
    ("a select chosen from a group*", f"{ELEMENTS}/select-menu-element#static_select",
        "`initial_option` matches an option within the groups, not a group"),
    ("an external select*", f"{ELEMENTS}/select-menu-element#external_select",
        "`min_query_length` 0 asks before a letter is typed"),
    ("a button that prompts an agent*", f"{ELEMENTS}/button-element", "`agent_prompt` is a field since 2026"),
    ("rich text, asked for*", f"{ELEMENTS}/rich-text-input-element", "`min_lines` and `max_lines` are fields"),
    ("rich text, told at once*", f"{ELEMENTS}/rich-text-input-element", "`min_lines` and `max_lines` are fields"),
    ("a moment picked among actions*", f"{BLOCKS}/actions-block", "a datetime picker stands among actions"),
]  # fmt: skip

WE_REFUSE: Final[list[Row]] = [
    ("a whole number, * (?)", f"{ELEMENTS}/number-input-element", "in modals only"),
    ("a decimal number, * (?)", f"{ELEMENTS}/number-input-element", "in modals only"),
    ("an e-mail address, * (?)", f"{ELEMENTS}/email-input-element", "in modals only"),
    ("an address of the web, * (?)", f"{ELEMENTS}/url-input-element", "in modals only"),
    ("files, * (?)", f"{ELEMENTS}/file-input-element", "in modals only"),
    ("a date and a time, * (H)", f"{ELEMENTS}/datetime-picker-element", "in modals and messages"),
    ("rich text typed among actions (M)", f"{ELEMENTS}/rich-text-input-element", "in modals and Home tabs"),
    ("a bare string where a text object is due", f"{OBJECTS}/text-object",
        "the package makes an object of it before it looks"),
    ("eleven fields", f"{BLOCKS}/section-block", "at most 10 fields"),
    ("no fields", f"{BLOCKS}/section-block", "the package leaves empty lists out before it looks"),
    ("a field of 2,001 characters", f"{BLOCKS}/section-block", "at most 2,000 characters in a field"),
    ("actions of nothing", f"{BLOCKS}/actions-block", "`elements` is required"),
    ("two buttons of one action", f"{ELEMENTS}/button-element",
        "`action_id` is unique among the elements of its block"),
    ("a context of nothing", f"{BLOCKS}/context-block", "`elements` is required"),
    ("an image at * address*", f"{BLOCKS}/image-block", "`image_url` is the URL of an image"),
    ("an image of a script", f"{BLOCKS}/image-block", "`image_url` is the URL of an image"),
    ("an image with the address of a file", f"{BLOCKS}/image-block", "`image_url` is the URL of an image"),
    ("files told at once", f"{BLOCKS}/input-block", "`dispatch_action` is incompatible with file_input"),
    ("a file", f"{BLOCKS}/file-block", "cannot be added to a surface; Slack shows it where a remote file is"),
    ("a table of 21 columns", f"{BLOCKS}/table-block", "at most 20 cells in a row"),
    ("a table of nothing", f"{BLOCKS}/table-block", "`rows` is required"),
    ("21 columns set", f"{BLOCKS}/table-block", "at most 20 items"),
    ("a cell of mrkdwn", f"{BLOCKS}/table-block", "cells are raw_text, raw_number or rich_text"),
    ("a video without a thumbnail", f"{BLOCKS}/video-block", "`thumbnail_url` is required"),
    ("a video over plain HTTP", f"{BLOCKS}/video-block", "`video_url` must be an HTTPS URL"),
    ("a video's title of 200 characters", f"{BLOCKS}/video-block", "must be less than 200 characters"),
    ("a video's author of 50 characters", f"{BLOCKS}/video-block", "must be less than 50 characters"),
    ("rich text without elements", f"{BLOCKS}/rich-text-block", "`elements` is required"),
    ("a link to nowhere", f"{BLOCKS}/rich-text-block", "`url` is the URL of the link"),
    ("a person named in code", f"{BLOCKS}/rich-text-block#rich_text_preformatted", "text and links only"),
    ("a button to no *", f"{ELEMENTS}/button-element", "`url` is loaded in the browser"),
    ("a question that has a type", f"{OBJECTS}/confirmation-dialog-object", "`type` is no field"),
    ("an option that has a type", f"{OBJECTS}/option-object", "`type` is no field"),
    ("two checkboxes of one value", f"{OBJECTS}/option-object", "`value` is a unique string"),
    ("checked at first what is not offered", f"{ELEMENTS}/checkboxes-element",
        "`initial_options` exactly match options"),
    ("an option of a select with a link", f"{OBJECTS}/option-object", "`url` in overflow menus only"),
    ("a text of at least more than at most", f"{ELEMENTS}/plain-text-input-element",
        "the shortest input cannot be longer than the longest"),
    ("a moment in milliseconds", f"{ELEMENTS}/datetime-picker-element", "a UNIX timestamp of 10 digits"),
    ("a placeholder for a moment", f"{ELEMENTS}/datetime-picker-element", "`placeholder` is no field"),
    ("one block id twice", f"{BLOCKS}", "`block_id` is unique in its view"),
    ("an input and no submit", "views/modal-views", "`submit` is required when there is an input block"),
    ("two inputs and no submit", "views/modal-views", "`submit` is required when there is an input block"),
    ("a modal of nothing", "views/modal-views", "`blocks` is required"),
    ("no blocks", "views/modal-views", "`blocks` is required"),
    ("more than 250 kB", "methods/views.open", "view_too_large"),
    ("bounds the wrong way round", f"{ELEMENTS}/number-input-element", "`min_value` cannot exceed `max_value`"),
    ("two elements that want the focus", f"{ELEMENTS}/plain-text-input-element",
        "one element only may be focused on load"),
    ("two menus that answer", f"{ELEMENTS}/select-menu-element#conversations_select",
        "one `response_url_enabled` in a view"),
    ("a *_select that answers (?)", f"{ELEMENTS}/select-menu-element#conversations_select",
        "`response_url_enabled` in modals only"),
    ("a menu beside a section that answers", f"{ELEMENTS}/select-menu-element#conversations_select",
        "`response_url_enabled` in input blocks only"),
]  # fmt: skip


def cases() -> Iterator[tuple[str, bool, Opinion]]:
    """Name, our verdict, theirs."""
    placed = [*surfaces(taken=True), *surfaces(taken=False)]
    blocks: list[tuple[str, str, Any]] = [(str(case.id), *case.values) for case in placed]
    blocks += [(what, surface, block) for what, surface, block, _, _ in BAD]
    for what, surface, block in blocks:
        if surface != "U":
            yield what, asked_of(surface, block).ok, opinion_on(surface, block)
    for what, view, _, _ in test_rules_payloads.VIEWS:
        if view.get("type") == "modal":
            yield what, check_view(view).ok, opinion_on_modal(view)


ASKED: Final = list(cases())
DIFFERING: Final = {
    what: ours
    for what, ours, theirs in ASKED
    if theirs is not Opinion.NONE and ours != (theirs is Opinion.TAKES)
}


def rows_for(what: str, rows: list[Row]) -> list[Row]:
    return [row for row in rows if fnmatchcase(what, row[0])]


@pytest.mark.parametrize("what", sorted(DIFFERING))
def test_where_we_differ_a_page_decides(what: str) -> None:
    assert rows_for(what, WE_TAKE if DIFFERING[what] else WE_REFUSE)


@pytest.mark.parametrize(
    ("pattern", "ours"),
    [(row[0], True) for row in WE_TAKE] + [(row[0], False) for row in WE_REFUSE],
)
def test_no_difference_is_written_down_that_is_none(pattern: str, ours: bool) -> None:
    assert any(fnmatchcase(what, pattern) for what, taken in DIFFERING.items() if taken == ours)


def test_most_cases_were_judged_by_both_and_alike() -> None:
    judged = Counter(theirs for _, _, theirs in ASKED)
    both = judged[Opinion.TAKES] + judged[Opinion.REFUSES]
    assert both > 0.8 * len(ASKED)
    assert len(DIFFERING) < 0.3 * both
