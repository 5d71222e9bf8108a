"""What people type by mistake, in haste, in other alphabets or to do harm; and requests that are not Slack's."""

import json
import re
from urllib.parse import urlencode

import httpx
import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona
from tests.e2e.bots import OPERATION_FILE, BotThread
from tests.e2e.conftest import ON_SQLITE, StartProcess
from tests.e2e.records import Records
from tests.e2e.requests import TELL_TALE, Request
from tests.e2e.watching import reference_in, waybill

PARCEL = "3318810025"
MISTYPED = "3318810026"


IMPOSSIBLE = [
    ("parcel 12345 fake", "“12345” is too short for a tracking number", "for example 3318810025"),
    ("parcel earbuds fake", "“earbuds” has no digits", "for example 3318810025"),
    ("parcel 33l8810025 fake", "did you mean 3318810025?", "3318810025"),
    ("seller A123 fake", "“A123” is too short for a seller id", "for example A2L77EE7U53NWQ"),
    ("seller ATVPDKIKX0DER fake", "Amazon’s marketplace in the United States", "“seller=”"),
    ("seller https://bit.ly/x fake", "shortened link", "Paste the address"),
    ("parcel", "Which parcel?", "/flag parcel 3318810025"),
    ("earbuds", "“earbuds” is no number or link known here", "/flag parcel 3318810025"),
    (f"parcel {PARCEL} --tlp purple", "“purple” is not a marking", "amber+strict"),
    (f"parcel {PARCEL} --colour red", "There is no option --colour", "--tlp"),
    (f"parcel {PARCEL} --release nobody", "“nobody” is no organisation here", "amazon"),
]
"""What is typed after /flag; what is said to be wrong with it; what it looks like when right."""


@pytest.mark.usefixtures("bot")
@ON_SQLITE
class TestNumbers:
    def test_what_cannot_be_is_said_with_what_it_looks_like_when_right(
        self, marketplace: Persona, records: Records
    ) -> None:
        for typed, wrong, right in IMPOSSIBLE:
            (answer,) = marketplace.types(f"/flag {typed}", channel="C0AMAZON").messages

            assert answer.only_visible_to == marketplace.id
            assert answer.shows(wrong), answer.text
            assert answer.shows(right), answer.text
        assert records.count_of_cases() == 0

    def test_a_wrong_check_digit_is_a_warning_and_the_flag_can_be_raised_anyway(
        self, marketplace: Persona, carrier: Persona, records: Records
    ) -> None:
        (warning,) = marketplace.types(f"/flag parcel {MISTYPED} seen so", channel="C0AMAZON").messages
        assert warning.shows("Its check digit should be 5 but is 6")
        assert warning.shows("Nothing is stored yet")
        assert records.count_of_cases() == 0

        marketplace.clicks("Flag anyway", on=warning)

        card = marketplace.sees(re.compile(rf"only you see this[\s\S]*parcel {MISTYPED}"), "C0AMAZON")
        assert card.shows("seen so")
        assert reference_in(card)
        assert carrier.sees("Alert", "C0DHL").shows(MISTYPED)
        assert records.count_of_cases() == 1


