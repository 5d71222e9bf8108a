"""Blocks that Slack takes, each with the surfaces that take it: M message, V modal, H Home tab, U unfurl.

On every other surface the same block is refused, which the tests hold, too.
"""

from collections.abc import Iterator
from typing import Final

from tests.sandbox.rule_parts import (
    Json,
    actions,
    asked,
    bars,
    button,
    card,
    confirm,
    container,
    context,
    data_table,
    element,
    group,
    image,
    mrkdwn,
    option,
    options,
    pie,
    plain,
    raw,
    rich,
    said,
    section,
    sentence,
    table,
    task,
    video,
)

Good = tuple[str, str, Json]
"""What it is, where it may stand, the block."""

WEEK: Final = ["Mon", "Tue", "Wed"]
STYLES: Final = {"bold": True, "italic": True, "strike": False, "code": True, "underline": True}


def named_axes(chart: Json) -> Json:
    axes = {**chart["chart"]["axis_config"], "x_label": "x" * 50, "y_label": "y" * 50}
    return {**chart, "chart": {**chart["chart"], "axis_config": axes}}


BLOCKS: Final[list[Good]] = [
    ("actions with one button", "MVHU", actions(button())),
    (
        "actions with 25 buttons",
        "MVHU",
        actions(*(button(action_id=f"b{index}") for index in range(25))),
    ),
    ("buttons without ids of their own", "MVHU", actions(button(), button())),
    ("an alert", "V", {"type": "alert", "text": plain("Check the number"), "level": "warning"}),
    ("an alert of 200 characters", "V", {"type": "alert", "text": mrkdwn("x" * 200)}),
    ("a card of a title", "MVH", card()),
    (
        "a card with everything",
        "MVH",
        card(
            hero_image=image(),
            icon=image(),
            subtitle=mrkdwn("x" * 150),
            body=mrkdwn("x" * 200),
            subtext=plain("x" * 200),
            actions=[button(action_id="a"), button(action_id="b"), button(action_id="c")],
        ),
    ),
    ("a card of a body alone", "MVH", {"type": "card", "body": plain("Body")}),
    ("a card with one of Slack's icons", "MVH", card(slack_icon={"type": "icon", "name": "flag"})),
    ("a carousel of ten cards", "MVH", {"type": "carousel", "elements": [card()] * 10}),
    ("a container of two sections", "MH", container(section(), section())),
    ("a container of ten blocks", "MH", container(*[section()] * 10, width="wide")),
    ("a container that folds", "MH", container(section(), is_collapsible=True, default_collapsed=True)),
    ("a container with a line below its head", "MH", container(section(), has_header_divider=True)),
    (
        "a container with a rich title",
        "MH",
        {
            "type": "container",
            "rich_text_title": rich(sentence(said())),
            "child_blocks": [table(), {"type": "divider"}],
        },
    ),
    ("a context of text", "MVHU", context(mrkdwn(), plain())),
    ("a context of ten", "MVHU", context(*[image()] * 10)),
    (
        "feedback buttons",
        "M",
        {
            "type": "context_actions",
            "elements": [
                element(
                    "feedback_buttons",
                    positive_button={"text": plain("Yes"), "value": "up"},
                    negative_button={"text": plain("No"), "value": "d" * 2000, "accessibility_label": "No"},
                )
            ],
        },
    ),
    (
        "an icon button for ten people",
        "M",
        {
            "type": "context_actions",
            "elements": [
                element("icon_button", icon="trash", text=plain("Delete"), visible_to_user_ids=["U1"] * 10)
            ],
        },
    ),
    ("a data table of a head and a row", "MH", data_table()),
    ("a data table of 100 rows", "MH", data_table(101, 1, page_size=100)),
    ("a data table of 20 columns", "MH", data_table(2, 20, row_header_column_index=19)),
    (
        "a data table with numbers and rich text",
        "MH",
        {
            "type": "data_table",
            "caption": "Seized",
            "rows": [
                [raw("Port"), raw("Pieces")],
                [rich(sentence(said("Newark"))), {"type": "raw_number", "value": 12.5, "text": "12.5"}],
            ],
        },
    ),
    ("a pie", "M", pie()),
    ("a pie of twelve", "M", pie(12)),
    ("bars of two series", "M", bars(WEEK, ("Held", WEEK), ("Released", WEEK))),
    ("a line whose points are in another order", "M", bars(WEEK, ("Held", WEEK[::-1]), kind="line")),
    ("bars with names to their axes", "M", named_axes(bars(WEEK, ("Held", WEEK)))),
    ("an area", "M", bars(WEEK, ("Held", WEEK), kind="area")),
    ("a divider", "MVHU", {"type": "divider"}),
    ("a divider with an id of 255 characters", "MVHU", {"type": "divider", "block_id": "x" * 255}),
    ("a header", "MVHU", {"type": "header", "text": plain("x" * 150)}),
    ("a header of the second level", "MVHU", {"type": "header", "text": plain(), "level": 2}),
    ("an image by its address", "MVHU", image()),
    ("an image with a title", "MVHU", image(title=plain("x" * 2000))),
    ("an image without a text to read", "MVHU", image(alt_text="")),
    (
        "an image of Slack's by its id",
        "MVHU",
        {"type": "image", "alt_text": "A parcel", "slack_file": {"id": "F0123"}},
    ),
    (
        "an image of Slack's by its address",
        "MVHU",
        {"type": "image", "alt_text": "A", "slack_file": {"url": "https://files.slack.com/a.png"}},
    ),
    ("markdown", "M", {"type": "markdown", "text": "**bold**"}),
    ("markdown of 12,000 characters", "M", {"type": "markdown", "text": "x" * 12_000}),
    ("a plan without tasks", "M", {"type": "plan", "title": "Checks"}),
    (
        "a plan with a task that waits",
        "M",
        {"type": "plan", "title": "Checks", "tasks": [task(status="pending"), task()]},
    ),
    ("a task", "M", task()),
    (
        "a task with what it found",
        "M",
        task(
            details=rich(sentence(said())),
            icon={"type": "icon", "name": "globe"},
            output=rich(sentence(said())),
            sources=[{"type": "url", "url": "https://example.com", "text": "Source"}],
        ),
    ),
    ("a section of mrkdwn", "MVHU", section()),
    ("a section of 3,000 characters", "MVHU", section(text=plain("x" * 3000))),
    ("a section of fields", "MVHU", {"type": "section", "fields": [mrkdwn("x" * 2000)] * 6}),
    ("a section of ten fields", "MVHU", {"type": "section", "fields": [mrkdwn()] * 10}),
    ("a section that is not folded", "MVHU", section(expand=True)),
    ("plain text with emoji", "MVHU", section(text={**plain(":tada:"), "emoji": True})),
    ("mrkdwn taken verbatim", "MVHU", section(text={**mrkdwn(), "verbatim": True})),
    ("a table", "MH", table()),
    ("a table of 100 rows", "MH", table(100, 1)),
    ("a table of 20 columns", "MH", table(1, 20)),
    (
        "a table with columns set",
        "MH",
        table(column_settings=[{"align": "right", "is_wrapped": True}, None]),
    ),
    ("a table with rows of unlike width", "MH", {"type": "table", "rows": [[raw()], [raw(), raw()]]}),
    ("a table with rich text", "MH", {"type": "table", "rows": [[rich(sentence(said()))]]}),
    ("a video", "MVHU", video()),
    (
        "a video with everything",
        "MVHU",
        video(
            title_url="https://example.com/w",
            author_name="Training",
            provider_name="Videos",
            provider_icon_url="https://example.com/i.png",
            description=plain("How it is done"),
        ),
    ),
]

