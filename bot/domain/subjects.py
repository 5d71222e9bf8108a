"""What a flag is about: a parcel, a container, a seller, a listing or an order, in one canonical form."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple


class SubjectKind(StrEnum):
    """The kinds of thing that can be flagged."""

    PARCEL = "parcel"
    CONTAINER = "container"
    SELLER = "seller"
    LISTING = "listing"
    ORDER = "order"


PLATFORM_NAMES = {
    "aliexpress": "AliExpress",
    "amazon": "Amazon",
    "ebay": "eBay",
    "etsy": "Etsy",
    "temu": "Temu",
    "tiktok": "TikTok Shop",
    "walmart": "Walmart",
    "web": "web",
}
"""What people call each marketplace, by its machine name."""

_CARRIERS = {
    "amazon-logistics": "Amazon Logistics",
    "dhl-ecommerce": "DHL",
    "dhl-express": "DHL",
    "dhl-express-piece": "DHL",
    "dhl-paket": "DHL",
    "fedex-express": "FedEx",
    "fedex-ground": "FedEx",
    "gofo": "GOFO",
    "ups": "UPS",
    "usps-impb": "USPS",
    "yunexpress": "YunExpress",
}

_SHIPPED = frozenset({SubjectKind.PARCEL, SubjectKind.CONTAINER})
_PUNCTUATION = re.compile(r"[^0-9A-Z]")


class Subject(NamedTuple):
    """One thing in the world, written the same way whoever typed it.

    A tuple, since several are made of every number that is read: a frozen dataclass takes three times as long to make.
    """

    kind: SubjectKind

    scheme: str
    """Machine name of the rule by which the number is read, for example `dhl-express` or `amazon-seller`."""

    number: str
    """The canonical form, as it is shown to people: `3318810025`, `176-12345675`, `A2L77EE7U53NWQ`."""

    platform: str | None = None
    """Machine name of the marketplace of a seller, listing or order; None for what travels."""

    @property
    def key(self) -> str:
        """What makes two subjects the same: `parcel:3318810025`, `seller:amazon:A2L77EE7U53NWQ`.

        The digits of a parcel may be read as one carrier's or another's; that choice is not part of the key.
        """
        if self.kind in _SHIPPED:
            return f"{self.kind.value}:{_PUNCTUATION.sub('', self.number.upper())}"
        return f"{self.kind.value}:{self.platform or ''}:{self.number}"

    @property
    def label(self) -> str:
        """A few plain words for a line of text: `seller A2L77EE7U53NWQ (Amazon)`. Not escaped."""
        words = f"{self.kind} {self.number}"
        return f"{words} ({self.platform_name})" if self.platform else words

    @property
    def platform_name(self) -> str | None:
        """The marketplace as people call it, or None for what travels."""
        return PLATFORM_NAMES.get(self.platform, self.platform) if self.platform else None

    @property
    def carrier(self) -> str | None:
        """Whose number this is, where the rule says so: `DHL`, `UPS`; None for the postal union's or an airline's."""
        return _CARRIERS.get(self.scheme)
