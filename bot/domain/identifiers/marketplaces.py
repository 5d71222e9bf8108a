"""Marketplaces other than Amazon: the platform and what it calls the seller or the listing, taken as it is.

Their ids have no check digits, and their shapes change without notice: what stands at the right place of the
right host's link is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.identifiers.links import Link
from bot.domain.identifiers.ranking import BEHIND_ITS_EQUALS, Candidate, Check
from bot.domain.subjects import PLATFORM_NAMES, Subject, SubjectKind


@dataclass(frozen=True, slots=True)
class Marketplace:
    """Where one platform's links name sellers and listings, and what such a reference may hold."""

    platform: str
    host: re.Pattern[str]
    seller_path: re.Pattern[str]
    """Searched in the path; its last group that matched is the reference."""
    listing_path: re.Pattern[str]
    seller: re.Pattern[str]
    """Matches the whole of a seller's reference."""
    listing: re.Pattern[str]
    seller_names: tuple[str, ...] = ()
    """Names in a link's query under which a seller stands."""
    listing_names: tuple[str, ...] = ()
    seller_host: re.Pattern[str] | None = None
    """Matches hosts that are a seller's own; group 1 is the reference."""


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


MARKETPLACES = (
    Marketplace(
        "ebay",
        _pattern(
            r"(?:[a-z0-9-]+\.)*ebay\.(?:com|ca|de|fr|it|es|nl|pl|at|ch|ie|be|in|ph|vn|co\.uk|co\.jp|com\.(?:au|hk|my|sg|tw))"
        ),
        # A store's name and its owner's are two namespaces: `str/…` keeps them apart.
        seller_path=_pattern(
            r"/usr/([^/]+)|/(str/[^/]+)|/sch/([^/]+)/m\.html|/fdbk/feedback_profile/([^/]+)"
        ),
        listing_path=_pattern(r"/itm/(?:[^/]+/)?(\d+)(?!\d)"),
        seller=_pattern(r"(?:str/)?[a-z0-9][a-z0-9._*-]{0,63}"),
        listing=_pattern(r"\d{9,14}"),
        seller_names=("_ssn", "_saslop"),
        listing_names=("item", "iid"),
    ),
    Marketplace(
        "walmart",
        _pattern(r"(?:[a-z0-9-]+\.)*walmart\.(?:com|ca|com\.mx)"),
        seller_path=_pattern(r"/seller/(\d+)"),
        listing_path=_pattern(r"/ip/(?:[^/]+/)?([0-9a-z]+)/?$"),
        seller=_pattern(r"\d{1,20}"),
        listing=_pattern(r"(?=.*\d)[0-9a-z]{4,20}"),
        seller_names=("selectedsellerid", "sellerid"),
    ),
    Marketplace(
        "aliexpress",
        _pattern(r"(?:[a-z0-9-]+\.)*aliexpress\.(?:com|us|ru)"),
        seller_path=_pattern(r"/store/(?:[^/?]+/){0,3}(\d+)"),
        listing_path=_pattern(r"/(?:item|i)/(?:[^/]+/)?(\d+)"),
        seller=_pattern(r"\d{4,20}"),
        listing=_pattern(r"\d{8,20}"),
        seller_names=("storeid",),
    ),
    Marketplace(
        "etsy",
        _pattern(r"(?:[a-z0-9-]+\.)*etsy\.com"),
        seller_path=_pattern(r"/shop/([^/]+)"),
        listing_path=_pattern(r"/listing/(\d+)"),
        seller=_pattern(r"[a-z0-9]{3,32}"),
        listing=_pattern(r"\d{6,13}"),
        seller_host=_pattern(r"(?!www\.|m\.|help\.|blog\.)([a-z0-9]{3,32})\.etsy\.com"),
    ),
    Marketplace(
        "temu",
        _pattern(r"(?:[a-z0-9-]+\.)*temu\.com"),
        seller_path=_pattern(r"-m-(\d+)\.html"),
        listing_path=_pattern(r"-g-(\d+)\.html"),
        seller=_pattern(r"\d{6,20}"),
        listing=_pattern(r"\d{6,20}"),
        seller_names=("mall_id",),
        listing_names=("goods_id",),
    ),
    Marketplace(
        "tiktok",
        _pattern(r"(?:[a-z0-9-]+\.)*tiktok\.com"),
        seller_path=_pattern(r"/view/shop/(\d+)|/shop/store/(?:[^/]+/)?(\d+)|/(@[^/]+)"),
        listing_path=_pattern(r"/(?:view/product|product|pdp)/(?:[^/]+/)?(\d+)"),
        seller=_pattern(r"@[a-z0-9._]{2,24}|\d{6,20}"),
        listing=_pattern(r"\d{6,20}"),
    ),
)

