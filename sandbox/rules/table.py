"""The table: every block, element and object of Block Kit, what it holds and where it is shown.

Each row names the page of Slack's documentation that decides. Lengths are characters, not bytes. A field that
stands in no row is refused, as Slack refuses it.
"""

from collections.abc import Mapping
from typing import Final

from sandbox.rules.bonds import (
    action_ids_differ,
    among_options,
    at_least_one,
    every_category_once,
    exactly_one,
    in_order,
    no_dispatch_of_files,
    not_both,
    number_within,
    only_with,
    plain_table_head,
    row_head_is_a_column,
    same_width,
    text_within,
    values_differ,
)
from sandbox.rules.kinds import (
    NOWHERE,
    Boolean,
    Integer,
    Kind,
    Many,
    Number,
    One,
    Shape,
    String,
    Text,
)

# ---------------------------------------------------------------------------------------- parts used again and again


def named(names: str) -> tuple[str, ...]:
    """A list of names, written as one line of words."""
    return tuple(names.split())


def plain(most: int) -> Text:
    return Text(most, ("plain_text",))


def words(*names: str) -> String:
    return String(words=names)


def blocks(*names: str) -> One:
    return One("block", names)


def elements(*names: str) -> One:
    return One("element", names)


def thing(name: str) -> One:
    return One("object", (name,))


IDENTIFIER: Final = String(1, 255)
URL: Final = String(1, 3000, form="uri")
HTTPS: Final = String(1, 3000, form="https")
COLOUR_SCHEME: Final = words("primary", "danger")
RICH_TEXT: Final = blocks("rich_text")
IMAGE: Final = elements("image")
IDS: Final = Many(String(1))

ACTION: Final[Mapping[str, Kind]] = {"action_id": IDENTIFIER}
CONFIRM: Final[Mapping[str, Kind]] = {"confirm": thing("confirm")}
FOCUS: Final[Mapping[str, Kind]] = {"focus_on_load": Boolean()}
HOLDER: Final[Mapping[str, Kind]] = {"placeholder": plain(150)}
DISPATCH: Final[Mapping[str, Kind]] = {"dispatch_action_config": thing("dispatch_action_config")}
LABEL: Final[Mapping[str, Kind]] = {"accessibility_label": String(1, 75)}
MENU: Final = {**ACTION, **CONFIRM, **FOCUS, **HOLDER}
MENUS: Final = {**MENU, "max_selected_items": Integer(1)}
TYPED_IN: Final = {**ACTION, **DISPATCH, **FOCUS, **HOLDER}
PICTURE: Final[Mapping[str, Kind]] = {"image_url": URL, "slack_file": thing("slack_file")}
ONE_PICTURE: Final = exactly_one("image_url", "slack_file")
CHOICES: Final[Mapping[str, Kind]] = {
    "options": Many(thing("menu_option"), 1, 100),
    "option_groups": Many(thing("option_group"), 1, 100),
}
ONE_CHOICE: Final = exactly_one("options", "option_groups")
TICKS: Final = Many(thing("tick_option"), 1, 10)

SELECTS: Final = named("static_select external_select users_select conversations_select channels_select")
MULTI_SELECTS: Final = tuple(f"multi_{name}" for name in SELECTS)
PICKERS: Final = ("checkboxes", "radio_buttons", "datepicker", "timepicker", *SELECTS, *MULTI_SELECTS)
PRESSED: Final = ("button", "workflow_button", "overflow")
IN_ACTIONS: Final = (*PRESSED, *PICKERS, "datetimepicker", "rich_text_input")
IN_SECTION: Final = (*PRESSED, *PICKERS, "image")
IN_INPUT: Final = (
    *PICKERS,
    *named("datetimepicker plain_text_input rich_text_input number_input email_text_input url_text_input"),
    "file_input",
)
IN_CONTAINER: Final = named("actions context divider file header image input rich_text section table video")

SLACK_ICONS: Final = named(
    "archive book bookmark bot bug calendar call caret-left caret-right check clipboard code comment compass"
    " copy cube download edit email eye-closed eye-open file flag folder gear globe heart help image info key"
    " lightbulb link map mobile new-window pin plus refine refresh rocket save screen share sparkle star"
    " star-filled tag thumbs-down thumbs-up trash upload user warning"
)

