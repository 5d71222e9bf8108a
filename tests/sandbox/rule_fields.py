"""Which element has which of the fields that many share, which text may be mrkdwn, and what a container holds."""

from typing import Any, Final

from tests.sandbox.rule_limits import (
    AXES,
    FEEDBACKS,
    GROUPS,
    ICON,
    MENU,
    ROUND,
    SELECT,
    SURE,
    TICKS,
    WORKFLOW,
)
from tests.sandbox.rule_parts import (
    Json,
    actions,
    asked,
    button,
    card,
    confirm,
    container,
    context,
    data_table,
    element,
    image,
    options,
    pie,
    plain,
    raw,
    rich,
    section,
    table,
    task,
    video,
)

IN_ACTIONS: Final[dict[str, Json]] = {
    "button": button(),
    "overflow": element("overflow", options=options(1)),
    "workflow_button": WORKFLOW["elements"][0],
    "checkboxes": element("checkboxes", options=options(1)),
    "radio_buttons": element("radio_buttons", options=options(1)),
    "static_select": element("static_select", options=options(1)),
    "multi_static_select": element("multi_static_select", options=options(1)),
    **{
        kind: element(kind)
        for many in ("", "multi_")
        for what in ("external", "users", "conversations", "channels")
        for kind in [f"{many}{what}_select"]
    },
    **{kind: element(kind) for kind in ("datepicker", "timepicker", "datetimepicker")},
}
IN_INPUT: Final[dict[str, Json]] = {
    **{kind: element(kind) for kind in ("plain_text_input", "email_text_input", "url_text_input")},
    "number_input": element("number_input", is_decimal_allowed=True),
    "rich_text_input": element("rich_text_input"),
    "file_input": element("file_input"),
}

MENUS: Final = {kind for kind in IN_ACTIONS if kind.endswith("_select")}
PICKERS: Final = {"datepicker", "timepicker"}
TICKED: Final = {"checkboxes", "radio_buttons"}
TYPED: Final = IN_INPUT.keys() - {"file_input"}

SHARED: Final[list[tuple[str, Any, Any, set[str]]]] = [
    ("action_id", "x" * 255, "x" * 256, {*IN_ACTIONS, *IN_INPUT}),
    ("action_id", "x", "", {*IN_ACTIONS, *IN_INPUT}),
    ("placeholder", plain("x" * 150), plain("x" * 151), MENUS | PICKERS | TYPED),
    ("focus_on_load", True, "yes", MENUS | PICKERS | TICKED | TYPED | {"datetimepicker"}),
    ("confirm", confirm(), {}, MENUS | PICKERS | TICKED | {"datetimepicker", "button", "overflow"}),
    (
        "dispatch_action_config",
        {"trigger_actions_on": ["on_enter_pressed"]},
        {"trigger_actions_on": []},
        TYPED,
    ),
    ("accessibility_label", "x" * 75, "x" * 76, {"button", "workflow_button"}),
    ("style", "primary", "green", {"button", "workflow_button"}),
    ("value", "x" * 2000, "x" * 2001, {"button"}),
    ("url", "https://example.com", "example.com", {"button"}),
    ("max_selected_items", 1, 0, {kind for kind in MENUS if kind.startswith("multi_")}),
    ("min_query_length", 0, -1, {"external_select", "multi_external_select"}),
    ("initial_option", options(1)[0], {}, {"static_select", "external_select", "radio_buttons"}),
    ("initial_options", options(1), [], {"multi_static_select", "multi_external_select", "checkboxes"}),
    ("initial_user", "U1", "", {"users_select"}),
    ("initial_users", ["U1"], [""], {"multi_users_select"}),
    ("initial_channel", "C1", "", {"channels_select"}),
    ("initial_channels", ["C1"], [""], {"multi_channels_select"}),
    ("initial_conversation", "C1", "", {"conversations_select"}),
    ("initial_conversations", ["C1"], [""], {"multi_conversations_select"}),
    ("default_to_current_conversation", True, 1, {"conversations_select", "multi_conversations_select"}),
    (
        "filter",
        {"exclude_bot_users": True},
        {"include": []},
        {"conversations_select", "multi_conversations_select"},
    ),
]
"""A field, a value that is right, one that is wrong, and the elements that have it; no other has."""

