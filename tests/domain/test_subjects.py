"""The values that flags are about."""

import pytest

from bot.domain.subjects import PLATFORM_NAMES, Subject, SubjectKind

PARCEL = Subject(SubjectKind.PARCEL, "dhl-express", "3318810025")
SELLER = Subject(SubjectKind.SELLER, "amazon-seller", "A2L77EE7U53NWQ", "amazon")


def test_a_parcel_has_one_key_whichever_carrier_its_digits_are_read_as() -> None:
    as_an_air_waybill = Subject(SubjectKind.PARCEL, "iata-awb", "500-00000011")
    as_a_waybill = Subject(SubjectKind.PARCEL, "dhl-express", "50000000011")
    assert as_an_air_waybill.key == as_a_waybill.key == "parcel:50000000011"


def test_a_seller_of_one_marketplace_is_not_the_one_of_another() -> None:
    elsewhere = SELLER._replace(platform="ebay")
    assert SELLER.key == "seller:amazon:A2L77EE7U53NWQ"
    assert elsewhere.key == "seller:ebay:A2L77EE7U53NWQ"


def test_a_seller_and_a_listing_with_the_same_number_are_two_things() -> None:
    assert SELLER._replace(kind=SubjectKind.LISTING).key != SELLER.key


@pytest.mark.parametrize(
    ("subject", "label"),
    [
        (PARCEL, "parcel 3318810025"),
        (SELLER, "seller A2L77EE7U53NWQ (Amazon)"),
        (Subject(SubjectKind.LISTING, "ebay-listing", "123456789012", "ebay"), "listing 123456789012 (eBay)"),
        (Subject(SubjectKind.CONTAINER, "iso6346", "CSQU3054383"), "container CSQU3054383"),
        (Subject(SubjectKind.SELLER, "new-seller", "x1", "newmarket"), "seller x1 (newmarket)"),
    ],
)
def test_its_label_says_what_it_is_in_a_few_words(subject: Subject, label: str) -> None:
    assert subject.label == label


@pytest.mark.parametrize(
    ("scheme", "carrier"),
    [
        ("dhl-express", "DHL"),
        ("dhl-paket", "DHL"),
        ("ups", "UPS"),
        ("usps-impb", "USPS"),
        ("fedex-ground", "FedEx"),
        ("amazon-logistics", "Amazon Logistics"),
        ("s10", None),
        ("gs1-sscc", None),
        ("iata-awb", None),
        ("amazon-seller", None),
    ],
)
def test_its_scheme_says_whose_number_it_is(scheme: str, carrier: str | None) -> None:
    assert Subject(SubjectKind.PARCEL, scheme, "1").carrier == carrier


def test_no_two_marketplaces_are_called_the_same() -> None:
    assert len(set(PLATFORM_NAMES.values())) == len(PLATFORM_NAMES)