@pytest.mark.usefixtures("bot")
@ON_SQLITE
class TestForm:
    def test_the_command_alone_opens_a_form_whose_flag_is_like_any_other(
        self, marketplace: Persona, carrier: Persona
    ) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("What looks wrong?")
        marketplace.fills("Tracking number or link", "3318 8100 25")
        marketplace.fills("What looks wrong?", "counterfeit earbuds")
        marketplace.submits()

        marketplace.sees_no_modal()
        card = marketplace.sees(re.compile(rf"only you see this[\s\S]*parcel {PARCEL}"), "C0AMAZON")
        assert card.shows("counterfeit earbuds")
        assert carrier.sees("Alert", "C0DHL").shows(reference_in(card))

    def test_what_cannot_be_is_said_beside_its_field(self, marketplace: Persona, records: Records) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("What looks wrong?")
        marketplace.fills("Tracking number or link", "12345")

        answer = marketplace.submits()

        assert list(answer.errors) == ["identifier"]
        assert "too short for a tracking number" in answer.errors["identifier"]
        assert records.count_of_cases() == 0

    def test_a_wrong_check_digit_asks_for_a_tick(self, marketplace: Persona, records: Records) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("What looks wrong?")
        marketplace.fills("Tracking number or link", MISTYPED)
        marketplace.fills("What looks wrong?", "seen so")
        marketplace.submits()
        marketplace.sees_modal("Its check digit should be 5 but is 6")
        assert records.count_of_cases() == 0

        marketplace.chooses("Is the number right?", "Flag it anyway")
        marketplace.submits()

        marketplace.sees_no_modal()
        card = marketplace.sees(re.compile(rf"only you see this[\s\S]*parcel {MISTYPED}"), "C0AMAZON")
        assert card.shows("seen so"), "what was typed is still there the second time"

    def test_a_double_click_on_submit_is_one_flag(
        self, marketplace: Persona, sandbox: Sandbox, records: Records
    ) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("What looks wrong?")
        marketplace.fills("Tracking number or link", PARCEL)
        sandbox.switch("deliver:view_submission", "twice", times=1)
        marketplace.submits()

        sandbox.awaits_traffic("flag.form", 2)
        marketplace.sees(re.compile(rf"only you see this[\s\S]*parcel {PARCEL}"), "C0AMAZON")
        assert (records.count_of_cases(), records.count_of_flags()) == (1, 1)

    def test_a_form_that_comes_too_late_for_its_trigger_says_so(
        self, marketplace: Persona, sandbox: Sandbox, records: Records
    ) -> None:
        sandbox.switch("views.open", "error", error="expired_trigger_id", times=1)
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees("The form could not be opened in time. Please try again.", "C0AMAZON")
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("What looks wrong?")
        assert records.count_of_flags() == 0

    def test_a_form_that_was_open_for_a_day_flags_and_its_card_comes_as_a_direct_message(
        self, marketplace: Persona, sandbox: Sandbox, records: Records
    ) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("What looks wrong?")
        marketplace.fills("Tracking number or link", PARCEL)
        sandbox.advance(24 * 60 * 60)
        with sandbox.expects_refusal("expired_url"):
            marketplace.submits()
        records.retries_are_due()
        assert marketplace.sees("Flagged.").shows(f"parcel {PARCEL}")
        assert (records.count_of_cases(), records.count_of_flags()) == (1, 1)

    def test_of_what_is_red_it_is_asked_in_the_form_and_in_no_message(
        self, marketplace: Persona, records: Records
    ) -> None:
        answer = marketplace.types("/flag parcel 3318810026 swapped labels --tlp red", channel="C0AMAZON")
        assert not answer.messages
        marketplace.sees_modal("Its check digit should be 5 but is 6")
        assert records.count_of_flags() == 0

        marketplace.chooses("Is the number right?", "Flag it anyway")
        marketplace.submits()

        card = marketplace.sees(re.compile(r"only you see this[\s\S]*TLP:RED"), "C0AMAZON")
        assert not card.shows("3318810026")
        marketplace.clicks("Open", on=card)
        assert marketplace.sees_modal("3318810026").shows("swapped labels")
        assert records.count_of_flags() == 1


TYPED = [
    "payload",
    "payload=1&payload=2 + 100 %",
    "подделка 偽物 مزيف",
    "😀 👩‍🔬 :warning: *bold* _it_ ~no~ `code`",
    "<!channel> <!here|here> <@U0DHL1> <#C0DHL>",
    "a & b < c > d &amp; &lt;b&gt;",
    "see http://evil.example/x?a=1&b=2 and evil.example",
    "“quoted” and a dash — here, it’s ’ours’",
    "ask @dhl-analyst-1 in #operations",
]


def shown(words: str) -> str:
    """What was typed as it is shown: to the letter, but for links."""
    return words.replace("http://evil.example", "hxxp://evil[.]example")


