"""What a link into Amazon points to: a seller, a listing or an order."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from bot.domain.identifiers import amazon
from bot.domain.identifiers.links import Link
from bot.domain.identifiers.ranking import BEHIND_ITS_EQUALS, Candidate

_HOST = re.compile(
    r"(?:[a-z0-9-]+\.)*amazon\.(?:com|ca|cn|de|fr|it|es|nl|pl|se|ie|ae|sa|eg|in|sg|cl"
    r"|co\.uk|co\.jp|co\.za|com\.(?:mx|br|be|tr|au|co))"
)
_SELLER_NAMES = ("seller", "merchant", "merchantid", "sellerid", "me", "m", "smid")
_SELLER_PATH = re.compile(r"/(?:shops|sp|merchant)/(\w+)")
_SELLER_FILTER = re.compile(r"(?:^|[,&])p_6[:|](\w+)")
_LISTING_PATH = re.compile(
    r"/(?:dp(?:/product)?|gp/product|gp/offer-listing|gp/aw/(?:d|ol)|gp/product-reviews|product-reviews|gp/customer-reviews"
    r"|exec/obidos/(?:asin|tg/detail/-)|o/asin|d|ask/questions/asin|reviews|offer-listing)/([a-z0-9]{10})(?![a-z0-9])",
    re.IGNORECASE,
)
_ORDER = re.compile(r"(?<!\d)\d{3}-\d{7}-\d{7}(?!\d)")


def is_amazon(link: Link) -> bool:
    """Whether the link leads to one of Amazon's shops, and not to a host that only has the name in it."""
    return _HOST.fullmatch(link.host) is not None


def read_amazon_link(link: Link) -> list[Candidate]:
    """The seller that the link names, then the listing, then the order.

    A listing's link that names a seller means the seller: the offer is theirs, the listing is everybody's.
    """
    found = _sellers(link)
    listings = _listings(link)
    found += (
        [replace(each, weight=each.weight + BEHIND_ITS_EQUALS) for each in listings] if found else listings
    )
    return found or _orders(link)


def _sellers(link: Link) -> list[Candidate]:
    named = link.values(*_SELLER_NAMES)
    named += _SELLER_PATH.findall(link.path)
    named += [name for value in link.values("rh") for name in _SELLER_FILTER.findall(value)]
    for name in named:
        identifier = name.strip().upper()
        if amazon.SELLER_SHAPE.fullmatch(identifier) and identifier not in amazon.MARKETPLACES:
            return [amazon.seller(identifier, "The link names this seller.")]
    return []


def _listings(link: Link) -> list[Candidate]:
    # A sponsored link holds the path of the listing in its query.
    paths = [link.path, *(unquote(value) for value in link.values("url"))]
    named = [match[1] for path in paths if (match := _LISTING_PATH.search(path))]
    for name in named + link.values("asin", "creativeasin"):
        if found := amazon.read_listing(name.strip().upper()):
            return [replace(found[0], why="The link leads to this listing.")]
    return []


def _orders(link: Link) -> list[Candidate]:
    for text in (*link.values("orderid", "order-id"), link.path):
        if match := _ORDER.search(text):
            return amazon.read_order(match[0].replace("-", ""))
    return []
