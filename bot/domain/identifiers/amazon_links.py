"""What a link into Amazon points to: a seller, a listing or an order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from bot.domain.identifiers import amazon
from bot.domain.identifiers.cleaning import compact
from bot.domain.identifiers.links import Link, read_link
from bot.domain.identifiers.parcels import read_parcel
from bot.domain.identifiers.ranking import BEHIND_ITS_EQUALS, Candidate

ENDS = (
    *("com", "ca", "cn", "de", "fr", "it", "es", "nl", "pl", "se", "ie", "ae", "sa", "eg", "in", "sg", "cl"),
    *("co.uk", "co.jp", "co.za", "com.mx", "com.br", "com.be", "com.tr", "com.au", "com.co"),
)
"""Of the hosts of Amazon's shops, after `amazon.`."""

_HOST = re.compile(rf"(?:[a-z0-9-]+\.)*amazon\.(?:{'|'.join(map(re.escape, ENDS))})")
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
    """The seller that the link names, then the listing; of a page that tracks a parcel, the parcel; then the order.

    A listing's link that names a seller means the seller: the offer is theirs, the listing is everybody's.
    """
    links = [link, *_inside(link)]
    found = _sellers(links)
    listings = _listings(links)
    found += _behind(listings) if found else listings
    if found:
        return found
    parcels, orders = _parcels(link), _orders(link)
    return parcels + (_behind(orders) if parcels else orders)


def marketplace_named(link: Link) -> str:
    """The id of a marketplace where a seller's should stand; the empty string where there is none."""
    if not is_amazon(link):
        return ""
    named = (name for each in (link, *_inside(link)) for name in _seller_names(each))
    return next((name for name in named if name in amazon.MARKETPLACES), "")


def _behind(candidates: list[Candidate]) -> list[Candidate]:
    return [each._replace(weight=each.weight + BEHIND_ITS_EQUALS) for each in candidates]


def _inside(link: Link) -> Iterator[Link]:
    """Sponsored links and redirects hold the address to which they lead in their query, often without its host."""
    for value in link.values("url"):
        address = value if "/" in value else unquote(value)
        inner = read_link(f"{link.host}{address}" if address.startswith("/") else address)
        if inner and is_amazon(inner):
            yield inner


def _seller_names(link: Link) -> Iterator[str]:
    yield from (name.strip().upper() for name in link.values(*_SELLER_NAMES))
    yield from (name.upper() for name in _SELLER_PATH.findall(link.path))
    for value in link.values("rh"):
        yield from (name.upper() for name in _SELLER_FILTER.findall(value))


def _sellers(links: list[Link]) -> list[Candidate]:
    for name in (name for link in links for name in _seller_names(link)):
        if amazon.SELLER_SHAPE.fullmatch(name) and name not in amazon.MARKETPLACES:
            return [amazon.seller(name, "The link names this seller.")]
    return []


def _listings(links: list[Link]) -> list[Candidate]:
    named = [match[1] for link in links if (match := _LISTING_PATH.search(link.path))]
    for name in named + [name for link in links for name in link.values("asin", "creativeasin")]:
        if found := amazon.read_listing(name.strip().upper()):
            return [found[0]._replace(why="The link leads to this listing.")]
    return []


def _parcels(link: Link) -> list[Candidate]:
    """`/progress-tracker/package?trackingId=TBA…`: Amazon's own parcels, and others' that it has handed them to."""
    return [
        each
        for value in link.values("trackingid", "trackingnumber")
        if (number := compact(value))
        for each in read_parcel(number, value)
    ]


def _orders(link: Link) -> list[Candidate]:
    for text in (*link.values("orderid", "order-id"), link.path):
        if match := _ORDER.search(text):
            return amazon.read_order(match[0].replace("-", ""))
    return []