@pytest.mark.usefixtures("bot")
class TestWords:
    def test_whatever_is_typed_is_stored_as_typed_and_harmless_where_it_is_shown(
        self, sandbox: Sandbox, records: Records, marketplace: Persona, carrier: Persona
    ) -> None:
        for serial, words in enumerate(TYPED):
            parcel = waybill(serial // 5)  # as many flags as a card has room for
            card = marketplace.types(f"/flag parcel {parcel} {words}", channel="C0AMAZON").messages[0]
            assert shown(words) in card.text, "its author sees it to the letter, and no live link"

        assert records.words_of_flags() == TYPED
        alert = re.compile(rf"Alert: parcel {waybill(1)}[\s\S]*{re.escape(shown(TYPED[-1]))}")
        assert shown(TYPED[-2]) in carrier.sees(alert, "C0DHL").text
        carrier.types(f"/case {waybill(0)}", channel="C0DHL")
        for record in sandbox.traffic():
            sent = record["request"] if record["direction"] == "to_slack" else record["response"]
            assert "<!" not in re.sub(r"<!date\^", "", sent["body"]), "nobody is called"
            assert "<@U0DHL1>" not in sent["body"], "nobody is mentioned"
            assert "<http" not in sent["body"], "nothing becomes a link"
        for post in sandbox.traffic("chat.postMessage"):
            arguments = post["request"]["json"]
            assert arguments["unfurl_links"] is False
            assert arguments["unfurl_media"] is False

    def test_a_character_that_no_database_stores_takes_nothing_with_it(
        self, records: Records, marketplace: Persona
    ) -> None:
        answer = marketplace.types(f"/flag parcel {PARCEL} counter\0feit", channel="C0AMAZON")
        assert answer.messages[0].shows("Flagged.")
        assert records.words_of_flags() == ["counterfeit"]

    def test_nor_does_it_in_a_form(self, records: Records, marketplace: Persona) -> None:
        marketplace.types("/flag", channel="C0AMAZON")
        marketplace.sees_modal("Tracking number")
        marketplace.fills("Tracking number or link", PARCEL)
        marketplace.fills("What looks wrong?", "counter\0feit")
        marketplace.submits()
        marketplace.sees("Flagged", "C0AMAZON")
        assert records.words_of_flags() == ["counterfeit"]

    def test_five_thousand_characters_are_stored_whole_and_a_click_away_where_they_do_not_fit(
        self, records: Records, marketplace: Persona, carrier: Persona
    ) -> None:
        words = "An endless story & more. " * 199 + "And this is how it ends."
        assert len(words) == 4999

        card = marketplace.types(f"/flag parcel {PARCEL} {words}", channel="C0AMAZON").messages[0]

        assert records.words_of_flags() == [words]
        for shown in (card, carrier.sees("Alert", "C0DHL")):
            assert shown.shows("An endless story & more.")
            assert shown.shows("…")
        marketplace.clicks("Read it all", on=card)
        marketplace.sees_modal("And this is how it ends.")

    def test_a_phone_s_dashes_and_quotes_are_read_as_a_keyboard_s(
        self, records: Records, marketplace: Persona, centre: Persona, customs: Persona
    ) -> None:
        flag = f"/flag parcel {PARCEL} it’s “fake” —tlp amber —release “cbp”"

        card = marketplace.types(flag, channel="C0AMAZON").messages[0]

        assert card.shows("TLP:AMBER")
        assert records.words_of_flags() == ["it’s “fake”"]
        customs.sees("Alert", "C0CBP")
        assert centre.types(f"/case {PARCEL}", channel="C0IPRC").messages[0].shows("Nothing found")


@pytest.mark.usefixtures("bot")
@ON_SQLITE
class TestStrangers:
    def test_someone_on_no_list_is_told_whom_to_ask_and_learns_nothing_else(
        self, sandbox: Sandbox, marketplace: Persona, records: Records
    ) -> None:
        flagged = marketplace.types(f"/flag parcel {PARCEL} earbuds", channel="C0AMAZON").messages[0]
        asked = (
            "/flag",
            "/flag help",
            f"/flag parcel {PARCEL} mine",
            "/flag parcel 12345 too short",
            "/case",
            f"/case {PARCEL}",
            f"/case {reference_in(flagged)}",
            "/case 7777777770",
            "/digest now",
        )
        for user in ("U0STRANGER1", "U0GUEST1"):
            stranger = sandbox.person(user)
            answers = [stranger.types(command, channel="C0GENERAL").messages for command in asked]

            (said,) = {message.text for messages in answers for message in messages}  # always the same
            assert all(len(messages) == 1 for messages in answers)
            assert "on no organisation’s list" in said
            assert "@operation-admin-1" in said
            assert not stranger.modals
        assert records.count_of_flags() == 1


def _json(content: object) -> bytes:
    return json.dumps(content).encode()


REFUSED = {
    "unsigned": (Request(headers=()), 401),
    "signed with another secret": (Request(secret="another"), 401),
    "six minutes old": (Request(age=360), 401),
    "from the future": (Request(age=-360), 401),
    "with half a signature": (Request(headers=(("X-Slack-Signature", b"v0=12"),)), 401),
    "with a time that is none": (
        Request(headers=(("X-Slack-Request-Timestamp", b"soon"), ("X-Slack-Signature", b"v0=12"))),
        400,
    ),
    "with a signature in no alphabet": (
        Request(headers=(("X-Slack-Request-Timestamp", b"1767225600"), ("X-Slack-Signature", b"v0=\xff"))),
        400,
    ),
    "with broken JSON": (Request(b"{" + TELL_TALE.encode(), "application/json"), 400),
    "with a list": (Request(_json([TELL_TALE]), "application/json"), 400),
    "with broken JSON in its form": (Request(urlencode({"payload": "{" + TELL_TALE}).encode()), 400),
    "with nothing": (Request(b""), 400),
    "with an event that says nothing": (
        Request(_json({"type": "event_callback", "event": TELL_TALE}), "application/json"),
        400,
    ),
    "with a form that is none": (
        Request(urlencode({"payload": json.dumps({"type": "view_submission", "view": TELL_TALE})}).encode()),
        400,
    ),
}


STRANGE = {
    "of no known kind": {"text": TELL_TALE},
    "a click on nothing": {"type": "block_actions", "text": TELL_TALE},
    "a command of another app": {"command": "/pay", "text": TELL_TALE},
    "an event nobody asked for": {
        "type": "event_callback",
        "event": {"type": "pin_added", "user": TELL_TALE},
    },
}


@ON_SQLITE
class TestRequests:
    def test_what_is_not_slack_s_is_refused_with_one_line_in_the_log_and_not_its_body(
        self, bot: BotThread, records: Records
    ) -> None:
        for name, (request, status) in REFUSED.items():
            bot.log.lines.clear()
            answer = request.sent(bot.url)

            assert answer.status_code == status, name
            assert len(bot.log.lines) == 1, (name, bot.log.lines)
            assert str(status) in bot.log.lines[0], name
            assert TELL_TALE not in bot.log.lines[0] + answer.text, name
        assert records.count_of_flags() == 0

    def test_what_slack_has_signed_and_nobody_here_knows_does_no_harm(
        self, bot: BotThread, records: Records
    ) -> None:
        for name, content in STRANGE.items():
            answer = Request(_json(content), "application/json").sent(bot.url)

            assert answer.status_code < 500, name
            assert TELL_TALE not in "".join(bot.log.lines) + answer.text, name
        assert records.count_of_flags() == 0

    def test_word_from_slack_that_it_holds_events_back_is_taken_and_logged(self, bot: BotThread) -> None:
        word = {"type": "app_rate_limited", "team_id": "T0OPS", "minute_rate_limited": 1767225600}
        answer = Request(_json(word), "application/json").sent(bot.url)

        assert answer.status_code == 200
        (line,) = bot.log.lines
        assert "Slack holds events back" in line

    def test_slacks_look_at_the_certificate_is_answered_as_it_asks_by_get_and_by_post(
        self, bot: BotThread
    ) -> None:
        asked = {"ssl_check": "1", "token": TELL_TALE}
        with httpx.Client(trust_env=False) as http:
            address = f"{bot.url}/slack/events"
            assert http.get(address, params=asked).status_code == 200
            assert http.post(address, data=asked).status_code == 200
            assert not bot.log.lines
            assert http.get(address, params={"ssl_check": "0"}).status_code == 401

    def test_what_somebody_typed_is_no_look_at_the_certificate(self, bot: BotThread) -> None:
        typed = Request(urlencode({"command": "/flag", "text": "a&ssl_check=1&b"}).encode(), headers=())
        assert typed.sent(bot.url).status_code == 401

    def test_more_than_a_megabyte_is_not_read(self, bot: BotThread) -> None:
        answer = Request(b"text=" + b"x" * 1_100_000).sent(bot.url)

        assert answer.status_code == 413
        assert len(bot.log.lines) == 1


@ON_SQLITE
def test_an_unknown_error_gives_the_person_a_reference_that_the_log_has_too(
    bot: BotThread, records: Records, marketplace: Persona
) -> None:
    with records.gone("flags"):
        (answer,) = marketplace.types(f"/flag parcel {PARCEL} {TELL_TALE}", channel="C0AMAZON").messages

    found = re.search(r"this reference: ([0-9A-Z]{8})", answer.text)
    assert found is not None, answer.text
    (error,) = [line for line in bot.log.errors if found[1] in line]
    assert "/flag" in error
    assert TELL_TALE not in "".join(bot.log.lines)
    bot.log.errors.clear()
    again = marketplace.types(f"/flag parcel {PARCEL} {TELL_TALE}").messages[0]
    assert reference_in(again), "and the next one is served"


@ON_SQLITE
@pytest.mark.parametrize("socket_mode", [False, True])
def test_no_log_holds_what_somebody_typed_however_much_it_is_asked_to_say(
    start: StartProcess, sandbox: Sandbox, marketplace: Persona, carrier: Persona, socket_mode: bool
) -> None:
    settings = sandbox.settings(socket_mode=socket_mode)
    bot = start("run", PORT="0", LOG_LEVEL="DEBUG", OPERATION_FILE=str(OPERATION_FILE), **settings)
    if socket_mode:
        bot.says("socket connected")
    else:
        sandbox.bot_is_at(bot.listens())

    marketplace.types(f"/flag parcel {PARCEL} {TELL_TALE}", channel="C0AMAZON")
    carrier.clicks("Acknowledge", on=carrier.sees(TELL_TALE, "C0DHL"))
    assert marketplace.types(f"/case {PARCEL}", channel="C0AMAZON").messages[0].shows(TELL_TALE)
    sandbox.awaits_traffic("message.im")  # that the flagger is told of it: no event finds nobody there

    bot.asked_to_stop()
    assert bot.ends() == 0
    assert bot.log, "it does say something"
    assert not [line for line in bot.log if TELL_TALE in line or PARCEL in line]
