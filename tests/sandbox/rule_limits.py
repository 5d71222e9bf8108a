"""Slack's limits as its documentation lists them: for each a place in a payload that would otherwise be right.

The tests go to the limit, which is taken, and one beyond it, which is refused.
"""

from typing import Any, Final

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

Limit = tuple[str, Json, str, int]
"""A surface that takes the block, the block, the place below it, at most how many."""

AXES: Final = bars(["Mon"], ("Held", ["Mon"]))
FEEDBACK: Final = {"text": plain(), "value": "up"}
FEEDBACKS: Final = {"type": "context_actions", "elements": [
    element("feedback_buttons", positive_button=FEEDBACK, negative_button=FEEDBACK)]}  # fmt: skip
ICON: Final = {"type": "context_actions", "elements": [element("icon_button", icon="trash", text=plain())]}
WORKFLOW: Final = actions(
    element("workflow_button", text=plain(), workflow={"trigger": {"url": "https://a.b"}})
)
SELECT: Final = actions(element("static_select", options=options(1)))
GROUPS: Final = actions(element("static_select", option_groups=[group()]))
TICKS: Final = actions(element("checkboxes", options=options(1)))
ROUND: Final = actions(element("radio_buttons", options=options(1)))
MENU: Final = actions(element("overflow", options=options(1)))
SURE: Final = actions(button(confirm=confirm()))
LIST: Final = {"type": "rich_text_list", "style": "bullet", "elements": []}

CHARACTERS: Final[list[Limit]] = [
    ("M", {"type": "divider"}, "/block_id", 255),
    ("V", {"type": "alert", "text": plain()}, "/text/text", 200),
    ("M", card(), "/title/text", 150),
    ("M", card(subtitle=plain()), "/subtitle/text", 150),
    ("M", card(body=plain()), "/body/text", 200),
    ("M", card(subtext=plain()), "/subtext/text", 200),
    ("M", container(section()), "/title/text", 150),
    ("M", container(section(), subtitle=plain()), "/subtitle/text", 150),
    ("M", context(mrkdwn()), "/elements/0/text", 3000),
    ("M", pie(), "/title", 50),
    ("M", pie(), "/chart/segments/0/label", 20),
    ("M", AXES, "/chart/series/0/name", 20),
    ("M", AXES, "/chart/axis_config/x_label", 50),
    ("M", AXES, "/chart/axis_config/y_label", 50),
    ("M", {"type": "header", "text": plain()}, "/text/text", 150),
    ("M", image(), "/alt_text", 2000),
    ("M", image(title=plain()), "/title/text", 2000),
    ("V", asked(element("plain_text_input")), "/label/text", 2000),
    ("V", asked(element("plain_text_input"), hint=plain()), "/hint/text", 2000),
    ("M", {"type": "markdown", "text": "x"}, "/text", 12_000),
    ("M", section(), "/text/text", 3000),
    ("M", section(fields=[mrkdwn()]), "/fields/0/text", 2000),
    ("M", video(), "/title/text", 199),
    ("M", video(description=plain()), "/description/text", 199),
    ("M", video(), "/author_name", 49),
    ("M", video(), "/provider_name", 49),
    ("M", video(), "/alt_text", 200),
    ("M", actions(button()), "/elements/0/text/text", 75),
    ("M", actions(button()), "/elements/0/action_id", 255),
    ("M", actions(button()), "/elements/0/value", 2000),
    ("M", actions(button()), "/elements/0/accessibility_label", 75),
    ("M", actions(button()), "/elements/0/agent_prompt", 4000),
    ("M", SURE, "/elements/0/confirm/title/text", 100),
    ("M", SURE, "/elements/0/confirm/text/text", 300),
    ("M", SURE, "/elements/0/confirm/confirm/text", 30),
    ("M", SURE, "/elements/0/confirm/deny/text", 30),
    ("M", SELECT, "/elements/0/options/0/text/text", 75),
    ("M", SELECT, "/elements/0/options/0/value", 150),
    ("M", TICKS, "/elements/0/options/0/text/text", 75),
    ("M", TICKS, "/elements/0/options/0/value", 150),
    ("M", MENU, "/elements/0/options/0/text/text", 75),
    ("M", MENU, "/elements/0/options/0/value", 150),
    ("M", GROUPS, "/elements/0/option_groups/0/label/text", 75),
    ("M", actions(element("static_select", options=[option(description=plain())])),
        "/elements/0/options/0/description/text", 75),
    ("M", actions(element("users_select", placeholder=plain())), "/elements/0/placeholder/text", 150),
    ("M", actions(element("datepicker", placeholder=plain())), "/elements/0/placeholder/text", 150),
    ("V", asked(element("plain_text_input", placeholder=plain())), "/element/placeholder/text", 150),
    ("V", asked(element("plain_text_input")), "/element/initial_value", 3000),
    ("M", FEEDBACKS, "/elements/0/positive_button/text/text", 75),
    ("M", FEEDBACKS, "/elements/0/negative_button/value", 2000),
    ("M", FEEDBACKS, "/elements/0/positive_button/accessibility_label", 75),
    ("M", ICON, "/elements/0/text/text", 75),
    ("M", ICON, "/elements/0/value", 2000),
    ("M", ICON, "/elements/0/accessibility_label", 75),
    ("M", WORKFLOW, "/elements/0/text/text", 75),
    ("M", WORKFLOW, "/elements/0/accessibility_label", 75),
]  # fmt: skip

