"""Every message and form there is: one that Slack takes, that escapes what people typed, and that reads alone."""

import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.messages
from bot.domain.flag_lines import EXAMPLES, OPTIONS, URGENT
from bot.domain.markings import Marking, Tlp
from bot.domain.sharing import reader_for
from bot.messages import alerts, cases
from bot.messages.blocks import Block, Message, section
from bot.messages.flags import FLAG_HELP
from sandbox.rules import check_message, check_view
from tests.factories import actor, flag, view
from tests.messages.examples import MESSAGES, VIEWS, busy, crowded, crowded_case

DATA = Path(__file__).parents[1] / "data" / "messages"

OUR_OWN = re.compile(
    r"<!date\^\d+\^[^<>|]+\|[^<>]+>|<@[UW][A-Z0-9]+>|<#C[A-Z0-9]+>|<https://operation\.slack\.com/[^<>|]+\|Message>"
)
"""The only angle brackets we write ourselves: moments, people, channels, the message something was seen in."""

HOSTILE = "<!channel> <!here> <@U0ADMIN1> <https://evil.example|your bank> &<> *x* https://evil.example :boom: 中文 📦"


def texts_of(part: Any, kind: str = "") -> Iterator[tuple[str, str]]:
    """Every text object in blocks: its kind and its text."""
    if isinstance(part, dict):
        if part.get("type") in ("mrkdwn", "plain_text") and isinstance(part.get("text"), str):
            assert part["type"] == "plain_text" or part.get("verbatim") is True, "mrkdwn that is not verbatim"
            yield part["type"], part["text"]
        for value in part.values():
            yield from texts_of(value)
    elif isinstance(part, list):
        for value in part:
            yield from texts_of(value)


def assert_harmless(mrkdwn: str) -> None:
    """Nothing in it is a mention, a link or a broken sign that is not our own."""
    without_ours = OUR_OWN.sub("", mrkdwn)
    without_quotes = re.sub(r"^> ?", "", without_ours, flags=re.MULTILINE)
    assert not re.search(r"[<>]", without_quotes), without_quotes
    assert not re.search(r"&(?!amp;|lt;|gt;)", without_quotes), without_quotes


def assert_sound(message: Message) -> None:
    verdict = check_message({"channel": "C0DHL", **message.content})
    assert verdict.ok, verdict.messages
    assert message.text.strip(), "no text for notifications and screen readers"
    assert len(message.blocks) <= 50
    assert_harmless(message.content["text"])
    for kind, text in texts_of(message.blocks):
        if kind == "mrkdwn":
            assert_harmless(text)


@pytest.mark.parametrize("name", MESSAGES)
def test_slack_takes_every_message(name: str) -> None:
    assert_sound(MESSAGES[name]())


@pytest.mark.parametrize("name", VIEWS)
def test_slack_takes_every_form(name: str) -> None:
    view = VIEWS[name]()
    verdict = check_view(view)
    assert verdict.ok, verdict.messages
    for kind, text in texts_of(view["blocks"]):
        if kind == "mrkdwn":
            assert_harmless(text)


def offered(wanted: object) -> set[str]:
    """Names of what the room's modules offer that is, or returns, a message or a form."""
    names = set()
    for found in pkgutil.iter_modules(bot.messages.__path__):
        if found.name in ("blocks", "fields", "lists"):
            continue  # what messages are made of
        module = importlib.import_module(f"bot.messages.{found.name}")
        for name, thing in vars(module).items():
            makes = inspect.isfunction(thing) and thing.__module__ == module.__name__
            if (makes and get_type_hints(thing).get("return") == wanted) or (
                wanted is Message and isinstance(thing, Message)
            ):
                names.add(name)
    return {name for name in names if not name.startswith("_")}


def test_every_message_has_an_example() -> None:
    assert offered(Message) <= {name.split()[0] for name in MESSAGES}


