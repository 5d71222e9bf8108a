"""What Slack makes of what a person types: escapes, mentions, links; as mrkdwn text and as a rich_text block.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from sandbox.ids import Ids
from sandbox.state import Json, Workspace

Made = tuple[str, list[Json], int]
"""What one piece becomes: as text, as elements, and where it ended in what was typed."""

_PIECE = re.compile(
    r"(?P<url>https?://[^\s<>]+)"
    r"|(?P<email>(?<![\w.+-])[\w.+-]++@[\w-]+\.[\w.-]*\w)"
    r"|(?<![\w@])@(?P<person>[a-z0-9][\w.-]*\w)"
    r"|(?<![\w#&])#(?P<channel>[a-z0-9][\w-]*)"
    r"|(?<!\w):(?P<emoji>[a-z0-9_+-]+):(?!\w)"
    r"|(?<!\w)(?P<mark>[*_~`])(?!\s|(?P=mark))",
    re.IGNORECASE,
)
"""Nothing in it looks at more than what it takes: somebody may type 40,000 characters in which nothing is ever closed."""
_CLOSES = {mark: re.compile(rf"(?<=\S){re.escape(mark)}(?![\w{re.escape(mark)}])|\n|\Z") for mark in "*_~`"}
_STYLES = {"*": "bold", "_": "italic", "~": "strike", "`": "code"}
_FENCED = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_QUOTED = re.compile(r"(?:^>[^\n]*(?:\n|\Z))+", re.MULTILINE)
_QUOTE_SIGN = re.compile(r"^> ?", re.MULTILINE)
_BROADCASTS = ("channel", "here", "everyone")
_TRAILING = ".,;:!?)]}\"'"


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def composed(workspace: Workspace, text: str, ids: Ids) -> tuple[str, list[Json]]:
    """(text, blocks) of a typed message, as Slack's composer makes them of mrkdwn signs.

    https://slack.com/help/articles/202288908-Format-your-messages-in-Slack
    """
    shown, parts = [], []
    for kind, piece in _passages(text):
        if kind == "rich_text_preformatted":
            shown.append(f"```{escape(piece)}```")
            parts.append({"type": kind, "elements": [{"type": "text", "text": piece}], "border": 0})
            continue
        said, elements = written(workspace, piece)
        shown.append(re.sub("^", "&gt; ", said, flags=re.MULTILINE) if kind == "rich_text_quote" else said)
        parts.append({"type": kind, "elements": elements})
    blocks = [{"type": "rich_text", "block_id": ids.short(), "elements": parts}] if parts else []
    return "\n".join(shown), blocks


def _passages(text: str) -> Iterator[tuple[str, str]]:
    """The text in order, cut into what is fenced, what is quoted, and the rest; the line breaks between them are gone."""
    at = 0
    for fenced in _FENCED.finditer(text):
        yield from _quotes_in(text[at : fenced.start()])
        yield "rich_text_preformatted", fenced.group(1)
        at = fenced.end()
    yield from _quotes_in(text[at:])


def _quotes_in(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    for quoted in _QUOTED.finditer(text):
        yield from _section(text[at : quoted.start()])
        yield "rich_text_quote", _QUOTE_SIGN.sub("", quoted.group().removesuffix("\n"))
        at = quoted.end()
    yield from _section(text[at:])


def _section(text: str) -> Iterator[tuple[str, str]]:
    inside = text.strip("\n")
    if inside:
        yield "rich_text_section", inside


def _pieces(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """What may mean something, in order, each with where it ends; a mark only where it is closed on its line."""
    at, ends = 0, dict.fromkeys(_CLOSES, -1)
    while found := _PIECE.search(text, at):
        at = found.end()
        if mark := found["mark"]:
            # Where a mark was looked for and not passed since, it need not be looked for again.
            if ends[mark] <= at:
                ends[mark] = closing.start() if (closing := _CLOSES[mark].search(text, at + 1)) else len(text)
            if text[ends[mark] : ends[mark] + 1] != mark:
                continue
            at = ends[mark] + 1
        yield found, at


def written(workspace: Workspace, text: str) -> tuple[str, list[Json]]:
    """(text, elements of a rich_text_section) of a passage."""
    shown, elements, at = [], [], 0
    for found, ended in _pieces(text):
        inside = text[found.end() : ended - 1]
        made = _styled(workspace, found["mark"], inside, ended) if found["mark"] else _made(workspace, found)
        if made is None:
            continue
        form, made_of, end = made
        plain = text[at : found.start()]
        if plain:
            shown.append(escape(plain))
            elements.append({"type": "text", "text": plain})
        shown.append(form)
        elements += made_of
        at = end
    if text[at:]:
        shown.append(escape(text[at:]))
        elements.append({"type": "text", "text": text[at:]})
    return "".join(shown), elements


def _styled(workspace: Workspace, mark: str, inside: str, end: int) -> Made:
    """A passage between two signs; what stands in backticks is nothing but text."""
    elements: list[Json]
    if mark == "`":
        said, elements = escape(inside), [{"type": "text", "text": inside}]
    else:
        said, elements = written(workspace, inside)
    style = {_STYLES[mark]: True}
    styled = [{**element, "style": {**element.get("style", {}), **style}} for element in elements]
    return f"{mark}{said}{mark}", styled, end


def command_text(workspace: Workspace, text: str, should_escape: bool) -> str:
    """The ``text`` of a slash command: with ``should_escape`` people, channels and links come as ``<@U…|name>``,
    ``<#C…|name>`` and ``<https://…>``, otherwise as typed. ``&``, ``<`` and ``>`` are always escaped.

    https://docs.slack.dev/interactivity/implementing-slash-commands#escaping
    """
    text = text.strip()
    if not should_escape:
        return escape(text)
    shown, at = [], 0
    for found, _ in _pieces(text):
        if found["emoji"] or found["mark"]:
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


def domain_of(url: str, domains: list[str]) -> str | None:
    """The one of ``domains`` that the URL belongs to; a domain's own subdomains belong to it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # half an IPv6 address
        return None
    return next((domain for domain in domains if host == domain or host.endswith(f".{domain}")), None)


def _made(workspace: Workspace, found: re.Match[str]) -> Made | None:
    """None if it is just text."""
    end = found.end()
    if url := found["url"]:
        trimmed = url.rstrip(_TRAILING)
        end -= len(url) - len(trimmed)
        return f"<{escape(trimmed)}>", [{"type": "link", "url": trimmed}], end
    if email := found["email"]:
        return f"<mailto:{email}|{email}>", [{"type": "link", "url": f"mailto:{email}", "text": email}], end
    if name := found["person"]:
        return _mention(workspace, name, end)
    if name := found["channel"]:
        channel = workspace.channel_named(name)
        if channel is None:
            return None
        return f"<#{channel.id}|{channel.name}>", [{"type": "channel", "channel_id": channel.id}], end
    return f":{found['emoji']}:", [{"type": "emoji", "name": found["emoji"]}], end


def _mention(workspace: Workspace, name: str, end: int) -> Made | None:
    if name in _BROADCASTS:
        return f"<!{name}>", [{"type": "broadcast", "range": name}], end
    if person := workspace.person_named(name):
        return f"<@{person.id}>", [{"type": "user", "user_id": person.id}], end
    group = next((g for g in workspace.usergroups.values() if g.handle == name), None)
    if group is not None:
        return f"<!subteam^{group.id}|@{name}>", [{"type": "usergroup", "usergroup_id": group.id}], end
    return None