ADDRESSES: Final[list[Limit]] = [
    ("M", image(), "/image_url", 3000),
    ("M", {"type": "image", "alt_text": "A", "slack_file": {"url": "x"}}, "/slack_file/url", 3000),
    ("M", context(image()), "/elements/0/image_url", 3000),
    ("M", video(), "/video_url", 3000),
    ("M", video(), "/title_url", 3000),
    ("M", video(), "/thumbnail_url", 3000),
    ("M", video(), "/provider_icon_url", 3000),
    ("M", actions(button()), "/elements/0/url", 3000),
    ("M", MENU, "/elements/0/options/0/url", 3000),
    ("M", WORKFLOW, "/elements/0/workflow/trigger/url", 3000),
    ("M", task(sources=[{"type": "url", "url": "x", "text": "Source"}]), "/sources/0/url", 3000),
    ("M", rich(sentence({"type": "link", "url": "x"})), "/elements/0/elements/0/url", 3000),
]

ITEMS: Final[list[tuple[str, Json, str, int, Any]]] = [
    ("M", actions(), "/elements", 25, button()),
    ("M", card(), "/actions", 3, button()),
    ("M", {"type": "carousel"}, "/elements", 10, card()),
    ("M", container(), "/child_blocks", 10, section()),
    ("M", context(), "/elements", 10, plain()),
    ("M", {"type": "context_actions"}, "/elements", 5, without_id := {
        "type": "icon_button", "icon": "trash", "text": plain()}),
    ("M", {"type": "context_actions", "elements": [without_id]}, "/elements/0/visible_to_user_ids", 10, "U1"),
    ("M", data_table(), "/rows", 101, [raw()]),
    ("M", {**data_table(), "rows": [[raw()], [raw()]]}, "/rows", 101, [raw()]),
    ("M", pie(), "/chart/segments", 12, {"label": "Part", "value": 1}),
    ("M", section(), "/fields", 10, plain()),
    ("M", table(), "/rows", 100, [raw()]),
    ("M", table(), "/rows/0", 20, raw()),
    ("M", table(), "/column_settings", 20, {}),
    ("M", GROUPS, "/elements/0/option_groups", 100, group()),
    ("M", SELECT, "/elements/0/options", 100, option()),
    ("M", GROUPS, "/elements/0/option_groups/0/options", 100, option()),
    ("M", actions(element("conversations_select", filter={"exclude_bot_users": True})), "/elements/0/filter/include",
        4, "im"),
    ("M", actions(element("multi_static_select", options=options(1))), "/elements/0/initial_options", 100,
        options(1)[0]),
    ("M", actions(element("multi_external_select")), "/elements/0/initial_options", 100, option()),
]  # fmt: skip

