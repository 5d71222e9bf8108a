"""Small parts from which the payloads of the rule tests are composed."""

from typing import Any

Json = dict[str, Any]


def plain(text: str = "Text") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Text*") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "one", text: str = "One", **more: Any) -> Json:
    return {"text": plain(text), "value": value, **more}


def options(count: int) -> list[Json]:
    return [option(f"value-{index}") for index in range(count)]


def group(count: int = 1, label: str = "Group") -> Json:
    return {"label": plain(label), "options": options(count)}


def confirm(**more: Any) -> Json:
    return {
        "title": plain("Sure?"),
        "text": plain("It cannot be undone."),
        "confirm": plain("Yes"),
        "deny": plain("No"),
        **more,
    }


def element(kind: str, **more: Any) -> Json:
    return {"type": kind, "action_id": "act", **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("Press"), **more}


def image(**more: Any) -> Json:
    return {"type": "image", "alt_text": "A parcel", "image_url": "https://example.com/a.png", **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def context(*elements: Json) -> Json:
    return {"type": "context", "elements": list(elements)}


def asked(inside: Json, **more: Any) -> Json:
    """An input block around an element."""
    return {"type": "input", "label": plain("Label"), "element": inside, **more}


def rich(*elements: Json, **more: Any) -> Json:
    return {"type": "rich_text", "elements": list(elements), **more}


def sentence(*inline: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(inline)}


def said(text: str = "said", **more: Any) -> Json:
    return {"type": "text", "text": text, **more}


def raw(text: str = "cell") -> Json:
    return {"type": "raw_text", "text": text}


def table(rows: int = 2, columns: int = 2, text: str = "cell", **more: Any) -> Json:
    return {"type": "table", "rows": [[raw(text)] * columns for _ in range(rows)], **more}


def data_table(rows: int = 2, columns: int = 2, text: str = "cell", **more: Any) -> Json:
    return {**table(rows, columns, text), "type": "data_table", "caption": "Seizures by port", **more}


def pie(segments: int = 2, **more: Any) -> Json:
    parts = [{"label": f"Part {index}", "value": index + 1} for index in range(segments)]
    return {
        "type": "data_visualization",
        "title": "Share",
        "chart": {"type": "pie", "segments": parts},
        **more,
    }


def bars(labels: list[str], *series: tuple[str, list[str]], kind: str = "bar") -> Json:
    """A chart with axes: the categories, and for each series its name and the labels of its points."""
    return {
        "type": "data_visualization",
        "title": "By week",
        "chart": {
            "type": kind,
            "series": [
                {"name": name, "data": [{"label": label, "value": 1} for label in points]}
                for name, points in series
            ],
            "axis_config": {"categories": labels},
        },
    }


def card(**more: Any) -> Json:
    return {"type": "card", "title": plain("Title"), **more}


def container(*children: Json, **more: Any) -> Json:
    return {"type": "container", "title": plain("Title"), "child_blocks": list(children), **more}


def task(**more: Any) -> Json:
    return {"type": "task_card", "task_id": "t1", "title": "Look up", "status": "complete", **more}


def video(**more: Any) -> Json:
    return {
        "type": "video",
        "alt_text": "How to read a label",
        "title": plain("Reading a label"),
        "thumbnail_url": "https://example.com/t.png",
        "video_url": "https://example.com/v",
        **more,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Flag"), "submit": plain("Send"), "blocks": list(blocks), **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


def message(*blocks: Json, **more: Any) -> Json:
    return {"text": "What the blocks say", "blocks": list(blocks), **more}


def without(payload: Json, *names: str) -> Json:
    return {name: value for name, value in payload.items() if name not in names}