# ------------------------------------------------------------------------------------------------------------ blocks

BLOCKS: Final[Mapping[str, Shape]] = {
    "actions": Shape(
        "block-kit/blocks/actions-block",
        must={"elements": Many(elements(*IN_ACTIONS), 1, 25)},
        bonds=(action_ids_differ,),
    ),
    "alert": Shape(
        "block-kit/blocks/alert-block",
        must={"text": Text(200)},
        may={"level": words("default", "info", "warning", "error", "success")},
        on="V",
    ),
    "card": Shape(
        "block-kit/blocks/card-block",
        may={
            "hero_image": IMAGE,
            "icon": IMAGE,
            "slack_icon": thing("slack_icon"),
            "title": Text(150),
            "subtitle": Text(150),
            "body": Text(200),
            "subtext": Text(200),
            "actions": Many(elements("button"), 1, 3),
        },
        on="MVH",
        bonds=(at_least_one("hero_image", "title", "actions", "body"), not_both("icon", "slack_icon")),
    ),
    "carousel": Shape(
        "block-kit/blocks/carousel-block", must={"elements": Many(blocks("card"), 1, 10)}, on="MVH"
    ),
    "container": Shape(
        "block-kit/blocks/container-block",
        must={"child_blocks": Many(blocks(*IN_CONTAINER), 1, 10)},
        may={
            "title": plain(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": Text(150),
            "width": words("narrow", "standard", "wide", "full"),
            "icon": IMAGE,
            "is_collapsible": Boolean(),
            "default_collapsed": Boolean(),
            "has_header_divider": Boolean(),
        },
        on="MH",
        bonds=(
            at_least_one("title", "rich_text_title"),
            only_with("default_collapsed", "is_collapsible"),
            not_both("is_collapsible", "has_header_divider"),
        ),
    ),
    "context": Shape(
        "block-kit/blocks/context-block",
        must={"elements": Many(One("context", ("image", "plain_text", "mrkdwn")), 1, 10)},
    ),
    "context_actions": Shape(
        "block-kit/blocks/context-actions-block",
        must={"elements": Many(elements("feedback_buttons", "icon_button"), 1, 5)},
        on="M",
        bonds=(action_ids_differ,),
    ),
    "data_table": Shape(
        "block-kit/blocks/data-table-block",
        must={
            "caption": String(1),
            "rows": Many(Many(One("cell", ("raw_text", "raw_number", "rich_text")), 1, 20), 2, 101),
        },
        may={"page_size": Integer(1, 100), "row_header_column_index": Integer(0, 19)},
        on="MH",
        bonds=(same_width("rows"), plain_table_head, row_head_is_a_column),
    ),
    "data_visualization": Shape(
        "block-kit/blocks/data-visualization-block",
        must={"title": String(1, 50), "chart": One("chart", ("pie", "bar", "area", "line"))},
        on="M",
    ),
    "divider": Shape("block-kit/blocks/divider-block"),
    # Slack shows a file block where a remote file was shared; an app cannot send one.
    "file": Shape("block-kit/blocks/file-block", on=NOWHERE),
    "header": Shape("block-kit/blocks/header-block", must={"text": plain(150)}, may={"level": Integer(1, 4)}),
    "image": Shape(
        "block-kit/blocks/image-block",
        must={"alt_text": String(0, 2000)},
        may={**PICTURE, "title": plain(2000)},
        bonds=(ONE_PICTURE,),
    ),
    "input": Shape(
        "block-kit/blocks/input-block",
        must={"label": plain(2000), "element": elements(*IN_INPUT)},
        may={"hint": plain(2000), "optional": Boolean(), "dispatch_action": Boolean()},
        on="MVH",
        bonds=(no_dispatch_of_files,),
    ),
    "markdown": Shape("block-kit/blocks/markdown-block", must={"text": String(1, 12_000)}, on="M"),
    "plan": Shape(
        "block-kit/blocks/plan-block",
        must={"title": String(1)},
        may={"tasks": Many(blocks("task_card"))},
        on="M",
    ),
    "rich_text": Shape(
        "block-kit/blocks/rich-text-block",
        must={
            "elements": Many(
                One(
                    "rich",
                    ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"),
                )
            )
        },
        on="MVH",
    ),
    "section": Shape(
        "block-kit/blocks/section-block",
        may={
            "text": Text(3000),
            "fields": Many(Text(2000), 1, 10),
            "accessory": elements(*IN_SECTION),
            "expand": Boolean(),
        },
        bonds=(at_least_one("fields", "text"),),
    ),
    "table": Shape(
        "block-kit/blocks/table-block",
        must={"rows": Many(Many(One("cell", ("raw_text", "raw_number", "rich_text")), 1, 20), 1, 100)},
        may={"column_settings": Many(thing("column_settings"), 0, 20, gaps=True)},
        on="MH",
    ),
    "task_card": Shape(
        "block-kit/blocks/task-card-block",
        must={"task_id": String(1), "title": String(1)},
        may={
            "details": RICH_TEXT,
            "output": RICH_TEXT,
            "sources": Many(elements("url")),
            "status": words("pending", "in_progress", "complete", "error"),
            "icon": thing("slack_icon"),
        },
        on="M",
    ),
    "video": Shape(
        "block-kit/blocks/video-block",
        must={"alt_text": String(1, 200), "title": plain(199), "thumbnail_url": URL, "video_url": HTTPS},
        may={
            "title_url": HTTPS,
            "author_name": String(0, 49),
            "provider_name": String(0, 49),
            "provider_icon_url": URL,
            "description": plain(199),
        },
    ),
}

# ---------------------------------------------------------------------------------------------------------- elements

ELEMENTS: Final[Mapping[str, Shape]] = {
    "button": Shape(
        "block-kit/block-elements/button-element",
        must={"text": plain(75)},
        may={
            **ACTION,
            **CONFIRM,
            **LABEL,
            "url": URL,
            "value": String(0, 2000),
            "style": COLOUR_SCHEME,
            "agent_prompt": String(1, 4000),
        },
    ),
    "checkboxes": Shape(
        "block-kit/block-elements/checkboxes-element",
        must={"options": TICKS},
        may={**ACTION, **CONFIRM, **FOCUS, "initial_options": TICKS},
        bonds=(among_options("initial_options"), values_differ),
    ),
    "datepicker": Shape(
        "block-kit/block-elements/date-picker-element", may={**MENU, "initial_date": String(form="date")}
    ),
    "datetimepicker": Shape(
        "block-kit/block-elements/datetime-picker-element",
        may={**ACTION, **CONFIRM, **FOCUS, "initial_date_time": Integer(1_000_000_000, 9_999_999_999)},
        on="MV",
    ),
    "email_text_input": Shape(
        "block-kit/block-elements/email-input-element", may={**TYPED_IN, "initial_value": String()}, on="V"
    ),
    "feedback_buttons": Shape(
        "block-kit/block-elements/feedback-buttons-element",
        must={"positive_button": thing("feedback_button"), "negative_button": thing("feedback_button")},
        may=ACTION,
        on="M",
    ),
    "file_input": Shape(
        "block-kit/block-elements/file-input-element",
        may={**ACTION, "filetypes": Many(String(1), 1), "max_files": Integer(1, 10)},
        on="V",
    ),
    "icon_button": Shape(
        "block-kit/block-elements/icon-button-element",
        must={"icon": String(1), "text": plain(75)},
        may={
            **ACTION,
            **CONFIRM,
            **LABEL,
            "value": String(0, 2000),
            "visible_to_user_ids": Many(String(1), 0, 10),
        },
        on="M",
    ),
    "image": Shape(
        "block-kit/block-elements/image-element",
        must={"alt_text": String(0, 2000)},
        may=PICTURE,
        bonds=(ONE_PICTURE,),
    ),
    "number_input": Shape(
        "block-kit/block-elements/number-input-element",
        must={"is_decimal_allowed": Boolean()},
        may={
            **TYPED_IN,
            "initial_value": String(form="number"),
            "min_value": String(form="number"),
            "max_value": String(form="number"),
        },
        on="V",
        bonds=(in_order("min_value", "max_value"), number_within),
    ),
    "overflow": Shape(
        "block-kit/block-elements/overflow-menu-element",
        must={"options": Many(thing("overflow_option"), 1, 5)},
        may={**ACTION, **CONFIRM},
        bonds=(values_differ,),
    ),
    "plain_text_input": Shape(
        "block-kit/block-elements/plain-text-input-element",
        may={
            **TYPED_IN,
            "initial_value": String(0, 3000),
            "multiline": Boolean(),
            "min_length": Integer(0, 3000),
            "max_length": Integer(1, 3000),
        },
        bonds=(in_order("min_length", "max_length"), text_within),
    ),
    "radio_buttons": Shape(
        "block-kit/block-elements/radio-button-group-element",
        must={"options": TICKS},
        may={**ACTION, **CONFIRM, **FOCUS, "initial_option": thing("tick_option")},
        bonds=(among_options("initial_option"), values_differ),
    ),
    "rich_text_input": Shape(
        "block-kit/block-elements/rich-text-input-element",
        may={
            **TYPED_IN,
            "initial_value": RICH_TEXT,
            "min_lines": Integer(1, 100),
            "max_lines": Integer(1, 100),
        },
        on="VH",
        bonds=(in_order("min_lines", "max_lines"),),
    ),
    "timepicker": Shape(
        "block-kit/block-elements/time-picker-element",
        may={**MENU, "initial_time": String(form="time"), "timezone": String(form="zone")},
    ),
    "url": Shape("block-kit/block-elements/url-source-element", must={"url": URL, "text": String(1)}),
    "url_text_input": Shape(
        "block-kit/block-elements/url-input-element", may={**TYPED_IN, "initial_value": String()}, on="V"
    ),
    "workflow_button": Shape(
        "block-kit/block-elements/workflow-button-element",
        must={"text": plain(75), "workflow": thing("workflow")},
        may={**ACTION, **LABEL, "style": COLOUR_SCHEME},
    ),
    "static_select": Shape(
        "block-kit/block-elements/select-menu-element#static_select",
        may={**MENU, **CHOICES, "initial_option": thing("menu_option")},
        bonds=(ONE_CHOICE, among_options("initial_option")),
    ),
    "external_select": Shape(
        "block-kit/block-elements/select-menu-element#external_select",
        may={**MENU, "initial_option": thing("menu_option"), "min_query_length": Integer(0)},
    ),
    "users_select": Shape(
        "block-kit/block-elements/select-menu-element#users_select", may={**MENU, "initial_user": String(1)}
    ),
    "conversations_select": Shape(
        "block-kit/block-elements/select-menu-element#conversations_select",
        may={
            **MENU,
            "initial_conversation": String(1),
            "default_to_current_conversation": Boolean(),
            "response_url_enabled": Boolean(),
            "filter": thing("filter"),
        },
    ),
    "channels_select": Shape(
        "block-kit/block-elements/select-menu-element#channels_select",
        may={**MENU, "initial_channel": String(1), "response_url_enabled": Boolean()},
    ),
    "multi_static_select": Shape(
        "block-kit/block-elements/multi-select-menu-element#static_multi_select",
        may={**MENUS, **CHOICES, "initial_options": Many(thing("menu_option"), 1, 100)},
        bonds=(ONE_CHOICE, among_options("initial_options")),
    ),
    "multi_external_select": Shape(
        "block-kit/block-elements/multi-select-menu-element#external_multi_select",
        may={**MENUS, "initial_options": Many(thing("menu_option"), 1, 100), "min_query_length": Integer(0)},
    ),
    "multi_users_select": Shape(
        "block-kit/block-elements/multi-select-menu-element#users_multi_select",
        may={**MENUS, "initial_users": IDS},
    ),
    "multi_conversations_select": Shape(
        "block-kit/block-elements/multi-select-menu-element#conversation_multi_select",
        may={
            **MENUS,
            "initial_conversations": IDS,
            "default_to_current_conversation": Boolean(),
            "filter": thing("filter"),
        },
    ),
    "multi_channels_select": Shape(
        "block-kit/block-elements/multi-select-menu-element#channel_multi_select",
        may={**MENUS, "initial_channels": IDS},
    ),
}

# ----------------------------------------------------------------------------------------------- composition objects


def option(text: Text, **more: Kind) -> Shape:
    return Shape(
        "block-kit/composition-objects/option-object",
        must={"text": text, "value": String(1, 150)},
        may={"description": Text(75, text.formats), **more},
        typed=False,
    )


OBJECTS: Final[Mapping[str, Shape]] = {
    "menu_option": option(plain(75)),
    "tick_option": option(Text(75)),
    "overflow_option": option(plain(75), url=URL),
    "option_group": Shape(
        "block-kit/composition-objects/option-group-object",
        must={"label": plain(75), "options": Many(thing("menu_option"), 1, 100)},
        typed=False,
    ),
    "confirm": Shape(
        "block-kit/composition-objects/confirmation-dialog-object",
        must={"title": plain(100), "text": plain(300), "confirm": plain(30), "deny": plain(30)},
        may={"style": COLOUR_SCHEME},
        typed=False,
    ),
    "dispatch_action_config": Shape(
        "block-kit/composition-objects/dispatch-action-configuration-object",
        may={"trigger_actions_on": Many(words("on_enter_pressed", "on_character_entered"), 1, 2)},
        typed=False,
    ),
    "filter": Shape(
        "block-kit/composition-objects/conversation-filter-object",
        may={
            "include": Many(words("im", "mpim", "private", "public"), 1, 4),
            "exclude_external_shared_channels": Boolean(),
            "exclude_bot_users": Boolean(),
        },
        bonds=(at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),),
        typed=False,
    ),
    "slack_file": Shape(
        "block-kit/composition-objects/slack-file-object",
        may={"id": String(1), "url": URL},
        bonds=(exactly_one("id", "url"),),
        typed=False,
    ),
    "slack_icon": Shape(
        "block-kit/composition-objects/slack-icon-object",
        must={"type": words("icon"), "name": words(*SLACK_ICONS)},
        typed=False,
    ),
    "feedback_button": Shape(
        "block-kit/block-elements/feedback-buttons-element#button-object-fields",
        must={"text": plain(75), "value": String(1, 2000)},
        may=LABEL,
        typed=False,
    ),
    "workflow": Shape(
        "block-kit/composition-objects/workflow-object", must={"trigger": thing("trigger")}, typed=False
    ),
    "trigger": Shape(
        "block-kit/composition-objects/trigger-object",
        must={"url": URL},
        may={"customizable_input_parameters": Many(thing("input_parameter"))},
        typed=False,
    ),
    "input_parameter": Shape(
        "block-kit/composition-objects/trigger-object#input_parameter",
        must={"name": String(1), "value": String()},
        typed=False,
    ),
    "column_settings": Shape(
        "block-kit/blocks/table-block#schema-for-column_settings",
        may={"align": words("left", "center", "right"), "is_wrapped": Boolean()},
        typed=False,
    ),
    "text_style": Shape(
        "block-kit/blocks/rich-text-block",
        may=dict.fromkeys(("bold", "italic", "strike", "code", "underline"), Boolean()),
        typed=False,
    ),
    "mention_style": Shape(
        "block-kit/blocks/rich-text-block",
        may=dict.fromkeys(("bold", "italic", "strike", "highlight", "client_highlight", "unlink"), Boolean()),
        typed=False,
    ),
    "segment": Shape(
        "block-kit/blocks/data-visualization-block#pie",
        must={"label": String(1, 20), "value": Number(above=0)},
        typed=False,
    ),
    "series": Shape(
        "block-kit/blocks/data-visualization-block",
        must={"name": String(1, 20), "data": Many(thing("point"), 1, 20)},
        typed=False,
    ),
    "point": Shape(
        "block-kit/blocks/data-visualization-block",
        must={"label": String(1, 20), "value": Number()},
        typed=False,
    ),
    "axis_config": Shape(
        "block-kit/blocks/data-visualization-block",
        must={"categories": Many(String(1, 20), 1, 20)},
        may={"x_label": String(1, 50), "y_label": String(1, 50)},
        typed=False,
    ),
}

