"""What a flag says beside its words: brand, reason, how sure, what is asked for.

The reasons follow what customs and marketplaces ask a referral for: the five categories of CBP's e-Allegations form
and the types of a marketplace's report of a violation (19 CFR 133 names the intellectual property ones).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

from bot.domain.errors import InvalidInput

LONGEST_NAME = 100
"""Characters of a brand or a port."""


class Reason(StrEnum):
    """Why it looks wrong. A suspicion, never a finding."""

    COUNTERFEIT_TRADEMARK = "counterfeit_trademark"
    TRADEMARK_INFRINGEMENT = "trademark_infringement"
    COPYRIGHT_PIRACY = "copyright_piracy"
    DMCA_CIRCUMVENTION = "dmca_circumvention"
    PATENT_DESIGN = "patent_design"
    TRADE_DRESS = "trade_dress"
    GRAY_MARKET = "gray_market_diversion"
    UNSAFE_PRODUCT = "unsafe_product"
    LABELS = "labels_tags_packaging"
    MISDECLARED = "misdeclared_contents"
    UNDERVALUED = "undervaluation_split_shipment"
    FALSE_ORIGIN = "false_origin_transshipment"
    FORCED_LABOR = "forced_labor"
    STOLEN = "stolen_goods"
    FAKE_SELLER = "fake_seller_identity"
    REPEAT_OFFENDER = "repeat_offender_link"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _REASONS[self]


_REASONS = {
    Reason.COUNTERFEIT_TRADEMARK: "Counterfeit trademark",
    Reason.TRADEMARK_INFRINGEMENT: "Confusingly similar trademark",
    Reason.COPYRIGHT_PIRACY: "Copyright piracy",
    Reason.DMCA_CIRCUMVENTION: "Circumvention device (DMCA)",
    Reason.PATENT_DESIGN: "Patent or design",
    Reason.TRADE_DRESS: "Trade dress",
    Reason.GRAY_MARKET: "Gray market diversion",
    Reason.UNSAFE_PRODUCT: "Unsafe product",
    Reason.LABELS: "Labels, tags or packaging",
    Reason.MISDECLARED: "Misdeclared contents",
    Reason.UNDERVALUED: "Undervaluation or split shipment",
    Reason.FALSE_ORIGIN: "False origin or transshipment",
    Reason.FORCED_LABOR: "Forced labor",
    Reason.STOLEN: "Stolen goods",
    Reason.FAKE_SELLER: "Fake seller identity",
    Reason.REPEAT_OFFENDER: "Link to a repeat offender",
    Reason.OTHER: "Other",
}


class Confidence(StrEnum):
    """How sure its author is."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Category(StrEnum):
    """What kind of product it is, as CBP's seizure statistics divide them."""

    APPAREL = "wearing_apparel_accessories"
    FOOTWEAR = "footwear"
    HANDBAGS = "handbags_wallets"
    WATCHES = "watches_jewelry"
    ELECTRONICS = "consumer_electronics"
    COMPUTERS = "computers_accessories"
    CONSUMER_PRODUCTS = "consumer_products"
    PHARMACEUTICALS = "pharmaceuticals_personal_care"
    AUTOMOTIVE = "automotive_aerospace"
    TOYS = "toys"
    SPORTING_GOODS = "sporting_goods"
    OPTICAL_MEDIA = "optical_media"
    LABELS = "labels_tags"
    TOBACCO = "cigarettes_tobacco"
    CRITICAL = "critical_technology_components"
    FOOD = "food"
    OTHERS = "all_others"

    @property
    def label(self) -> str:
        return _CATEGORIES[self]


_CATEGORIES = {
    Category.APPAREL: "Apparel and accessories",
    Category.FOOTWEAR: "Footwear",
    Category.HANDBAGS: "Handbags and wallets",
    Category.WATCHES: "Watches and jewelry",
    Category.ELECTRONICS: "Consumer electronics",
    Category.COMPUTERS: "Computers and accessories",
    Category.CONSUMER_PRODUCTS: "Consumer products",
    Category.PHARMACEUTICALS: "Pharmaceuticals and personal care",
    Category.AUTOMOTIVE: "Automotive and aerospace",
    Category.TOYS: "Toys",
    Category.SPORTING_GOODS: "Sporting goods",
    Category.OPTICAL_MEDIA: "Optical media",
    Category.LABELS: "Labels and tags",
    Category.TOBACCO: "Cigarettes and tobacco",
    Category.CRITICAL: "Critical technology components",
    Category.FOOD: "Food",
    Category.OTHERS: "All others",
}


class Wish(StrEnum):
    """What its author asks those who can to do."""

    MONITOR = "monitor"
    EXAM = "exam"
    HOLD = "hold_for_review"
    TAKEDOWN = "listing_takedown"
    TEST_BUY = "test_buy"
    INFO = "info"

    @property
    def label(self) -> str:
        return _WISHES[self]


_WISHES = {
    Wish.MONITOR: "Monitor",
    Wish.EXAM: "Exam",
    Wish.HOLD: "Hold for review",
    Wish.TAKEDOWN: "Listing takedown",
    Wish.TEST_BUY: "Test buy",
    Wish.INFO: "Information",
}
"""By the names they have in referrals, so that whoever gets one finds them again in their own forms."""


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that may be said beside a flag's words; nothing of it has to be."""

    brand: str = ""
    reason: Reason | None = None
    confidence: Confidence | None = None
    category: Category | None = None
    wish: Wish | None = None
    port: str = ""
    urgent: bool = False
    source: str = ""
    """The address of the Slack message it was seen in; for its author's organisation alone."""


NOTHING_MORE = Details()


class _Named(Protocol):
    @property
    def value(self) -> str: ...

    @property
    def label(self) -> str: ...


Choice = TypeVar("Choice", bound=_Named)


def read_choice(choices: tuple[Choice, ...], text: str, option: str) -> Choice:
    """The choice that ``text`` names: its name, its label, or a beginning of either that fits one alone.

    Raises :class:`InvalidInput` for the field ``option``, with the names there are.
    """
    wanted = _plain(text)
    names = {choice: (_plain(choice.value), _plain(choice.label)) for choice in choices}
    exact = [choice for choice in choices if wanted in names[choice]]
    # “trade_” is the whole of a word: it does not begin “trademark”.
    beginning = f"{wanted} " if text.endswith(("_", "-")) else wanted
    begun = [choice for choice in choices if any(name.startswith(beginning) for name in names[choice])]
    found = exact or begun
    if wanted and len(found) == 1:
        return found[0]
    told = ", ".join(choice.value for choice in (found if len(found) > 1 else choices))
    if len(found) > 1 and wanted:
        raise InvalidInput(f"“{text[:40]}” fits several: {told}.", option)
    raise InvalidInput(f"“{text[:40]}” is no {option} I know. Choose one of {told}.", option)


def read_name(text: str, option: str) -> str:
    """A brand or a port, with its spaces put right. Raises :class:`InvalidInput` where it is too long."""
    name = " ".join(text.split())
    if len(name) > LONGEST_NAME:
        raise InvalidInput(f"The {option} has {len(name)} characters; {LONGEST_NAME} are enough.", option)
    return name


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").replace("-", " ").split())
