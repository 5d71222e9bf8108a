"""Block Kit's elements as a client holds them: their state, what a person may put in, what the app is told.

https://docs.slack.dev/reference/block-kit/block-elements
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from sandbox.ids import Ids
from sandbox.state import Entered, Json, copied

_SLOT = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "file_input": ("files", ""),
}
"""type → (the key of its value in the view state, the key of its first value)."""

_LISTS = {"checkboxes", "file_input"} | {kind for kind in _SLOT if kind.startswith("multi_")}

STATELESS = {"button", "workflow_button", "overflow", "icon_button", "feedback_buttons"}


class Refused(Exception):
    """The client would not take this; the text is what it says beside the field."""


def walk(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """(block, element) for everything with an action_id, containers' children included."""
    for block in blocks:
        kind = block.get("type")
        if kind == "input":
            yield block, block["element"]
        elif kind == "section" and isinstance(block.get("accessory"), dict):
            yield block, block["accessory"]
        elif kind in ("actions", "context_actions"):
            for element in block.get("elements", []):
                yield block, element
        elif kind == "card":
            for element in block.get("actions", []):
                yield block, element
        elif kind == "carousel":
            yield from walk(block.get("elements", []))
        elif kind == "container":
            yield from walk(block.get("child_blocks", []))


def find(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json] | None:
    return next(
        (
            (b, e)
            for b, e in walk(blocks)
            if b.get("block_id") == block_id and e.get("action_id") == action_id
        ),
        None,
    )


def normalised(blocks: list[Json], ids: Ids) -> list[Json]:
    """As Slack stores them: every block and element has its id, every text says how it is read."""
    blocks = [
        {"type": block["type"], "block_id": block.get("block_id") or ids.short(), **_without_ids(block)}
        for block in copied(blocks)
    ]
    for block in blocks:
        for part in (
            *block.get("child_blocks", []),
            *(block.get("elements", []) if block["type"] == "carousel" else []),
        ):
            part.setdefault("block_id", ids.short())
    for _, element in walk(blocks):
        element.setdefault("action_id", ids.short())
    _complete_texts(blocks)
    return blocks


def _without_ids(block: Json) -> Json:
    return {key: value for key, value in block.items() if key not in ("type", "block_id")}


def _complete_texts(part: Any) -> None:
    if isinstance(part, list):
        for item in part:
            _complete_texts(item)
    elif isinstance(part, dict):
        if part.get("type") == "plain_text" and "text" in part:
            part.setdefault("emoji", True)
        elif part.get("type") == "mrkdwn" and "text" in part:
            part.setdefault("verbatim", False)
        elif part.get("type") != "rich_text":
            for item in part.values():
                _complete_texts(item)


def state_of(blocks: list[Json], entered: Entered) -> Json:
    """Slack's ``state``: what every stateful element holds, by block and action."""
    values: Json = {}
    for block, element in walk(blocks):
        if element["type"] in _SLOT:
            key = (block["block_id"], element["action_id"])
            entry = entered.get(key)
            if entry is None or entry["type"] != element["type"]:
                entry = first_entry(element)
            values.setdefault(key[0], {})[key[1]] = entry
    return {"values": values}


def kept(blocks: list[Json], entered: Entered) -> Entered:
    """What survives an update: the entries whose block_id, action_id and type are still there."""
    there = {(b["block_id"], e["action_id"]): e["type"] for b, e in walk(blocks)}
    return {key: entry for key, entry in entered.items() if there.get(key) == entry["type"]}


def first_entry(element: Json) -> Json:
    kind = element["type"]
    slot, initial = _SLOT[kind]
    value = element.get(initial) if initial else None
    if value is None and kind in _LISTS:
        value = []
    if kind == "rich_text_input" and value is None:
        return {"type": kind}
    entry = {"type": kind, slot: copied(value)}
    if kind == "timepicker" and "timezone" in element:
        entry["timezone"] = element["timezone"]
    return entry


def is_empty(entry: Json) -> bool:
    value = entry.get(_SLOT[entry["type"]][0])
    return value in (None, "", []) or (isinstance(value, str) and not value.strip())


def entry_for(element: Json, value: Any, resolve: Callable[[str, list[Any]], list[Json]]) -> Json:
    """The state entry after a person put ``value`` in. ``resolve(kind, values)`` turns ids of people, channels, files
    and external options into what the entry holds; raises Refused where the client would not take it.
    """
    entry = first_entry({key: held for key, held in element.items() if not key.startswith("initial_")})
    if value not in (None, "", []):
        entry[_SLOT[element["type"]][0]] = _held(element, value, resolve)
    return entry