TEXTS: Final[Mapping[str, Shape]] = {
    "plain_text": Shape(
        "block-kit/composition-objects/text-object", must={"text": String(1, 3000)}, may={"emoji": Boolean()}
    ),
    "mrkdwn": Shape(
        "block-kit/composition-objects/text-object",
        must={"text": String(1, 3000)},
        may={"verbatim": Boolean()},
    ),
}

# -------------------------------------------------------------------------------------- rich text, cells and charts

INLINE: Final = named("broadcast channel color date emoji link team text user usergroup")
STYLED: Final[Mapping[str, Kind]] = {"style": thing("text_style")}
MENTIONED: Final[Mapping[str, Kind]] = {"style": thing("mention_style")}
RICH_PAGE: Final = "block-kit/blocks/rich-text-block"

RICH: Final[Mapping[str, Shape]] = {
    "rich_text_section": Shape(RICH_PAGE, must={"elements": Many(One("inline", INLINE))}),
    "rich_text_list": Shape(
        RICH_PAGE,
        must={"style": words("bullet", "ordered"), "elements": Many(One("rich", ("rich_text_section",)))},
        may={"indent": Integer(0, 8), "offset": Integer(0), "border": Integer(0, 1)},
    ),
    "rich_text_preformatted": Shape(
        RICH_PAGE,
        must={"elements": Many(One("inline", ("text", "link")))},
        may={"border": Integer(0, 1)},
    ),
    "rich_text_quote": Shape(
        RICH_PAGE, must={"elements": Many(One("inline", INLINE))}, may={"border": Integer(0, 1)}
    ),
}

