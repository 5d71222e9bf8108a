"""Views for tests, each as small as Slack takes it."""

from typing import Any

Json = dict[str, Any]


def words(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def modal(*blocks: Json, title: str = "Flag", **more: Any) -> Json:
    return {"type": "modal", "title": words(title), "submit": words("Send"), "blocks": list(blocks), **more}


def home(*blocks: Json) -> Json:
    return {"type": "home", "blocks": list(blocks)}


def section(text: str, accessory: Json | None = None, block_id: str | None = None) -> Json:
    block: Json = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    if accessory is not None:
        block["accessory"] = accessory
    return block | ({"block_id": block_id} if block_id else {})


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "row", "elements": list(elements)}


def button(text: str, action_id: str = "press", **more: Any) -> Json:
    return {"type": "button", "text": words(text), "action_id": action_id, **more}


def field(label: str, element: Json, block_id: str | None = None, **more: Any) -> Json:
    name = block_id or label.lower().replace(" ", "_")
    return {"type": "input", "block_id": name, "label": words(label), "element": element, **more}


def text_input(action_id: str = "text", **more: Any) -> Json:
    return {"type": "plain_text_input", "action_id": action_id, **more}


def options(*texts: str) -> list[Json]:
    return [{"text": words(text), "value": text.lower()} for text in texts]


def menu(kind: str, action_id: str = "choice", **more: Any) -> Json:
    return {"type": kind, "action_id": action_id, **more}