def _held(element: Json, value: Any, resolve: Callable[[str, list[Any]], list[Json]]) -> Any:
    kind = element["type"]
    values = _listed(element, value) if kind in _LISTS else [value]
    found: list[Any]
    match kind.removeprefix("multi_"):
        case "static_select" | "radio_buttons" | "checkboxes":
            found = [option_of(element, one) for one in values]
        case "external_select":
            found = resolve("option", values)
        case "file_input":
            found = resolve("file", values)
        case "users_select" | "conversations_select" | "channels_select" as menu:
            found = [one["id"] for one in resolve(menu.split("_")[0], values)]
        case "rich_text_input":
            found = [one if isinstance(one, dict) else _as_rich_text(str(one)) for one in values]
        case _:
            found = [_TAKES.get(kind, str)(one) for one in values]
    return found if kind in _LISTS else found[0]


def _listed(element: Json, value: Any) -> list[Any]:
    values = value if isinstance(value, list) else [value]
    most = element.get("max_selected_items") or element.get("max_files")
    if most and len(values) > most:
        raise Refused(f"No more than {most} can be chosen.")
    return values


def option_of(element: Json, value: Any) -> Json:
    """The option of a static element whose value this is (its text will do as well)."""
    options = [
        *element.get("options", []),
        *(o for g in element.get("option_groups", []) for o in g["options"]),
    ]
    for option in options:
        if value in (option.get("value"), option["text"]["text"]) or value == option:
            return copied(option)
    known = ", ".join(option.get("value", "") for option in options)
    raise Refused(f"There is no option {value!r} here; there are {known}.")


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise Refused("A date is needed, like 2026-01-31.") from None


def _time(value: Any) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(value)):
        raise Refused("A time is needed, like 09:30.")
    return str(value)


def _moment(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Refused("A moment is needed, in Unix seconds.") from None


_TAKES: dict[str, Callable[[Any], Any]] = {
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _moment,
}


def _as_rich_text(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def submit_errors(blocks: list[Json], entered: Entered) -> dict[str, str]:
    """What the client itself says when a form is sent: block_id → sentence. Empty: it may go."""
    errors: dict[str, str] = {}
    values = state_of(blocks, entered)["values"]
    for block, element in walk(blocks):
        if block["type"] != "input" or element["type"] not in _SLOT:
            continue
        entry = values[block["block_id"]][element["action_id"]]
        if is_empty(entry):
            if not block.get("optional", False):
                errors[block["block_id"]] = "Please complete this required field."
        elif said := _wrong_text(element, entry.get("value")):
            errors[block["block_id"]] = said
    return errors


def _wrong_text(element: Json, value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if len(value) < least:
            return f"Please use at least {least} characters."
        if len(value) > most:
            return f"Please use at most {most} characters."
    if kind == "email_text_input" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not re.match(r"[a-z][a-z0-9+.-]*://\S+$", value, re.IGNORECASE):
        return "Please enter a valid URL."
    return _wrong_number(element, value) if kind == "number_input" else None


def _wrong_number(element: Json, value: str) -> str | None:
    form = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(form, value):
        return (
            "Please enter a number." if element.get("is_decimal_allowed") else "Please enter a whole number."
        )
    if "min_value" in element and float(value) < float(element["min_value"]):
        return f"Please enter {element['min_value']} or more."
    if "max_value" in element and float(value) > float(element["max_value"]):
        return f"Please enter {element['max_value']} or less."
    return None


_SHOWN_IN_ACTION = {
    "button": ("text", "value", "url", "style", "accessibility_label", "confirm"),
    "workflow_button": ("text",),
    "overflow": ("confirm",),
}
_INITIALS = ("placeholder", "confirm", "min_query_length", "filter", "max_selected_items")


def action_of(block: Json, element: Json, entry: Json | None, chosen: Json | None, ts: str) -> Json:
    """The member of a ``block_actions`` payload's ``actions`` for this deed. ``entry`` is the element's new state,
    ``chosen`` the option of an overflow menu.
    """
    kind = element["type"]
    action: Json = {"type": kind} if entry is not None or kind == "overflow" else {}
    action |= {"action_id": element["action_id"], "block_id": block["block_id"]}
    if entry is not None:
        action |= {key: value for key, value in entry.items() if key != "type"}
        initial = _SLOT[kind][1]
        shown = (*_INITIALS, initial) if kind != "rich_text_input" else ()
        action |= {key: element[key] for key in shown if key and key in element}
    else:
        action |= {key: element[key] for key in _SHOWN_IN_ACTION.get(kind, ()) if key in element}
        if chosen is not None:
            action["selected_option"] = chosen
        action["type"] = kind
    action["action_ts"] = ts
    return action