INLINES: Final[Mapping[str, Shape]] = {
    "broadcast": Shape(RICH_PAGE, must={"range": words("here", "channel", "everyone")}, may=STYLED),
    "channel": Shape(RICH_PAGE, must={"channel_id": String(1)}, may=MENTIONED),
    "color": Shape(RICH_PAGE, must={"value": String(form="colour")}, may=STYLED),
    "date": Shape(
        RICH_PAGE,
        must={"timestamp": Integer(0), "format": String(1)},
        may={**STYLED, "url": URL, "fallback": String(1)},
    ),
    "emoji": Shape(RICH_PAGE, must={"name": String(1)}, may={**STYLED, "unicode": String(1), "url": URL}),
    "link": Shape(RICH_PAGE, must={"url": URL}, may={**STYLED, "text": String(), "unsafe": Boolean()}),
    "team": Shape(RICH_PAGE, must={"team_id": String(1)}, may=STYLED),
    "text": Shape(RICH_PAGE, must={"text": String(1)}, may=STYLED),
    "user": Shape(RICH_PAGE, must={"user_id": String(1)}, may=MENTIONED),
    "usergroup": Shape(RICH_PAGE, must={"usergroup_id": String(1)}, may=MENTIONED),
}

CELLS: Final[Mapping[str, Shape]] = {
    "raw_text": Shape("block-kit/blocks/table-block", must={"text": String(1)}),
    "raw_number": Shape("block-kit/blocks/data-table-block", must={"value": Number(), "text": String(1)}),
    "rich_text": BLOCKS["rich_text"],
}

