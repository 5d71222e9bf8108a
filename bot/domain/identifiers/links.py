"""Links as people paste them: read into parts, never opened; and shown so that nobody opens them by accident."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

Owner = TypeVar("Owner")

_FANGS = (("[.]", "."), ("(.)", "."), ("[dot]", "."), ("[:]", ":"), ("[://]", "://"))
_LINK = re.compile(
    r"(?:h(?:tt|xx)ps?://)?"
    r"(?:[^\s/?#@]{1,64}@)?"
    r"(?:[a-z0-9](?:[a-z0-9_-]{0,62})\.){1,8}[a-z][a-z0-9-]{1,62}\.?"
    r"(?::\d{1,5})?(?:[/?#]\S*)?",
    re.IGNORECASE,
)

_WRAPPERS = {
    "safelinks.protection.outlook.com": ("url",),
    "google.com": ("q", "url"),
    "l.facebook.com": ("u",),
    "slack-redir.net": ("url",),
    "urldefense.proofpoint.com": ("u",),
    "urldefense.com": ("u",),
}
"""Services that put a link inside theirs, and where in the query it stands."""

_URLDEFENSE = re.compile(r"https://urldefense\.com/v3/__(.+?)__;")
_URLDEFENSE_2 = "/v2/url"
_CODE_IN_URLDEFENSE_2 = re.compile(r"-([0-9A-F]{2})")
"""There a character is written by its code, and a slash as `_`."""


@dataclass(frozen=True, slots=True)
class Link:
    """The parts of a link that say what it points to."""

    host: str
    """In lower case, without a user, port or final dot."""

    path: str
    """Percent-decoded, starting with `/` where there is one."""

    query: tuple[tuple[str, str], ...]
    """Names in lower case and decoded values, in their order."""

    fragment: str

    def values(self, *names: str) -> list[str]:
        """What the query holds under these names, in the order of the names."""
        return [value for name in names for key, value in self.query if key == name]


def looks_like_a_link(text: str) -> bool:
    """Whether a word is a web address, with `https://` or without, defanged or not."""
    return "." in text and _LINK.fullmatch(fanged(text)) is not None


def fanged(text: str) -> str:
    """A defanged link as it was: `hxxps://amazon[.]com` → `https://amazon.com`."""
    if "[" in text or "(" in text:
        for safe, live in _FANGS:
            text = text.replace(safe, live)
    return "http" + text[4:] if text[:4].lower() == "hxxp" else text


def defanged(url: str) -> str:
    """A link as it may be shown: nobody can click it and no client unfurls it.

    `https://www.amazon.co.uk/sp?seller=A2L77EE7U53NWQ` → `hxxps://www.amazon[.]co[.]uk/sp?seller=A2L77EE7U53NWQ`.
    Not escaped; defanging twice changes nothing.
    """
    live = fanged(url.strip())
    scheme, separator, rest = live.rpartition("://") if _has_scheme(live) else ("", "", live)
    ends = min((at for mark in "/?#" if (at := rest.find(mark)) >= 0), default=len(rest))
    host, path = rest[:ends], rest[ends:]
    www = "www." if host[:4].lower() == "www." else ""
    scheme = re.sub("^http", "hxxp", scheme, flags=re.IGNORECASE)
    return f"{scheme}{separator}{www}{host[len(www) :].replace('.', '[.]')}{path}"


_LIVE = re.compile(
    r"(?:(?:https?|ftp)://"
    r"|(?<![\w@.=\[/-])(?:www\.|[a-z0-9-]++\.etsy\.com(?![\w-]|\.\w)|(?:[a-z0-9-]++\.)++[a-z]{2,63}/))"
    r"(?:(?:(?!https?://)[^\s<>|\"“”„«»])*(?!https?://)[^\s<>|\"“”„«».,;:!?'*_~()\[\]{}`…])?",
    re.IGNORECASE,
)


def defanged_in(text: str) -> str:
    """Words with every link in them defanged: what has a scheme or begins with `www.`, a host with a path behind it, and a
    shop's own host.

    A host alone stays as it is (`example.com`): it may be a company's name, a file's, or two sentences without a blank
    between them, and nothing of what we send becomes a link by itself.
    """
    if "/" not in text and "www." not in (small := text.lower()) and "etsy.com" not in small:
        return text
    return _LIVE.sub(lambda link: defanged(link[0]), text)


def _has_scheme(url: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.-]*://[^/]", url, re.IGNORECASE) is not None


def read_link(text: str) -> Link | None:
    """The parts of a web address, unwrapped where a mail filter or a search engine wrapped it; None for other text."""
    link = _parts(match[1] if (match := _URLDEFENSE.match(text)) else text)
    for _ in range(2):
        inner = _wrapped_in(link) if link else None
        if inner is None:
            break
        link = _parts(inner) or link
    return link


def _parts(text: str) -> Link | None:
    live = fanged(text).replace("&amp;", "&")
    if not _LINK.fullmatch(live):
        return None
    try:
        parts = urlsplit(live if "://" in live[:8] else f"https://{live}")
        query = parse_qsl(parts.query, max_num_fields=100)
    except ValueError:  # brackets that are no IPv6 address, or a query made to exhaust
        return None
    host = (parts.hostname or "").rstrip(".")
    lowered = tuple((name.lower(), value) for name, value in query)
    return Link(host, unquote(parts.path), lowered, unquote(parts.fragment))


def _wrapped_in(link: Link) -> str | None:
    names = owner_of(link.host, _WRAPPERS)
    found = link.values(*names) if names else []
    if found and link.path == _URLDEFENSE_2:
        return _CODE_IN_URLDEFENSE_2.sub(lambda code: chr(int(code[1], 16)), found[0].replace("_", "/"))
    return found[0] if found else None


def owner_of(host: str, owners: Mapping[str, Owner]) -> Owner | None:
    """What a table of domains holds for a host or the nearest domain above it."""
    while host:
        if host in owners:
            return owners[host]
        host = host.partition(".")[2]
    return None
