"""Links of marketplaces and of tracking pages: what they point to; never opened, and shown so that nobody does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InvalidIdentifier
from bot.domain.identifiers import (
    candidates,
    defanged,
    defanged_in,
    find_identifiers,
    identify,
    looks_like_a_link,
    tie,
    to_type,
)
from bot.domain.identifiers.amazon import MARKETPLACES
from bot.domain.subjects import SubjectKind

SELLER_KEY = "seller:amazon:A2L77EE7U53NWQ"
LISTING_KEY = "listing:amazon:B0EXAMPLE1"


@pytest.mark.parametrize(
    "link",
    [
        "https://www.amazon.com/sp?seller=A2L77EE7U53NWQ",
        "https://www.amazon.com/sp?ie=UTF8&seller=A2L77EE7U53NWQ&asin=B0EXAMPLE1&ref_=dp_merchant_link",
        "https://www.amazon.com/s?me=A2L77EE7U53NWQ&marketplaceID=ATVPDKIKX0DER",
        "https://www.amazon.com/gp/aag/main?seller=A2L77EE7U53NWQ",
        "https://www.amazon.com/gp/aag/main/ref=olp_merch_name_1?ie=UTF8&asin=B0EXAMPLE1&seller=A2L77EE7U53NWQ",
        "https://www.amazon.com/shops/A2L77EE7U53NWQ",
        "https://www.amazon.com/Fake-Earbuds/dp/B0EXAMPLE1/ref=sr_1_1?m=A2L77EE7U53NWQ",
        "https://www.amazon.com/dp/B0EXAMPLE1?smid=A2L77EE7U53NWQ&psc=1",
        "https://www.amazon.com/s?k=earbuds&rh=p_6%3AA2L77EE7U53NWQ",
        "https://www.amazon.co.uk/-/de/sp?seller=A2L77EE7U53NWQ",
        "https://www.amazon.com/b?merchant=A2L77EE7U53NWQ",
        "https://www.amazon.com/x?merchantID=A2L77EE7U53NWQ",
        "http://smile.amazon.com/sp?seller=a2l77ee7u53nwq",
        "www.amazon.de/sp?seller=A2L77EE7U53NWQ",
        "amazon.co.jp/sp?seller=A2L77EE7U53NWQ",
        "HTTPS://WWW.AMAZON.COM/sp?SELLER=A2L77EE7U53NWQ",
        "https://www.amazon.com/sp?x=1&amp;seller=A2L77EE7U53NWQ",
        "hxxps://www.amazon[.]com/sp?seller=A2L77EE7U53NWQ",
        "<https://www.amazon.com/sp?seller=A2L77EE7U53NWQ>",
        "<https://www.amazon.com/sp?seller=A2L77EE7U53NWQ|www.amazon.com/sp?seller=…>",
        "“https://www.amazon.com/sp?seller=A2L77EE7U53NWQ”.",
        "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.amazon.com%2Fsp%3Fseller%3DA2L77EE7U53NWQ",
        "https://urldefense.com/v3/__https://www.amazon.com/sp?seller=A2L77EE7U53NWQ__;!!x$",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.amazon.com_sp-3Fseller-3DA2L77EE7U53NWQ&d=DwMFaQ",
        "https://www.amazon.com/gp/slredirect/picassoRedirect.html/ref=pa_sp?ie=UTF8&adId=A0&url=%2Fdp%2FB0EXAMPLE1%3Fsmid%3DA2L77EE7U53NWQ",
        "https://www.amazon.com/sspa/click?url=https%3A%2F%2Fwww.amazon.com%2Fdp%2FB0EXAMPLE1%3Fm%3DA2L77EE7U53NWQ",
    ],
)
def test_a_link_that_names_a_seller_means_the_seller(link: str) -> None:
    assert candidates(link)[0].subject.key == SELLER_KEY
    assert identify(SubjectKind.SELLER, link).subject.number == "A2L77EE7U53NWQ"


@pytest.mark.parametrize(
    "link",
    [
        "https://www.amazon.com/dp/B0EXAMPLE1",
        "https://www.amazon.com/Fake-Earbuds/dp/B0EXAMPLE1/ref=sr_1_1?keywords=earbuds",
        "https://www.amazon.com/gp/product/B0EXAMPLE1/",
        "https://www.amazon.com/gp/offer-listing/B0EXAMPLE1?condition=new",
        "https://www.amazon.com/gp/aw/d/b0example1",
        "https://www.amazon.com/product-reviews/B0EXAMPLE1",
        "https://www.amazon.com/dp/B0EXAMPLE1?m=ATVPDKIKX0DER",
        "https://www.amazon.com/sspa/click?ie=UTF8&url=%2FFake-Earbuds%2Fdp%2FB0EXAMPLE1%2Fref%3Dsspa",
    ],
)
def test_a_link_to_a_listing_means_the_listing(link: str) -> None:
    assert [each.subject.key for each in candidates(link)] == [LISTING_KEY]


def test_where_a_seller_is_named_the_listing_is_the_second_reading() -> None:
    link = "https://www.amazon.com/dp/B0EXAMPLE1?m=A2L77EE7U53NWQ"
    assert [each.subject.key for each in candidates(link)] == [SELLER_KEY, LISTING_KEY]
    assert [each.subject.key for each in tie(candidates(link))] == [SELLER_KEY]
    assert identify(SubjectKind.LISTING, link).subject.key == LISTING_KEY


def test_so_it_is_on_other_marketplaces() -> None:
    link = "https://www.walmart.com/ip/123456789?selectedSellerId=101"
    assert [each.subject.kind for each in candidates(link)] == [SubjectKind.SELLER, SubjectKind.LISTING]
    assert [each.subject.kind for each in tie(candidates(link))] == [SubjectKind.SELLER]


def test_a_link_to_a_book_and_its_isbn_are_the_same_listing() -> None:
    by_link = identify(SubjectKind.LISTING, "https://www.amazon.com/dp/080442957X").subject
    assert (
        by_link.key
        == identify(SubjectKind.LISTING, "0-8044-2957-X").subject.key
        == "listing:amazon:080442957X"
    )


def test_a_link_to_an_order_means_the_order() -> None:
    link = "https://www.amazon.com/gp/your-account/order-details?orderID=112-1234567-1234567"
    assert candidates(link)[0].subject.key == "order:amazon:112-1234567-1234567"


@pytest.mark.parametrize(
    "link",
    [
        "https://www.amazon.com.example.net/sp?seller=A2L77EE7U53NWQ",
        "https://notamazon.com/sp?seller=A2L77EE7U53NWQ",
        "https://www.amazon.com@example.net/sp?seller=A2L77EE7U53NWQ",
        "https://example.net/www.amazon.com/sp?seller=A2L77EE7U53NWQ",
        "https://example.net/track/3318810025",
    ],
)
def test_a_host_that_only_has_the_name_in_it_is_not_believed(link: str) -> None:
    assert candidates(link) == ()
    assert find_identifiers(link) == ()


@pytest.mark.parametrize(
    ("link", "key"),
    [
        ("https://www.ebay.com/usr/TechShop", "seller:ebay:techshop"),
        ("https://www.ebay.co.uk/str/techshop?_trksid=1", "seller:ebay:str/techshop"),
        ("https://www.ebay.de/sch/techshop/m.html", "seller:ebay:techshop"),
        ("https://www.ebay.com/sch/i.html?_ssn=techshop", "seller:ebay:techshop"),
        ("https://www.ebay.com/itm/123456789012?hash=item1", "listing:ebay:123456789012"),
        ("https://www.ebay.com/itm/fake-earbuds/123456789012", "listing:ebay:123456789012"),
        ("https://www.ebay.com/p/26057553242?iid=123456789012", "listing:ebay:123456789012"),
        ("https://www.walmart.com/seller/101", "seller:walmart:101"),
        ("https://www.walmart.com/global/seller/101088", "seller:walmart:101088"),
        ("https://www.walmart.com/ip/Fake-Earbuds/123456789", "listing:walmart:123456789"),
        ("https://www.walmart.com/ip/123456789?selectedSellerId=101", "seller:walmart:101"),
        ("https://www.aliexpress.com/store/1101234567", "seller:aliexpress:1101234567"),
        ("https://m.aliexpress.com/store/1101234567", "seller:aliexpress:1101234567"),
        (
            "https://www.aliexpress.us/item/1005001234567890.html?spm=a2g0o",
            "listing:aliexpress:1005001234567890",
        ),
        ("https://www.etsy.com/shop/NiceShop", "seller:etsy:niceshop"),
        ("https://niceshop.etsy.com/", "seller:etsy:niceshop"),
        ("https://www.etsy.com/de/listing/1234567890/fake-earbuds", "listing:etsy:1234567890"),
        ("https://www.temu.com/mall.html?mall_id=634418212345678", "seller:temu:634418212345678"),
        ("https://www.temu.com/earbuds-g-601099512345678.html", "listing:temu:601099512345678"),
        ("https://www.tiktok.com/@fake.shop", "seller:tiktok:@fake.shop"),
        ("https://shop.tiktok.com/view/product/1729384756123456789", "listing:tiktok:1729384756123456789"),
        ("ebay:TechShop", "seller:ebay:techshop"),
        ("ebay:str/techshop", "seller:ebay:str/techshop"),
        ("TikTok: @fake.shop", "seller:tiktok:@fake.shop"),
    ],
)
def test_other_marketplaces_are_a_platform_and_its_reference(link: str, key: str) -> None:
    best = candidates(link)[0].subject
    assert best.key == key
    again = identify(best.kind, to_type(best))
    assert again.subject == best


HOSTS = st.sampled_from(
    ["amazon.com", "www.amazon.co.uk", "smile.amazon.de", "AMAZON.co.jp", "www.amazon[.]com.mx"]
)
SELLER_IDS = st.from_regex(r"A[A-Z0-9]{7,19}[0-9]", fullmatch=True).filter(
    lambda name: name not in MARKETPLACES
)
SELLER_FORMS = st.sampled_from(
    (
        "/sp?seller={}",
        "/sp?ie=UTF8&seller={}&asin=B0EXAMPLE1",
        "/s?me={}&marketplaceID=ATVPDKIKX0DER",
        "/gp/aag/main?seller={}",
        "/shops/{}",
        "/dp/B0EXAMPLE1?m={}",
        "/Some-Name/dp/B0EXAMPLE1/ref=sr_1_1?smid={}&psc=1",
        "/gp/offer-listing/B0EXAMPLE1?merchant={}",
        "/x?merchantID={}",
    )
)


@given(
    HOSTS, SELLER_FORMS, SELLER_IDS, st.sampled_from(["https://", "http://", "hxxps://", ""]), st.booleans()
)
def test_a_seller_is_one_whoever_types_it_and_in_whichever_link(
    host: str, form: str, seller: str, scheme: str, small: bool
) -> None:
    link = f"{scheme}{host}{form.format(seller.lower() if small else seller)}"
    assert candidates(link)[0].subject.key == f"seller:amazon:{seller}"
    assert identify(SubjectKind.SELLER, link).subject == identify(SubjectKind.SELLER, seller).subject


@given(
    HOSTS,
    st.sampled_from(
        ["/dp/{}", "/Name/dp/{}/ref=x", "/gp/product/{}?th=1", "/gp/offer-listing/{}", "/gp/aw/d/{}"]
    ),
    st.from_regex(r"B[0-9A-Z]{9}", fullmatch=True),
)
def test_a_listing_is_one_in_whichever_link(host: str, form: str, asin: str) -> None:
    assert [each.subject.key for each in candidates(f"{host}{form.format(asin)}")] == [
        f"listing:amazon:{asin}"
    ]
    assert identify(SubjectKind.LISTING, asin).subject.key == f"listing:amazon:{asin}"


ELSEWHERE = {
    "https://www.ebay.com/usr/{}": st.from_regex(r"[a-zA-Z0-9][a-z0-9._-]{1,30}", fullmatch=True),
    "https://www.ebay.de/str/{}?x=1": st.from_regex(r"[a-zA-Z0-9][a-z0-9]{1,30}", fullmatch=True),
    "https://www.walmart.com/seller/{}": st.from_regex(r"[0-9]{1,20}", fullmatch=True),
    "https://www.aliexpress.com/store/{}": st.from_regex(r"[0-9]{4,20}", fullmatch=True),
    "https://www.etsy.com/shop/{}": st.from_regex(r"[a-zA-Z0-9]{3,32}", fullmatch=True),
    "https://www.temu.com/mall.html?mall_id={}": st.from_regex(r"[0-9]{6,20}", fullmatch=True),
    "https://www.tiktok.com/@{}": st.from_regex(r"[a-zA-Z0-9._]{2,24}", fullmatch=True),
    "https://www.ebay.com/itm/{}": st.from_regex(r"[0-9]{12}", fullmatch=True),
    "https://www.walmart.com/ip/x/{}": st.from_regex(r"[0-9]{4,12}", fullmatch=True),
    "https://www.aliexpress.com/item/{}.html": st.from_regex(r"[0-9]{10,16}", fullmatch=True),
    "https://www.etsy.com/listing/{}/x": st.from_regex(r"[0-9]{9,12}", fullmatch=True),
}


@given(st.data())
def test_what_a_link_elsewhere_means_is_the_same_when_it_is_typed_short(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(sorted(ELSEWHERE)))
    best = candidates(form.format(data.draw(ELSEWHERE[form])))[0].subject
    assert identify(best.kind, to_type(best)).subject == best
    assert identify(best.kind, to_type(best).upper()).subject == best


def test_a_platform_and_a_name_are_enough_where_the_kind_was_said() -> None:
    assert identify(SubjectKind.SELLER, "eBay techshop").subject.key == "seller:ebay:techshop"
    assert candidates("eBay techshop") == ()


def test_a_bare_reference_that_may_be_either_is_both() -> None:
    assert {each.subject.kind for each in candidates("walmart:123456789")} == {
        SubjectKind.SELLER,
        SubjectKind.LISTING,
    }


def test_an_address_elsewhere_is_a_seller_only_where_that_was_said() -> None:
    link = "https://www.fakes.example/store/12345/?id=3&utm_source=mail"
    assert candidates(link) == ()
    seller = identify(SubjectKind.SELLER, link).subject
    assert (seller.platform, seller.number) == ("web", "fakes[.]example/store/12345?id=3")
    assert identify(SubjectKind.SELLER, seller.number).subject == seller
    assert identify(SubjectKind.LISTING, link).subject.kind is SubjectKind.LISTING


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("https://www.dhl.com/us-en/home/tracking.html?tracking-id=3318810025&submit=1", "3318810025"),
        ("http://www.dhl.com/en/express/tracking.html?AWB=3318810025&brand=DHL", "3318810025"),
        ("https://mydhl.express.dhl/us/en/tracking.html#/results?id=3318810025", "3318810025"),
        ("https://www.dhl.de/de/privatkunden.html?piececode=00340434292135100124", "00340434292135100124"),
        ("https://www.ups.com/track?loc=en_US&tracknum=1Z5R89390357567127", "1Z5R89390357567127"),
        ("https://wwwapps.ups.com/WebTracking/track?trackNums=1Z5R89390357567127", "1Z5R89390357567127"),
        (
            "https://www.ups.com/track?loc=en_US&tracknum=1Z5R89390357567127/trackdetails",
            "1Z5R89390357567127",
        ),
        ("https://www.fedex.com/fedextrack/?trknbr=986578788855", "986578788855"),
        ("https://www.fedex.com/apps/fedextrack/?tracknumbers=986578788855", "986578788855"),
        (
            "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400111206206406260787",
            "9400111206206406260787",
        ),
        ("https://track.amazon.com/tracking/TBA010000000000", "TBA010000000000"),
        ("https://track.amazon.co.uk/tracking/TBA010000000000", "TBA010000000000"),
        (
            "https://www.amazon.com/progress-tracker/package/ref=x?orderId=112-1234567-1234567&trackingId=TBA010000000000",
            "TBA010000000000",
        ),
        ("https://webtrack.dhlglobalmail.com/?trackingnumber=GM2951173225174494", "GM2951173225174494"),
        ("https://track.dhlparcel.co.uk/?con=3318810025", "3318810025"),
        ("https://www.yuntrack.com/parcelTracking?id=YT2229521272164446", "YT2229521272164446"),
        ("https://t.17track.net/en#nums=RB123456785GB", "RB123456785GB"),
        ("https://parcelsapp.com/en/tracking/RB123456785GB", "RB123456785GB"),
        ("https://www.royalmail.com/track-your-item#/tracking-results/RB123456785GB", "RB123456785GB"),
        ("https://www.maersk.com/tracking/MSKU4538324", "MSKU4538324"),
    ],
)
def test_a_tracking_link_means_the_number_in_it(link: str, number: str) -> None:
    assert candidates(link)[0].subject.number == number


def test_a_tracking_link_may_hold_several() -> None:
    link = "https://www.dhl.com/us-en/home/tracking.html?tracking-id=3318810025%2C7777777770"
    assert [found[0].subject.number for found in find_identifiers(link)] == ["3318810025", "7777777770"]


def test_digits_elsewhere_in_a_carriers_link_count_only_with_a_right_check_digit() -> None:
    assert candidates("https://www.dhl.com/news/3318810010") == ()
    assert candidates("https://www.dhl.com/track/3318810025")[0].subject.number == "3318810025"


def test_on_a_carriers_own_page_another_carriers_reading_is_left_out() -> None:
    # As eleven bare digits, level between an air waybill and a DHL waybill.
    found = candidates("https://www.fedex.com/fedextrack/?trknbr=50400000011")
    assert all(each.subject.carrier in (None, "FedEx") for each in found)


@pytest.mark.parametrize(
    ("kind", "link", "says"),
    [
        (SubjectKind.SELLER, "https://amzn.to/3abcDEF", "shortened link"),
        (SubjectKind.SELLER, "https://www.amazon.com/dp/B0EXAMPLE1", "listing"),
        (SubjectKind.SELLER, "https://www.amazon.com/stores/page/12AB-34CD", "names no seller"),
        (
            SubjectKind.SELLER,
            "https://www.amazon.com/sp?seller=ATVPDKIKX0DER",
            "marketplace in the United States",
        ),
        (SubjectKind.LISTING, "https://www.amazon.com/sp?seller=A2L77EE7U53NWQ", "seller"),
        (SubjectKind.LISTING, "https://www.amazon.com/gp/help", "leads to no listing"),
        (SubjectKind.PARCEL, "https://www.dhl.com/us-en/home.html", "tracking link"),
        (SubjectKind.PARCEL, "https://example.com/x", "does not lead to"),
        (SubjectKind.SELLER, "https://fakes.example/" + "x" * 300, "too long"),
    ],
)
def test_a_link_to_something_else_is_refused_in_a_sentence(kind: SubjectKind, link: str, says: str) -> None:
    with pytest.raises(InvalidIdentifier, match=says):
        identify(kind, link)


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        (
            "https://www.amazon.com/sp?seller=A2L77EE7U53NWQ",
            "hxxps://www.amazon[.]com/sp?seller=A2L77EE7U53NWQ",
        ),
        ("http://shop.ebay.co.uk", "hxxp://shop[.]ebay[.]co[.]uk"),
        ("HTTPS://amazon.com/a.b", "hxxpS://amazon[.]com/a.b"),
        ("amazon.com?u=https://x.y", "amazon[.]com?u=https://x.y"),
        ("hxxps://www.amazon[.]com/", "hxxps://www.amazon[.]com/"),
        ("", ""),
    ],
)
def test_a_link_is_shown_so_that_nobody_can_click_it(link: str, safe: str) -> None:
    assert defanged(link) == safe


@pytest.mark.parametrize(
    ("words", "safe"),
    [
        (
            "see https://www.amazon.com/sp?seller=A2L77EE7U53NWQ.",
            "see hxxps://www.amazon[.]com/sp?seller=A2L77EE7U53NWQ.",
        ),
        (
            "(http://a.example/x, www.b.example) c.example/y",
            "(hxxp://a[.]example/x, www.b[.]example) c[.]example/y",
        ),
        ("https://a.example,https://b.example/", "hxxps://a[.]example,hxxps://b[.]example/"),
        ("https://a.example/?to=https://b.example", "hxxps://a[.]example/?to=hxxps://b[.]example"),
        ("HTTPS://A.example", "hxxpS://A[.]example"),
        ("niceshop.etsy.com.", "niceshop[.]etsy[.]com."),
        ("hxxps://www.amazon[.]com/sp", "hxxps://www.amazon[.]com/sp"),
        (
            "example.com sold it.Badly, 24/7 and/or e.g./i.e.",
            "example.com sold it.Badly, 24/7 and/or e.g./i.e.",
        ),
        ("who@mail.example/x", "who@mail.example/x"),
        ("http:// www. ://", "http:// www. ://"),
    ],
)
def test_links_among_words_are_shown_so_that_nobody_can_click_them(words: str, safe: str) -> None:
    assert defanged_in(words) == safe
    assert defanged_in(safe) == safe


@given(st.text("htps:/w.ab ,@[]", max_size=40))
def test_no_link_with_a_scheme_stays_live_among_words(words: str) -> None:
    assert not re.search(r"https?://[a-z]+\.[a-z]", defanged_in(words))


@given(st.text(max_size=60))
def test_defanging_twice_changes_nothing(text: str) -> None:
    assert defanged(defanged(text)) == defanged(text)


@given(st.from_regex(r"https?://(www\.)?([a-z]{1,8}\.){1,3}(com|net|co)(/[a-z0-9.]{0,8})?", fullmatch=True))
def test_a_defanged_link_is_read_as_the_link_was(link: str) -> None:
    assert looks_like_a_link(link)
    assert looks_like_a_link(defanged(link))
    for kind in (SubjectKind.SELLER, SubjectKind.LISTING):
        assert candidates(defanged(link), kind) == candidates(link, kind)


@pytest.mark.parametrize(
    "text", ["3318810025", "33.18", "a.b", "no link", "http://", "http://[::1", "..", "x@y.example z"]
)
def test_other_text_is_no_link(text: str) -> None:
    assert not looks_like_a_link(text)