_BY_NAME = {marketplace.platform: marketplace for marketplace in MARKETPLACES}
_TYPED = _pattern(r"(ebay|walmart|ali ?express|etsy|temu|tik ?tok)(?: ?shop)?(\s*:\s*|\s+)(\S.*)")


def read_marketplace_link(link: Link) -> list[Candidate] | None:
    """The seller that the link names, then the listing; None where the host is none of these platforms."""
    for marketplace in MARKETPLACES:
        if marketplace.host.fullmatch(link.host):
            return _of_link(marketplace, link)
    return None


def _of_link(marketplace: Marketplace, link: Link) -> list[Candidate]:
    sellers = link.values(*marketplace.seller_names) + _named(marketplace.seller_path, link.path)
    if marketplace.seller_host and (match := marketplace.seller_host.fullmatch(link.host)):
        sellers.append(match[1])
    listings = link.values(*marketplace.listing_names) + _named(marketplace.listing_path, link.path)
    found: list[Candidate] = []
    for reference in sellers[:1]:
        found += _seller(marketplace, reference, "The link names this seller.", 0)
    for reference in listings[:1]:
        found += _listing(
            marketplace, reference, "The link leads to this listing.", BEHIND_ITS_EQUALS if found else 0
        )
    return found


def _named(pattern: re.Pattern[str], path: str) -> list[str]:
    match = pattern.search(path)
    return [match[match.lastindex or 1]] if match else []


def to_type(subject: Subject) -> str:
    """What somebody would type to mean this seller or listing."""
    own_shape = subject.platform in ("amazon", "web")
    return subject.number if own_shape else f"{subject.platform}:{subject.number}"


def read_typed(text: str, kind: SubjectKind | None) -> list[Candidate]:
    """The reading of `ebay:techshop`, and, where the kind is known, of `ebay techshop`."""
    match = _TYPED.fullmatch(text)
    if not match or (kind is None and ":" not in match[2]):
        return []
    marketplace = _BY_NAME[match[1].lower().replace(" ", "")]
    reference, why = match[3].strip(), "It was typed with the name of the marketplace before it."
    found = _listing(marketplace, reference, why, 0) if kind is not SubjectKind.SELLER else []
    if kind is not SubjectKind.LISTING:
        found += _seller(marketplace, reference, why, 0)
    return found


def _seller(marketplace: Marketplace, reference: str, why: str, weight: int) -> list[Candidate]:
    if not marketplace.seller.fullmatch(reference):
        return []
    subject = Subject(
        SubjectKind.SELLER, f"{marketplace.platform}-seller", reference.lower(), marketplace.platform
    )
    name = f"{PLATFORM_NAMES[marketplace.platform]} seller"
    return [Candidate(subject, Check.NONE, name, why, weight)]


def _listing(marketplace: Marketplace, reference: str, why: str, weight: int) -> list[Candidate]:
    if not marketplace.listing.fullmatch(reference):
        return []
    subject = Subject(
        SubjectKind.LISTING, f"{marketplace.platform}-listing", reference.upper(), marketplace.platform
    )
    name = f"{PLATFORM_NAMES[marketplace.platform]} listing"
    return [Candidate(subject, Check.NONE, name, why, weight)]
