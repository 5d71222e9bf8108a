"""Sellers and listings on sites that no rule knows, by their address; and links that hide where they lead."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from bot.domain.identifiers.links import Link, defanged, owner_of
from bot.domain.identifiers.ranking import Candidate, Check
from bot.domain.subjects import Subject, SubjectKind

LONGEST_ADDRESS = 200

_SHORTENERS = dict.fromkeys(
    (
        *("amzn.to", "amzn.eu", "amzn.asia", "amzn.com", "a.co", "ebay.us", "ebay.to", "etsy.me", "temu.to"),
        *("share.temu.com", "vm.tiktok.com", "vt.tiktok.com", "s.click.aliexpress.com", "a.aliexpress.com"),
        *("walmrt.us", "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "cutt.ly", "is.gd", "rb.gy"),
    ),
    True,
)
_FOLLOWED = re.compile(r"utm_.*|fbclid|gclid|msclkid|ref|ref_|spm|_branch_match_id|srsltid")


def is_shortened(link: Link) -> bool:
    """Whether only opening the link would tell where it leads, which is never done."""
    return owner_of(link.host, _SHORTENERS) is True


def read_site(link: Link, kind: SubjectKind) -> list[Candidate]:
    """The reading of an address on any other site as a seller or a listing, without what marketing hung on it.

    The number is the address itself, defanged, since it is shown to people.
    """
    host = link.host.removeprefix("www.")
    query = urlencode([(name, value) for name, value in link.query if not _FOLLOWED.fullmatch(name)])
    path = quote(link.path.rstrip("/"), safe="/@:~!$'()*+,;=-._")
    address = f"{host}{path}{'?' if query else ''}{query}"
    if len(address) > LONGEST_ADDRESS:
        return []
    subject = Subject(kind, f"web-{kind}", defanged(address), "web")
    return [Candidate(subject, Check.NONE, f"{kind} by its web address", "It is an address on the web.")]