def test_every_form_has_an_example() -> None:
    assert offered(Block) <= {name.split()[0] for name in VIEWS}


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_it_looks_as_it_did(name: str, *, pytestconfig: pytest.Config) -> None:
    """Regenerate with ``pytest tests/messages --update-data``, and read what has changed."""
    made = MESSAGES[name]().content if name in MESSAGES else VIEWS[name]()
    shown = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
    file = DATA / f"{name.replace(' ', '-')}.json"
    if pytestconfig.getoption("update_data"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(shown)
    assert file.read_text() == shown


def test_no_recorded_message_is_of_something_that_is_no_more(pytestconfig: pytest.Config) -> None:
    known = {f"{name.replace(' ', '-')}.json" for name in [*MESSAGES, *VIEWS]}
    left = {file for file in DATA.iterdir() if file.name not in known}
    if pytestconfig.getoption("update_data"):
        for file in left:
            file.unlink()
        left = set()
    assert not left


# -- what people should not type ------------------------------------------------------------------------------------


def test_what_was_typed_is_shown_as_it_was_typed() -> None:
    shown = "\n".join(text for _, text in texts_of(crowded(HOSTILE)["card"]().blocks))
    safe = HOSTILE.replace("https://evil.example", "hxxps://evil[.]example")
    assert safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in shown


def test_a_link_in_somebodys_words_is_shown_so_that_nobody_can_click_it() -> None:
    shop = "see https://www.amazon.com/sp?seller=A2L77EE7U53NWQ and fakes.example/store, not example.com"
    for make in crowded(shop).values():
        sent = make().content
        for text in (sent["text"], *(text for _, text in texts_of(sent["blocks"]))):
            assert "https://www.amazon.com" not in text
            assert "fakes.example/" not in text
    card = "\n".join(text for _, text in texts_of(crowded(shop)["card"]().blocks))
    assert (
        "see hxxps://www.amazon[.]com/sp?seller=A2L77EE7U53NWQ and fakes[.]example/store, not example.com"
        in card
    )


def test_the_words_stand_in_the_notification_too() -> None:
    assert "counterfeit earbuds" in MESSAGES["alert"]().text
    assert "TLP:GREEN" in MESSAGES["alert"]().text


@pytest.mark.parametrize("name", ["red_pointer", "case_list"])
def test_red_words_stand_in_no_message(name: str) -> None:
    message = MESSAGES[name]()
    assert "for my eyes" not in str(message)
    pointer = MESSAGES["red_pointer"]()
    assert "earbuds" not in str(pointer.content)
    assert "3318810025" not in str(pointer.content)


def test_red_parts_stand_in_no_card() -> None:
    assert "for my eyes" not in str(MESSAGES["case_card with a red part"]())


def test_each_alert_says_at_its_top_how_far_it_may_travel() -> None:
    for name in ("alert", "case_card", "case_news", "note flagged"):
        first = next(iter(texts_of(MESSAGES[name]().blocks)))[1]
        assert first.startswith("*TLP:")


def test_a_card_never_offers_what_its_reader_may_not_do() -> None:
    labels = {
        text for kind, text in texts_of(MESSAGES["alert to its owner"]().blocks) if kind == "plain_text"
    }
    assert "Acknowledge" not in labels
    assert "Acknowledge" in {
        text for kind, text in texts_of(MESSAGES["alert"]().blocks) if kind == "plain_text"
    }


def test_a_fact_never_comes_without_its_age_and_whose_word_it_is() -> None:
    shown = "\n".join(text for _, text in texts_of(MESSAGES["case_card"]().blocks))
    assert "*DHL:* In transit · Cincinnati, US" in shown
    assert re.search(r"DHL said so <!date\^\d+\^\{ago\}", shown)
    assert "That is not a legal status" in shown


TOO_MUCH = [
    HOSTILE,
    "&" * 5000,
    "<" * 5000,
    "x" * 5000,
    "\n" * 5000,
    (HOSTILE + "\n") * 60,
    "📦" * 5000,
    "*_~`" * 1000,
    "x &" * 1000,
]


@pytest.mark.parametrize("name", crowded(""))
@pytest.mark.parametrize("words", TOO_MUCH, ids=lambda words: words[:8])
def test_whatever_people_type_stays_harmless_and_fits(name: str, words: str) -> None:
    assert_sound(crowded(words)[name]())


@pytest.mark.parametrize("words", TOO_MUCH, ids=lambda words: words[:8])
def test_it_does_so_in_a_sheet_where_more_of_it_stands(words: str) -> None:
    sheet = cases.case_sheet(crowded_case(words))
    verdict = check_view(sheet)
    assert verdict.ok, verdict.messages
    for kind, text in texts_of(sheet["blocks"]):
        if kind == "mrkdwn":
            assert_harmless(text)


def test_what_a_card_cuts_is_read_to_its_end_in_the_sheet() -> None:
    story = "An endless story. " * 150 + "The end of it."
    card, sheet = cases.case_card(busy(story)), cases.case_sheet(busy(story))
    assert "The end of it." not in str(card.blocks)
    assert "Read it all" in str(card.blocks)
    shown = [text for _, text in texts_of(sheet["blocks"]) if "The end of it." in text]
    assert len(shown) == 3, "two flags that stand, and a note"
    assert "Read it all" not in str(cases.case_card(busy()).blocks)


@pytest.mark.parametrize(
    ("part", "label"), [(Tlp.GREEN, "TLP:GREEN"), (Tlp.AMBER, "TLP:AMBER"), (Tlp.RED, "TLP:GREEN")]
)
def test_a_message_is_labelled_as_strictly_as_the_strictest_that_stands_in_it(part: Tlp, label: str) -> None:
    strict = Marking(part, frozenset({"dhl"}) if part is Tlp.AMBER else frozenset())
    told = view(reader_for(actor("amazon")), flags=(flag(), flag(id=2, words="for few", marking=strict)))
    shown = (alerts.alert(told), cases.case_card(told), alerts.note(told, told.timeline[0]))
    assert label in shown[0].text
    assert [next(iter(texts_of(message.blocks)))[1].split(" ")[0].strip("*") for message in shown[:2]] == [
        label
    ] * 2
    assert "TLP:GREEN" in str(shown[2].blocks), "of a change that is for everybody"


@given(st.text("<>&!@#|*_~` abcU0\n", max_size=300))
def test_no_text_at_all_becomes_a_mention_or_a_link(words: str) -> None:
    for make in (MESSAGES["case_card"], *crowded(words).values()):
        assert_sound(make())


def test_the_newest_of_a_long_timeline_is_always_shown() -> None:
    shown = "\n".join(text for _, text in texts_of(crowded("&" * 5000)["card"]().blocks))
    assert "closed the case" in shown


def test_a_long_digest_shows_as_many_cases_as_slack_takes_and_counts_the_others() -> None:
    digest = crowded("x")["digest"]()
    assert digest.content["blocks"] == digest.blocks, "nothing is cut off"
    shown = "\n".join(text for _, text in texts_of(digest.blocks))
    left = [int(number) for number in re.findall(r"and (\d+) more", shown)]
    assert len(left) == 2
    assert all(f"OFA-2026-{number:06}" in shown for number in range(60 - left[0]))
    assert f"OFA-2026-{60 - left[0]:06}" not in shown
    assert len(digest.shows) == 60 - left[0]


def test_the_longest_sections_of_a_message_that_would_be_too_long_are_shortened() -> None:
    card = crowded("x" * 600)["card"]().blocks
    longer = Message("A case", [*card, *[section("x" * 3000)] * 2])
    assert not check_message({"text": "A case", "blocks": longer.blocks}).ok
    assert_sound(longer)
    assert longer.content["blocks"][: len(card) - 4] == card[:-4]


def test_the_help_for_flagging_names_everything_and_fits_one_screen() -> None:
    said = "\n".join(block["text"]["text"] for block in FLAG_HELP.blocks)
    assert all(f"--{option}" in said for option in (*OPTIONS, URGENT))
    assert all(example in said for example in EXAMPLES.values())
    assert sum(len(wrap(line, 80)) for line in said.splitlines()) <= 24