SERIES_CHART: Final = Shape(
    "block-kit/blocks/data-visualization-block",
    must={"series": Many(thing("series"), 1, 12), "axis_config": thing("axis_config")},
    bonds=(every_category_once,),
)
CHARTS: Final[Mapping[str, Shape]] = {
    "pie": Shape(
        "block-kit/blocks/data-visualization-block#pie", must={"segments": Many(thing("segment"), 1, 12)}
    ),
    "bar": SERIES_CHART,
    "area": SERIES_CHART,
    "line": SERIES_CHART,
}

# ------------------------------------------------------------------------------------------------------------- views

ANY_BLOCK: Final = blocks(*BLOCKS)
KEPT: Final[Mapping[str, Kind]] = {
    "private_metadata": String(0, 3000),
    "callback_id": String(0, 255),
    "external_id": String(0, 255),
}
VIEWS: Final[Mapping[str, Shape]] = {
    "modal": Shape(
        "views/modal-views",
        must={"title": plain(24), "blocks": Many(ANY_BLOCK, 1, 100)},
        may={
            **KEPT,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": Boolean(),
            "notify_on_close": Boolean(),
        },
    ),
    "home": Shape("views/home-tab-views", must={"blocks": Many(ANY_BLOCK, 0, 100)}, may=KEPT),
}

TABLE: Final[Mapping[str, Mapping[str, Shape]]] = {
    "block": BLOCKS,
    "element": ELEMENTS,
    "object": OBJECTS,
    "text": TEXTS,
    "context": {"image": ELEMENTS["image"], **TEXTS},
    "rich": RICH,
    "inline": INLINES,
    "cell": CELLS,
    "chart": CHARTS,
    "view": VIEWS,
}
"""Group → type → rule: all there is."""
