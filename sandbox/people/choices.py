"""What menus of people, channels and files offer, and what a choice means."""

from typing import Any

from sandbox.elements import Refused
from sandbox.menus import conversations
from sandbox.people.deed import Deed
from sandbox.state import Channel, Json
from sandbox.wire import file_object


def resolve(deed: Deed, element: Json, block: Json, kind: str, values: list[Any]) -> list[Json]:
    """What the state entry holds for ``values``; raises Refused for what the client would not offer."""
    if kind == "option":
        return [_suggested(deed, block, element, value) for value in values]
    if kind == "file":
        return [_file(deed, value) for value in values]
    there = {entry["value"]: entry for entry in _offered(deed, element)}
    there |= {entry["text"]["text"].lstrip("@#"): entry for entry in there.values()}
    chosen = []
    for value in values:
        entry = there.get(str(value).lstrip("@#"))
        if entry is None:
            raise Refused(f"{value} is not among what can be chosen here.")
        chosen.append({"id": entry["value"]})
    return chosen


def offered(deed: Deed, element: Json, query: str) -> list[Json]:
    """The entries of a menu that fit what was typed."""
    options = element.get("options") or [o for g in element.get("option_groups", []) for o in g["options"]]
    options = options or _offered(deed, element)
    return [option for option in options if query.lower() in option["text"]["text"].lower()]


def shown_groups(answer: Json) -> Json:
    return {key: answer[key] for key in ("options", "option_groups") if key in answer}


def _offered(deed: Deed, element: Json) -> list[Json]:
    workspace, kind = deed.em.workspace, element["type"].removeprefix("multi_")
    if kind == "users_select":
        return [_option(f"@{p.name}", p.id) for p in workspace.people.values() if not p.deleted]
    wanted = {"include": ["public"]} if kind == "channels_select" else element.get("filter", {})
    found = conversations(workspace, deed.person.id, wanted)
    if kind == "channels_select":
        return [_option(f"#{c.name}", c.id) for c in found]
    return [_option(_title(deed, c), c.id) for c in found]


def _title(deed: Deed, channel: Channel) -> str:
    if channel.kind in ("public", "private"):
        return f"#{channel.name}"
    others = [deed.em.workspace.people[m].name for m in channel.members if m != deed.person.id]
    return ", ".join(f"@{name}" for name in others)


def _option(text: str, value: str) -> Json:
    return {"text": {"type": "plain_text", "text": text, "emoji": True}, "value": value}


def _suggested(deed: Deed, block: Json, element: Json, value: Any) -> Json:
    """An option of an external menu: one the app offered last, by itself, its value or its text."""
    known = deed.em.suggested.get((deed.person.id, block["block_id"], element["action_id"]), [])
    for option in known:
        if value == option or value in (option.get("value"), option["text"]["text"]):
            return option
    raise Refused(f"The app did not offer {value!r}; type into the menu first.")


def _file(deed: Deed, file_id: Any) -> Json:
    file = deed.em.workspace.files.get(str(file_id))
    if file is None:
        raise Refused(f"There is no file {file_id}; upload it first.")
    return file_object(deed.em.workspace, file, deed.em.address)