NUMBERS: Final[list[tuple[str, Json, str, int, int | None]]] = [
    ("M", {"type": "header", "text": plain()}, "/level", 1, 4),
    ("M", data_table(), "/page_size", 1, 100),
    ("M", data_table(2, 20), "/row_header_column_index", 0, 19),
    ("M", rich(LIST), "/elements/0/indent", 0, 8),
    ("M", rich(LIST), "/elements/0/offset", 0, None),
    ("M", rich(LIST), "/elements/0/border", 0, 1),
    ("M", rich({"type": "rich_text_quote", "elements": []}), "/elements/0/border", 0, 1),
    ("M", rich({"type": "rich_text_preformatted", "elements": []}), "/elements/0/border", 0, 1),
    ("M", rich(sentence({"type": "date", "timestamp": 1, "format": "{date}"})), "/elements/0/elements/0/timestamp",
        0, None),
    ("V", asked(element("plain_text_input")), "/element/min_length", 0, 3000),
    ("V", asked(element("plain_text_input")), "/element/max_length", 1, 3000),
    ("V", asked(element("rich_text_input")), "/element/min_lines", 1, 100),
    ("V", asked(element("rich_text_input")), "/element/max_lines", 1, 100),
    ("V", asked(element("file_input")), "/element/max_files", 1, 10),
    ("V", asked(element("datetimepicker")), "/element/initial_date_time", 1_000_000_000, 9_999_999_999),
    ("M", actions(element("external_select")), "/elements/0/min_query_length", 0, None),
    ("M", actions(element("multi_external_select")), "/elements/0/min_query_length", 0, None),
    *(
        ("M", actions(element(f"multi_{kind}_select")), "/elements/0/max_selected_items", 1, None)
        for kind in ("external", "users", "conversations", "channels")
    ),
]  # fmt: skip

WORDS: Final[list[tuple[str, Json, str, str]]] = [
    ("V", {"type": "alert", "text": plain()}, "/level", "default info warning error success"),
    ("M", container(section()), "/width", "narrow standard wide full"),
    ("M", task(), "/status", "in_progress complete error"),
    ("M", {"type": "plan", "title": "Plan", "tasks": [task()]}, "/tasks/0/status",
        "pending in_progress complete error"),
    ("M", table(column_settings=[{}]), "/column_settings/0/align", "left center right"),
    ("M", actions(button()), "/elements/0/style", "primary danger"),
    ("M", WORKFLOW, "/elements/0/style", "primary danger"),
    ("M", SURE, "/elements/0/confirm/style", "primary danger"),
    ("M", actions(element("conversations_select", filter={"include": ["im"]})), "/elements/0/filter/include/0",
        "im mpim private public"),
    ("V", asked(element("plain_text_input", dispatch_action_config={"trigger_actions_on": [""]})),
        "/element/dispatch_action_config/trigger_actions_on/0", "on_enter_pressed on_character_entered"),
    ("M", rich(LIST), "/elements/0/style", "bullet ordered"),
    ("M", rich(sentence({"type": "broadcast"})), "/elements/0/elements/0/range", "here channel everyone"),
    ("M", pie(), "/chart/type", "pie"),
    ("M", AXES, "/chart/type", "bar area line"),
]  # fmt: skip

INLINE: Final[dict[str, Json]] = {
    "link": {"url": "https://a.b"},
    "user": {"user_id": "U1"},
    "usergroup": {"usergroup_id": "S1"},
    "channel": {"channel_id": "C1"},
    "broadcast": {"range": "here"},
    "emoji": {"name": "package"},
    "date": {"timestamp": 1, "format": "{date}"},
    "color": {"value": "#FF0000"},
    "team": {"team_id": "T1"},
}

