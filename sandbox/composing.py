"""What Slack makes of what a person types: escapes, mentions, links; as mrkdwn text and as a rich_text block.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re

from sandbox.ids import Ids
from sandbox.state import Json, Workspace

_PIECE = re.compile(
    r"(?P<url>https?://[^\s<>]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w@])@(?P<person>[a-z0-9][\w.-]*\w)"
    r"|(?<![\w#&])#(?P<channel>[a-z0-9][\w-]*)"
    r"|(?<!\w):(?P<emoji>[a-z0-9_+-]+):(?!\w)",
    re.IGNORECASE,
)
_BROADCASTS = ("channel", "here", "everyone")
_TRAILING = ".,;:!?)]}\"'"


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def written(workspace: Workspace, text: str) -> tuple[str, list[Json]]:
    """(text, elements of a rich_text_section) of a typed message."""
    shown, elements, at = [], [], 0
    for found in _PIECE.finditer(text):
        made = _made(workspace, found)
        if made is None:
            continue
        form, element, end = made
        plain = text[at : found.start()]
        if plain:
            shown.append(escape(plain))
            elements.append({"type": "text", "text": plain})
        shown.append(form)
        elements.append(element)
        at = end
    if text[at:]:
        shown.append(escape(text[at:]))
        elements.append({"type": "text", "text": text[at:]})
    return "".join(shown), elements


def rich_text(elements: list[Json], ids: Ids) -> list[Json]:
    section = {"type": "rich_text_section", "elements": elements}
    return [{"type": "rich_text", "block_id": ids.short(), "elements": [section]}]


def command_text(workspace: Workspace, text: str, should_escape: bool) -> str:
    """The ``text`` of a slash command: with ``should_escape`` people, channels and links come as ``<@U…|name>``,
    ``<#C…|name>`` and ``<https://…>``, otherwise as typed. ``&``, ``<`` and ``>`` are always escaped.

    https://docs.slack.dev/interactivity/implementing-slash-commands#escaping
    """
    text = text.strip()
    if not should_escape:
        return escape(text)
    shown, at = [], 0
    for found in _PIECE.finditer(text):
        if found["emoji"]:
            continue
        made = _made(workspace, found)
        if made is None:
            continue
        form, _, end = made
        if found["person"] and form.startswith("<@"):
            form = f"{form[:-1]}|{found['person']}>"
        shown += [escape(text[at : found.start()]), form]
        at = end
    return "".join(shown) + escape(text[at:])


def links_in(text: str) -> list[str]:
    """The URLs of a message's text, in order, each once."""
    return list(
        dict.fromkeys(found.replace("&amp;", "&") for found in re.findall(r"<(https?://[^|>]+)[|>]", text))
    )


def _made(workspace: Workspace, found: re.Match[str]) -> tuple[str, Json, int] | None:
    """(as text, as element, where it ends), or None if it is just text."""
    end = found.end()
    if url := found["url"]:
        trimmed = url.rstrip(_TRAILING)
        end -= len(url) - len(trimmed)
        return f"<{escape(trimmed)}>", {"type": "link", "url": trimmed}, end
    if email := found["email"]:
        return f"<mailto:{email}|{email}>", {"type": "link", "url": f"mailto:{email}", "text": email}, end
    if name := found["person"]:
        return _mention(workspace, name, end)
    if name := found["channel"]:
        channel = workspace.channel_named(name)
        if channel is None:
            return None
        return f"<#{channel.id}|{channel.name}>", {"type": "channel", "channel_id": channel.id}, end
    return f":{found['emoji']}:", {"type": "emoji", "name": found["emoji"]}, end


def _mention(workspace: Workspace, name: str, end: int) -> tuple[str, Json, int] | None:
    if name in _BROADCASTS:
        return f"<!{name}>", {"type": "broadcast", "range": name}, end
    if person := workspace.person_named(name):
        return f"<@{person.id}>", {"type": "user", "user_id": person.id}, end
    group = next((g for g in workspace.usergroups.values() if g.handle == name), None)
    if group is not None:
        return f"<!subteam^{group.id}|@{name}>", {"type": "usergroup", "usergroup_id": group.id}, end
    return None