RICH: Final[list[Good]] = [
    ("rich text without a word", "MVH", rich()),
    ("every inline element", "MVH", rich(sentence(*(
        said("x", style=STYLES),
        {"type": "link", "url": "https://example.com", "text": "here", "unsafe": True, "style": {"bold": True}},
        {"type": "user", "user_id": "U1", "style": {"highlight": True, "client_highlight": False, "unlink": True}},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "broadcast", "range": "here"},
        {"type": "emoji", "name": "package", "unicode": "1f4e6"},
        {"type": "date", "timestamp": 1_767_225_600, "format": "{date_long}", "fallback": "1 January"},
        {"type": "color", "value": "#FF0000"},
        {"type": "team", "team_id": "T1"},
    )))),
    ("a nested list", "MVH", rich(
        {"type": "rich_text_list", "style": "ordered", "elements": [sentence(said())], "indent": 8, "offset": 3},
        {"type": "rich_text_list", "style": "bullet", "elements": [sentence(said())], "border": 1},
    )),
    ("code and a quote", "MVH", rich(
        {"type": "rich_text_preformatted", "elements": [said("code")], "border": 0},
        {"type": "rich_text_quote", "elements": [said("quoted")]},
    )),
]  # fmt: skip

PICKED: Final[list[tuple[str, str, Json]]] = [
    ("checkboxes of ten", "MVH", element("checkboxes", options=options(10))),
    ("checkboxes in mrkdwn, described", "MVH", element("checkboxes", options=[
        {"text": mrkdwn(), "value": "a", "description": mrkdwn("x" * 75)}
    ])),
    ("checkboxes chosen at first", "MVH", element(
        "checkboxes", options=options(3), initial_options=options(2))),
    ("radio buttons", "MVH", element("radio_buttons", options=options(2), initial_option=options(1)[0])),
    ("a date", "MVH", element("datepicker", initial_date="2026-02-28", placeholder=plain())),
    ("a time in a zone", "MVH", element("timepicker", initial_time="23:59", timezone="America/New_York")),
    ("a select of 100", "MVH", element("static_select", options=options(100), placeholder=plain("x" * 150))),
    ("a select of 100 groups", "MVH", element("static_select", option_groups=[group()] * 100)),
    ("a select chosen from a group", "MVH", element(
        "static_select", option_groups=[group(2)], initial_option=options(2)[1])),
    ("a select that asks first", "MVH", element("static_select", options=options(1), confirm=confirm())),
    ("an external select", "MVH", element("external_select", min_query_length=0)),
    ("a users select", "MVH", element("users_select", initial_user="U1")),
    ("a conversations select", "MVH", element("conversations_select", filter={
        "include": ["public", "private"], "exclude_bot_users": True})),
    ("a conversations select that stands where it is", "MVH", element(
        "conversations_select", default_to_current_conversation=True, initial_conversation="C1", filter={
            "exclude_external_shared_channels": True})),
    ("a channels select", "MVH", element("channels_select", initial_channel="C1")),
    ("several of a list", "MVH", element("multi_static_select", options=options(5), max_selected_items=2)),
    ("several from outside", "MVH", element("multi_external_select", initial_options=options(2))),
    ("several people", "MVH", element("multi_users_select", initial_users=["U1", "U2"])),
    ("several conversations", "MVH", element("multi_conversations_select", initial_conversations=["C1"])),
    ("several channels", "MVH", element("multi_channels_select", initial_channels=["C1"])),
]  # fmt: skip
"""Elements that stand in sections, actions and inputs alike."""

