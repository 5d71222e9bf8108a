"""What a flag can say beside its words, by the names that referrals and statistics have for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.flag_details import Category, Confidence, Reason, Wish, read_choice

REASONS = (
    "counterfeit_trademark trademark_infringement copyright_piracy dmca_circumvention patent_design trade_dress "
    "gray_market_diversion unsafe_product labels_tags_packaging misdeclared_contents undervaluation_split_shipment "
    "false_origin_transshipment forced_labor stolen_goods fake_seller_identity repeat_offender_link other"
)
CATEGORIES = (
    "wearing_apparel_accessories footwear handbags_wallets watches_jewelry consumer_electronics computers_accessories "
    "consumer_products pharmaceuticals_personal_care automotive_aerospace toys sporting_goods optical_media labels_tags "
    "cigarettes_tobacco critical_technology_components food all_others"
)
WISHES = "monitor exam hold_for_review listing_takedown test_buy info"


@pytest.mark.parametrize(
    ("kind", "names"),
    [(Reason, REASONS), (Category, CATEGORIES), (Wish, WISHES), (Confidence, "low moderate high")],
)
def test_every_name_that_is_usual_is_there_and_no_other(
    kind: type[Reason | Category | Wish | Confidence], names: str
) -> None:
    assert [each.value for each in kind] == names.split()
    labels = [each.label for each in kind]
    assert len(set(labels)) == len(labels)
    assert all(labels)


def test_a_beginning_that_ends_where_a_word_does_fits_no_longer_word() -> None:
    assert read_choice(tuple(Reason), "trade_", "reason") is Reason.TRADE_DRESS
    with pytest.raises(InvalidInput, match=r"fits several: trademark_infringement, trade_dress\."):
        read_choice(tuple(Reason), "trade", "reason")


@given(st.sampled_from(Reason), st.data())
def test_a_beginning_that_fits_one_alone_means_it_and_one_that_fits_several_is_asked_about(
    reason: Reason, data: st.DataObject
) -> None:
    begun = reason.value[: data.draw(st.integers(1, len(reason.value)))]
    fitting = [
        each
        for each in Reason
        if each.value.startswith(begun) or each.label.lower().startswith(begun.replace("_", " "))
    ]
    if begun == reason.value or len(fitting) == 1:
        assert read_choice(tuple(Reason), begun, "reason") is reason
        return
    with pytest.raises(InvalidInput) as told:
        read_choice(tuple(Reason), begun, "reason")
    assert all(each.value in told.value.sentence for each in fitting)