BOTH: Final[list[tuple[str, Json, str]]] = [
    ("M", section(), "/text"),
    ("M", section(fields=[plain()]), "/fields/0"),
    ("M", context(plain()), "/elements/0"),
    ("V", {"type": "alert", "text": plain()}, "/text"),
    *(("M", card(), f"/{part}") for part in ("title", "subtitle", "body", "subtext")),
    ("M", container(section()), "/subtitle"),
    ("M", TICKS, "/elements/0/options/0/text"),
    ("M", TICKS, "/elements/0/options/0/description"),
    ("M", ROUND, "/elements/0/options/0/text"),
    ("M", ROUND, "/elements/0/options/0/description"),
]
"""Texts that are plain or mrkdwn."""

PLAIN: Final[list[tuple[str, Json, str]]] = [
    ("M", {"type": "header", "text": plain()}, "/text"),
    ("M", image(), "/title"),
    ("V", asked(element("plain_text_input")), "/label"),
    ("V", asked(element("plain_text_input")), "/hint"),
    ("M", container(section()), "/title"),
    ("M", video(), "/title"),
    ("M", video(), "/description"),
    ("M", actions(button()), "/elements/0/text"),
    ("M", WORKFLOW, "/elements/0/text"),
    ("M", ICON, "/elements/0/text"),
    ("M", FEEDBACKS, "/elements/0/positive_button/text"),
    ("M", SELECT, "/elements/0/options/0/text"),
    ("M", SELECT, "/elements/0/options/0/description"),
    ("M", MENU, "/elements/0/options/0/text"),
    ("M", MENU, "/elements/0/options/0/description"),
    ("M", GROUPS, "/elements/0/option_groups/0/label"),
    *(("M", SURE, f"/elements/0/confirm/{part}") for part in ("title", "text", "confirm", "deny")),
    ("M", actions(element("datepicker")), "/elements/0/placeholder"),
]
"""Texts that are plain only."""

NEVER_EMPTY: Final[list[tuple[str, Json, str]]] = [
    ("M", data_table(), "/caption"),
    ("M", pie(), "/title"),
    ("M", pie(), "/chart/segments/0/label"),
    ("M", AXES, "/chart/series/0/name"),
    ("M", AXES, "/chart/series/0/data/0/label"),
    ("M", AXES, "/chart/axis_config/categories/0"),
    ("M", AXES, "/chart/axis_config/x_label"),
    ("M", {"type": "plan", "title": "Plan"}, "/title"),
    ("M", task(), "/task_id"),
    ("M", task(), "/title"),
    ("M", video(), "/alt_text"),
    ("M", ICON, "/elements/0/icon"),
    ("M", SELECT, "/elements/0/options/0/value"),
    ("M", TICKS, "/elements/0/options/0/value"),
    ("M", MENU, "/elements/0/options/0/value"),
    ("M", FEEDBACKS, "/elements/0/positive_button/value"),
    ("M", actions(button()), "/elements/0/agent_prompt"),
    ("M", actions(button()), "/elements/0/accessibility_label"),
    ("M", table(), "/rows/0/0/text"),
    ("M", section(text=plain()), "/text/text"),
    ("M", section(), "/text/text"),
]

HELD: Final[list[Json]] = [
    actions(button()),
    context(plain()),
    {"type": "divider"},
    {"type": "header", "text": plain()},
    image(),
    asked(element("plain_text_input")),
    rich(),
    section(),
    table(),
    video(),
]
NOT_HELD: Final[list[Json]] = [
    card(),
    {"type": "carousel", "elements": [card()]},
    container(section()),
    data_table(),
    pie(),
    {"type": "markdown", "text": "x"},
    {"type": "plan", "title": "Plan"},
    task(),
    ICON,
]
"""What a container holds, and what it does not."""

CELLS: Final[list[Json]] = [raw(), rich(), {"type": "raw_number", "value": 1, "text": "1"}]