PRESSED: Final[list[tuple[str, str, Json]]] = [
    ("a button with everything", "MVHU", button(
        action_id="a" * 255, value="v" * 2000, url="https://example.com/?a=b", style="danger", confirm=confirm(
            style="danger"), accessibility_label="l" * 75)),
    ("a button that prompts an agent", "MVHU", button(agent_prompt="p" * 4000)),
    ("a button of 75 characters", "MVHU", button(text=plain("x" * 75))),
    ("an overflow menu of five", "MVHU", element("overflow", options=options(5))),
    ("an overflow menu with a link", "MVHU", element(
        "overflow", options=[option(url="https://example.com")], confirm=confirm())),
    ("a workflow button", "MVHU", element("workflow_button", text=plain(), workflow={"trigger": {
        "url": "https://slack.com/shortcuts/Ft0123", "customizable_input_parameters": [
            {"name": "case", "value": "OFA"}]}})),
]  # fmt: skip
"""Elements that stand in sections and actions."""

TYPED: Final[list[tuple[str, str, Json]]] = [
    ("a line of text", "MVH", element("plain_text_input")),
    ("a text with bounds", "MVH", element("plain_text_input", multiline=True, min_length=0, max_length=3000,
        initial_value="x" * 3000, placeholder=plain(), focus_on_load=True, dispatch_action_config={
            "trigger_actions_on": ["on_enter_pressed", "on_character_entered"]})),
    ("a whole number", "V", element("number_input", is_decimal_allowed=False, min_value="-5", max_value="5",
        initial_value="0")),
    ("a decimal number", "V", element("number_input", is_decimal_allowed=True, initial_value="1.5")),
    ("an e-mail address", "V", element("email_text_input", initial_value="person@example.com")),
    ("an address of the web", "V", element("url_text_input", initial_value="https://example.com")),
    ("files", "V", element("file_input", filetypes=["pdf", "jpg"], max_files=10)),
    ("rich text", "VH", element("rich_text_input", initial_value=rich(sentence(said())), min_lines=1)),
    ("a date and a time", "MV", element("datetimepicker", initial_date_time=1_767_225_600)),
]  # fmt: skip
"""Elements that stand in inputs."""


def good_blocks() -> Iterator[Good]:
    """Every case, the elements each in every block that takes them."""
    yield from BLOCKS
    yield from RICH
    for what, where, inside in (*PICKED, *PRESSED):
        yield f"{what}, beside a section", where + "U" * ("U" not in where), section(accessory=inside)
        yield f"{what}, among actions", where + "U" * ("U" not in where), actions(inside)
    yield "an image beside a section", "MVHU", section(accessory=image())
    for what, where, inside in (*PICKED, *TYPED):
        yield f"{what}, asked for", where, asked(inside, hint=plain("x" * 2000), optional=True)
        yield f"{what}, told at once", where, asked(inside, dispatch_action=inside["type"] != "file_input")
    for kind in ("channels_select", "conversations_select"):
        yield f"a {kind} that answers", "V", asked(element(kind, response_url_enabled=True))
    yield "rich text typed among actions", "VH", actions(element("rich_text_input"))
    yield "a moment picked among actions", "MV", actions(element("datetimepicker"))
