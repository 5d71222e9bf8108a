"""The block rules against the package blockkit: agreed, or a row below says who is right by which page of Slack's.

Pages are below ``docs.slack.dev/reference/``. What the package has no class for it has no opinion on.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from sandbox.rules import check_view
from sandbox.rules.table import TABLE
from tests.sandbox import test_rules_payloads
from tests.sandbox.rule_asking import BAD, asked_of, surfaces
from tests.sandbox.second_opinion import Opinion, opinion_on, opinion_on_modal


@dataclass(frozen=True, slots=True)
class Difference:
    """One case, or the same one in several places and on several surfaces, judged by us otherwise than by the package."""

    what: str
    page: str
    """The one that decides."""
    says: str
    on: str = ""
    """The surfaces on which we differ; without any, the case has but one."""
    placed: tuple[str, ...] = ("",)

    def cases(self) -> Iterator[str]:
        """The names of exactly those cases in which we differ."""
        for place in self.placed:
            name = f"{self.what}, {place}" if place else self.what
            yield from [f"{name} ({surface})" for surface in self.on] or [name]


ELEMENTS: Final = "block-kit/block-elements"
BLOCKS: Final = "block-kit/blocks"
OBJECTS: Final = "block-kit/composition-objects"

AMONG: Final = ("among actions",)
BESIDE: Final = ("beside a section",)
ASKED_FOR: Final = ("asked for", "told at once")

WE_TAKE: Final = [
    Difference("a header of the second level", f"{BLOCKS}/header-block", "`level` is a field since 2026", "MVH"),
    Difference("an image without a text to read", f"{BLOCKS}/image-block",
        "`alt_text` is required and at most 2,000 characters; nothing asks for a first one", "MVH"),
    Difference("a table", f"{BLOCKS}/table-block", "tables stand in Home tabs, too", "H"),
    Difference("a table of 100 rows", f"{BLOCKS}/table-block", "tables stand in Home tabs, too", "H"),
    Difference("a table of 20 columns", f"{BLOCKS}/table-block", "tables stand in Home tabs, too", "H"),
    Difference("a table with rich text", f"{BLOCKS}/table-block", "tables stand in Home tabs, too", "H"),
    Difference("a table with rows of unlike width", f"{BLOCKS}/table-block", "tables stand in Home tabs, too", "H"),
    Difference("a table with columns set", f"{BLOCKS}/table-block", "a column of the defaults is left out as null", "MH"),
    Difference("every inline element", f"{BLOCKS}/rich-text-block", "`underline` is a style", "MVH"),
    Difference("checkboxes in mrkdwn, described", f"{OBJECTS}/option-object",
        "checkboxes and radio buttons may use mrkdwn for text and description", "MVH", AMONG + BESIDE + ASKED_FOR),
    Difference("a select chosen from a group", f"{ELEMENTS}/select-menu-element#static_select",
        "`initial_option` matches an option within the groups, not a group", "MVH", AMONG + BESIDE + ASKED_FOR),
    Difference("an external select", f"{ELEMENTS}/select-menu-element#external_select",
        "`min_query_length` 0 asks before a letter is typed", "MVH", AMONG + BESIDE + ASKED_FOR),
    Difference("a button that prompts an agent", f"{ELEMENTS}/button-element", "`agent_prompt` is a field since 2026",
        "MVH", AMONG + BESIDE),
    Difference("rich text", f"{ELEMENTS}/rich-text-input-element", "`min_lines` and `max_lines` are fields", "VH", ASKED_FOR),
    Difference("a moment picked among actions", f"{BLOCKS}/actions-block", "a datetime picker stands among actions", "MV"),
]  # fmt: skip

WE_REFUSE: Final = [
    Difference("a whole number", f"{ELEMENTS}/number-input-element", "in modals only", "MH", ASKED_FOR),
    Difference("a decimal number", f"{ELEMENTS}/number-input-element", "in modals only", "MH", ASKED_FOR),
    Difference("an e-mail address", f"{ELEMENTS}/email-input-element", "in modals only", "MH", ASKED_FOR),
    Difference("an address of the web", f"{ELEMENTS}/url-input-element", "in modals only", "MH", ASKED_FOR),
    Difference("files", f"{ELEMENTS}/file-input-element", "in modals only", "MH", ASKED_FOR),
    Difference("a date and a time", f"{ELEMENTS}/datetime-picker-element", "in modals and messages", "H", ASKED_FOR),
    Difference("rich text typed among actions", f"{ELEMENTS}/rich-text-input-element",
        "in modals and Home tabs", "M"),
    Difference("a bare string where a text object is due", f"{OBJECTS}/text-object",
        "the package makes an object of it before it looks"),
    Difference("eleven fields", f"{BLOCKS}/section-block", "at most 10 fields"),
    Difference("no fields", f"{BLOCKS}/section-block", "the package leaves empty lists out before it looks"),
    Difference("a field of 2,001 characters", f"{BLOCKS}/section-block", "at most 2,000 characters in a field"),
    Difference("actions of nothing", f"{BLOCKS}/actions-block", "`elements` is required"),
    Difference("two buttons of one action", f"{ELEMENTS}/button-element",
        "`action_id` is unique among the elements of its block"),
    Difference("a context of nothing", f"{BLOCKS}/context-block", "`elements` is required"),
    Difference("an image at no address", f"{BLOCKS}/image-block", "`image_url` is the URL of an image"),
    Difference("an image at an address with a space", f"{BLOCKS}/image-block", "`image_url` is the URL of an image"),
    Difference("an image at an address without a host", f"{BLOCKS}/image-block",
        "`image_url` is the URL of an image"),
    Difference("an image of a script", f"{BLOCKS}/image-block", "`image_url` is the URL of an image"),
    Difference("an image with the address of a file", f"{BLOCKS}/image-block", "`image_url` is the URL of an image"),
    Difference("files told at once", f"{BLOCKS}/input-block", "`dispatch_action` is incompatible with file_input"),
    Difference("a file", f"{BLOCKS}/file-block",
        "cannot be added to a surface; Slack shows it where a remote file is"),
    Difference("a table of 21 columns", f"{BLOCKS}/table-block", "at most 20 cells in a row"),
    Difference("a table of nothing", f"{BLOCKS}/table-block", "`rows` is required"),
    Difference("21 columns set", f"{BLOCKS}/table-block", "at most 20 items"),
    Difference("a cell of mrkdwn", f"{BLOCKS}/table-block", "cells are raw_text, raw_number or rich_text"),
    Difference("a video without a thumbnail", f"{BLOCKS}/video-block", "`thumbnail_url` is required"),
    Difference("a video over plain HTTP", f"{BLOCKS}/video-block", "`video_url` must be an HTTPS URL"),
    Difference("a video's title of 200 characters", f"{BLOCKS}/video-block", "must be less than 200 characters"),
    Difference("a video's author of 50 characters", f"{BLOCKS}/video-block", "must be less than 50 characters"),
    Difference("rich text without elements", f"{BLOCKS}/rich-text-block", "`elements` is required"),
    Difference("a link to nowhere", f"{BLOCKS}/rich-text-block", "`url` is the URL of the link"),
    Difference("a person named in code", f"{BLOCKS}/rich-text-block#rich_text_preformatted", "text and links only"),
    Difference("a button to no address", f"{ELEMENTS}/button-element", "`url` is loaded in the browser"),
    Difference("a button to no port", f"{ELEMENTS}/button-element", "`url` is loaded in the browser"),
    Difference("a question that has a type", f"{OBJECTS}/confirmation-dialog-object", "`type` is no field"),
    Difference("an option that has a type", f"{OBJECTS}/option-object", "`type` is no field"),
    Difference("two checkboxes of one value", f"{OBJECTS}/option-object", "`value` is a unique string"),
    Difference("checked at first what is not offered", f"{ELEMENTS}/checkboxes-element",
        "`initial_options` exactly match options"),
    Difference("an option of a select with a link", f"{OBJECTS}/option-object", "`url` in overflow menus only"),
    Difference("a text of at least more than at most", f"{ELEMENTS}/plain-text-input-element",
        "the shortest input cannot be longer than the longest"),
    Difference("a moment in milliseconds", f"{ELEMENTS}/datetime-picker-element", "a UNIX timestamp of 10 digits"),
    Difference("a placeholder for a moment", f"{ELEMENTS}/datetime-picker-element", "`placeholder` is no field"),
    Difference("one block id twice", f"{BLOCKS}", "`block_id` is unique in its view"),
    Difference("an input and no submit", "views/modal-views", "`submit` is required when there is an input block"),
    Difference("two inputs and no submit", "views/modal-views", "`submit` is required when there is an input block"),
    Difference("a modal of nothing", "views/modal-views", "`blocks` is required"),
    Difference("no blocks", "views/modal-views", "`blocks` is required"),
    Difference("more than 250 kB", "methods/views.open", "view_too_large"),
    Difference("bounds the wrong way round", f"{ELEMENTS}/number-input-element",
        "`min_value` cannot exceed `max_value`"),
    Difference("two elements that want the focus", f"{ELEMENTS}/plain-text-input-element",
        "one element only may be focused on load"),
    Difference("two menus that answer", f"{ELEMENTS}/select-menu-element#conversations_select",
        "one `response_url_enabled` in a view"),
    Difference("a channels_select that answers", f"{ELEMENTS}/select-menu-element#conversations_select",
        "`response_url_enabled` in modals only", "MH"),
    Difference("a conversations_select that answers", f"{ELEMENTS}/select-menu-element#conversations_select",
        "`response_url_enabled` in modals only", "MH"),
    Difference("a menu beside a section that answers", f"{ELEMENTS}/select-menu-element#conversations_select",
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


WRITTEN: Final = [
    (case, row, ours) for rows, ours in ((WE_TAKE, True), (WE_REFUSE, False)) for row in rows for case in row.cases()
]  # fmt: skip


@pytest.mark.parametrize("what", sorted(DIFFERING))
def test_where_we_differ_a_page_decides(what: str) -> None:
    assert [ours for case, _, ours in WRITTEN if case == what] == [DIFFERING[what]]


@pytest.mark.parametrize(("what", "ours"), [(case, ours) for case, _, ours in WRITTEN])
def test_no_difference_is_written_down_that_is_none(what: str, ours: bool) -> None:
    assert DIFFERING.get(what) == ours


def test_what_decides_is_a_page_that_our_own_rules_go_by() -> None:
    ours = {_page(shape.page) for group in TABLE.values() for shape in group.values()}
    assert {_page(row.page) for _, row, _ in WRITTEN} - ours == {BLOCKS, "methods/views.open"}


def _page(address: str) -> str:
    return address.partition("#")[0]


def test_most_cases_were_judged_by_both_and_alike() -> None:
    judged = Counter(theirs for _, _, theirs in ASKED)
    both = judged[Opinion.TAKES] + judged[Opinion.REFUSES]
    assert both > 0.8 * len(ASKED)
    assert len(DIFFERING) < 0.3 * both