REQUIRED: Final[list[tuple[str, Json, str]]] = [
    ("M", actions(button()), "/elements"),
    ("V", {"type": "alert", "text": plain()}, "/text"),
    ("M", {"type": "carousel", "elements": [card()]}, "/elements"),
    ("M", container(section()), "/child_blocks"),
    ("M", context(plain()), "/elements"),
    ("M", ICON, "/elements"),
    ("M", ICON, "/elements/0/icon"),
    ("M", ICON, "/elements/0/text"),
    ("M", FEEDBACKS, "/elements/0/positive_button"),
    ("M", FEEDBACKS, "/elements/0/positive_button/text"),
    ("M", FEEDBACKS, "/elements/0/positive_button/value"),
    ("M", data_table(), "/rows"),
    ("M", data_table(), "/caption"),
    ("M", pie(), "/title"),
    ("M", pie(), "/chart"),
    ("M", pie(), "/chart/segments"),
    ("M", pie(), "/chart/segments/0/label"),
    ("M", pie(), "/chart/segments/0/value"),
    ("M", AXES, "/chart/series"),
    ("M", AXES, "/chart/axis_config"),
    ("M", AXES, "/chart/axis_config/categories"),
    ("M", AXES, "/chart/series/0/name"),
    ("M", AXES, "/chart/series/0/data"),
    ("M", AXES, "/chart/series/0/data/0/label"),
    ("M", AXES, "/chart/series/0/data/0/value"),
    ("M", {"type": "header", "text": plain()}, "/text"),
    ("M", image(), "/alt_text"),
    ("V", asked(element("plain_text_input")), "/label"),
    ("V", asked(element("plain_text_input")), "/element"),
    ("M", {"type": "markdown", "text": "x"}, "/text"),
    ("M", {"type": "plan", "title": "Plan"}, "/title"),
    ("M", task(), "/task_id"),
    ("M", task(), "/title"),
    ("M", task(sources=[{"type": "url", "url": "https://a.b", "text": "Source"}]), "/sources/0/url"),
    ("M", task(sources=[{"type": "url", "url": "https://a.b", "text": "Source"}]), "/sources/0/text"),
    ("M", card(slack_icon={"type": "icon", "name": "flag"}), "/slack_icon/type"),
    ("M", card(slack_icon={"type": "icon", "name": "flag"}), "/slack_icon/name"),
    ("M", table(), "/rows"),
    ("M", table(), "/rows/0/0/text"),
    *(("M", video(), f"/{name}") for name in ("alt_text", "title", "thumbnail_url", "video_url")),
    ("M", section(), "/text/text"),
    ("M", section(text=plain()), "/text/text"),
    ("M", actions(button()), "/elements/0/text"),
    *(("M", SURE, f"/elements/0/confirm/{name}") for name in ("title", "text", "confirm", "deny")),
    ("M", SELECT, "/elements/0/options/0/text"),
    ("M", SELECT, "/elements/0/options/0/value"),
    ("M", TICKS, "/elements/0/options"),
    ("M", TICKS, "/elements/0/options/0/text"),
    ("M", TICKS, "/elements/0/options/0/value"),
    ("M", ROUND, "/elements/0/options"),
    ("M", MENU, "/elements/0/options"),
    ("M", MENU, "/elements/0/options/0/text"),
    ("M", MENU, "/elements/0/options/0/value"),
    ("M", GROUPS, "/elements/0/option_groups/0/label"),
    ("M", GROUPS, "/elements/0/option_groups/0/options"),
    ("M", context(image()), "/elements/0/alt_text"),
    ("M", WORKFLOW, "/elements/0/text"),
    ("M", WORKFLOW, "/elements/0/workflow"),
    ("M", WORKFLOW, "/elements/0/workflow/trigger"),
    ("M", WORKFLOW, "/elements/0/workflow/trigger/url"),
    ("V", asked(element("number_input", is_decimal_allowed=True)), "/element/is_decimal_allowed"),
    ("M", rich(), "/elements"),
    ("M", rich(sentence()), "/elements/0/elements"),
    ("M", rich(LIST), "/elements/0/elements"),
    ("M", rich(LIST), "/elements/0/style"),
    ("M", rich({"type": "rich_text_quote", "elements": []}), "/elements/0/elements"),
    ("M", rich({"type": "rich_text_preformatted", "elements": []}), "/elements/0/elements"),
    ("M", rich(sentence(said())), "/elements/0/elements/0/text"),
    *(
        ("M", rich(sentence({"type": kind, **fields})), f"/elements/0/elements/0/{name}")
        for kind, fields in INLINE.items()
        for name in fields
    ),
]
