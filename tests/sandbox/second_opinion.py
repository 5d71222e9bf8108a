"""What the package blockkit thinks of a payload: an opinion on Slack's rules that is not ours."""

from collections.abc import Callable
from datetime import date, time
from enum import Enum
from typing import Any, Final
from zoneinfo import ZoneInfo

import blockkit.core as bk  # the package itself leaves out some of its own classes

from tests.sandbox.rule_parts import Json


class Opinion(Enum):
    TAKES = "takes"
    REFUSES = "refuses"
    NONE = "knows nothing of"


class UnknownTypeError(Exception):
    """The package has no class for this."""


TEXTS: Final = ("plain_text", "mrkdwn")

TYPES: Final[dict[str, Callable[..., Any]]] = {
    "actions": bk.Actions,
    "context": bk.Context,
    "divider": bk.Divider,
    "file": bk.File,
    "header": bk.Header,
    "image": bk.Image,
    "input": bk.Input,
    "markdown": bk.Markdown,
    "rich_text": bk.RichText,
    "section": bk.Section,
    "table": bk.Table,
    "video": bk.Video,
    "button": bk.Button,
    "checkboxes": bk.Checkboxes,
    "datepicker": bk.DatePicker,
    "datetimepicker": bk.DatetimePicker,
    "email_text_input": bk.EmailInput,
    "file_input": bk.FileInput,
    "number_input": bk.NumberInput,
    "overflow": bk.Overflow,
    "plain_text_input": bk.PlainTextInput,
    "radio_buttons": bk.RadioButtons,
    "rich_text_input": bk.RichTextInput,
    "timepicker": bk.TimePicker,
    "url_text_input": bk.UrlInput,
    "workflow_button": bk.WorkflowButton,
    "static_select": bk.StaticSelect,
    "external_select": bk.ExternalSelect,
    "users_select": bk.UsersSelect,
    "conversations_select": bk.ConversationsSelect,
    "channels_select": bk.ChannelsSelect,
    "multi_static_select": bk.MultiStaticSelect,
    "multi_external_select": bk.MultiExternalSelect,
    "multi_users_select": bk.MultiUsersSelect,
    "multi_conversations_select": bk.MultiConversationsSelect,
    "multi_channels_select": bk.MultiChannelsSelect,
    "rich_text_section": bk.RichTextSection,
    "rich_text_list": bk.RichTextList,
    "rich_text_preformatted": bk.RichTextPreformatted,
    "rich_text_quote": bk.RichTextQuote,
    "raw_text": bk.RawText,
    "broadcast": bk.RichBroadcastEl,
    "color": bk.RichColorEl,
    "channel": bk.RichChannelEl,
    "date": bk.RichDateEl,
    "emoji": bk.RichEmojiEl,
    "link": bk.RichLinkEl,
    "text": bk.RichTextEl,
    "user": bk.RichUserEl,
    "usergroup": bk.RichUserGroupEl,
}

UNTYPED: Final[dict[str, Callable[..., Any]]] = {
    "confirm": bk.Confirm,
    "options": bk.Option,
    "initial_option": bk.Option,
    "initial_options": bk.Option,
    "option_groups": bk.OptionGroup,
    "filter": bk.ConversationFilter,
    "dispatch_action_config": bk.DispatchActionConfig,
    "slack_file": bk.SlackFile,
    "style": bk.RichStyle,
    "workflow": bk.Workflow,
    "trigger": bk.Trigger,
    "customizable_input_parameters": bk.InputParameter,
    "column_settings": bk.ColumnSettings,
}
"""Objects without a type, by the field they stand in."""

READ: Final[dict[str, Callable[[Any], Any]]] = {
    "initial_date": date.fromisoformat,
    "initial_time": time.fromisoformat,
    "timezone": ZoneInfo,
    "min_value": lambda value: float(value) if "." in value else int(value),
    "max_value": lambda value: float(value) if "." in value else int(value),
}
"""Values that the package wants as Python has them."""

SURFACES: Final[dict[str, Callable[[Any], Any]]] = {
    "M": lambda block: bk.Message(text="Text", blocks=[block]),
    "V": lambda block: bk.Modal(title="Title", submit="Send", blocks=[block]),
    "H": lambda block: bk.Home(blocks=[block]),
}

REFUSALS: Final = (
    bk.FieldValidationError,
    bk.ComponentValidationError,
    TypeError,
    ValueError,
    AttributeError,
    KeyError,
)
"""Its own errors, and Python's where a value is none that its classes could hold."""


def opinion_on(surface: str, block: Any) -> Opinion:
    return _opinion(lambda: SURFACES[surface](made(block)))


def opinion_on_modal(view: Json) -> Opinion:
    return _opinion(
        lambda: bk.Modal(**{name: made(value, name) for name, value in view.items() if name != "type"})
    )


def _opinion(payload: Callable[[], Any]) -> Opinion:
    try:
        payload().build()
    except UnknownTypeError:
        return Opinion.NONE
    except REFUSALS:
        return Opinion.REFUSES
    return Opinion.TAKES


def made(value: Any, field: str = "", *, inside: bool = False) -> Any:
    """The package's own object for a piece of a payload; ``inside`` a block, an image is another thing."""
    if isinstance(value, list):
        return [made(item, field, inside=inside) for item in value]
    if not isinstance(value, dict):
        return READ[field](value) if field in READ else value
    kind = value.get("type")
    if kind in TEXTS:
        return bk.Text(**value)
    fields = {name: made(item, name, inside=True) for name, item in value.items() if name != "type"}
    if kind is None or field in UNTYPED:
        if field not in UNTYPED:
            raise UnknownTypeError(field)
        return UNTYPED[field](**fields)
    if kind == "image" and inside:
        return bk.ImageEl(**fields)
    if kind not in TYPES:
        raise UnknownTypeError(kind)
    if kind == "number_input" and "initial_value" in fields:
        fields["initial_value"] = READ["min_value"](fields["initial_value"])
    return TYPES[kind](**fields)
