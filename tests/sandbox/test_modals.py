"""Modals: https://docs.slack.dev/surfaces/modals"""

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.client import Sandbox
from sandbox.persona import Persona
from sandbox.rules.table import IN_INPUT as NAMED_IN_INPUT
from tests.sandbox.refusing import refused
from tests.sandbox.stub_bot import Received, Reply, StubBot
from tests.sandbox.views import actions, button, field, home, menu, modal, options, section, text_input

IN_INPUT = set(NAMED_IN_INPUT)
FORM = modal(field("Words", text_input()), callback_id="form", private_metadata="kept")


@pytest.fixture
def trigger(analyst: Persona, bot: StubBot) -> str:
    """A fresh one, of a command."""
    analyst.types("/flag", channel="C0AMAZON")
    return str(bot.gets("command").payload["trigger_id"])


def test_a_modal_opens_is_filled_and_sent(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    web.views_open(trigger_id=trigger, view=FORM)
    analyst.fills("Words", "counterfeit earbuds")
    answer = analyst.submits()
    sent = bot.gets("view_submission").payload
    assert list(sent) == [
        "type", "team", "user", "api_app_id", "token", "trigger_id", "view", "response_urls",
        "is_enterprise_install", "enterprise",
    ]  # fmt: skip
    assert list(sent["view"]) == [
        "id", "team_id", "type", "blocks", "private_metadata", "callback_id", "state", "hash", "title",
        "clear_on_close", "notify_on_close", "close", "submit", "previous_view_id", "root_view_id", "app_id",
        "external_id", "app_installed_team_id", "bot_id",
    ]  # fmt: skip
    assert sent["view"]["state"] == {
        "values": {"words": {"text": {"type": "plain_text_input", "value": "counterfeit earbuds"}}}
    }
    assert sent["view"]["private_metadata"] == "kept"
    assert answer.raw["action"] == "close"
    assert analyst.modal is None


def test_a_trigger_opens_one_modal(web: WebClient, trigger: str) -> None:
    web.views_open(trigger_id=trigger, view=FORM)
    refused("exchanged_trigger_id", web.views_open, trigger_id=trigger, view=FORM)


def test_a_trigger_lives_three_seconds(sandbox: Sandbox, web: WebClient, trigger: str) -> None:
    sandbox.advance(3.1)
    refused("expired_trigger_id", web.views_open, trigger_id=trigger, view=FORM)


def test_a_trigger_nobody_gave_out_opens_nothing(web: WebClient) -> None:
    refused("invalid_trigger_id", web.views_open, trigger_id="1.2.3", view=FORM)


def test_a_modal_with_an_input_and_no_submit_is_refused(web: WebClient, trigger: str) -> None:
    view = {key: value for key, value in FORM.items() if key != "submit"}
    data = refused("invalid_arguments", web.views_open, trigger_id=trigger, view=view)
    assert data["response_metadata"]["messages"]


def test_a_refused_view_does_not_use_the_trigger_up(web: WebClient, trigger: str) -> None:
    refused("invalid_arguments", web.views_open, trigger_id=trigger, view={**FORM, "title": "no"})
    web.views_open(trigger_id=trigger, view=FORM)


def test_an_empty_field_is_stopped_by_the_client(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    web.views_open(trigger_id=trigger, view=FORM)
    answer = analyst.submits(expecting="invalid_input")
    assert answer.errors == {"words": "Please complete this required field."}
    assert not any(received.kind == "view_submission" for received in bot.received)


def test_errors_of_the_ack_stand_beside_their_field(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    bot.answers["view_submission"] = Reply({"response_action": "errors", "errors": {"words": "Say more."}})
    web.views_open(trigger_id=trigger, view=FORM)
    analyst.fills("Words", "x")
    assert analyst.submits().errors == {"words": "Say more."}
    assert analyst.sees_modal("Say more.").errors == {"words": "Say more."}
    analyst.fills("Words", "much more")
    assert analyst.sees_modal("Flag").errors == {}


def test_errors_for_a_block_that_is_no_input_are_rubbish(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    bot.answers["view_submission"] = Reply({"response_action": "errors", "errors": {"nowhere": "Say more."}})
    web.views_open(trigger_id=trigger, view=FORM)
    analyst.fills("Words", "x")
    analyst.submits(expecting="dispatch_unknown_error")
    assert "no input block has that id" in sandbox.refusals()[-1]["sentence"]


def test_an_ack_that_pushes_puts_a_view_on_top(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    bot.answers["view_submission"] = Reply(
        {"response_action": "push", "view": modal(section("Sure?"), title="Second")}
    )
    web.views_open(trigger_id=trigger, view=FORM)
    analyst.fills("Words", "x")
    analyst.submits()
    first, second = analyst.modals
    assert second.title == "Second"
    assert second.raw["previous_view_id"] == second.raw["root_view_id"] == first.raw["id"]


def test_an_ack_that_updates_keeps_the_view_and_an_ack_that_clears_ends_all(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    web.views_open(trigger_id=trigger, view=FORM)
    bot.answers["view_submission"] = Reply(
        {"response_action": "update", "view": modal(section("Thanks"), title="Done")}
    )
    analyst.fills("Words", "x")
    before = analyst.sees_modal("Words").raw["id"]
    analyst.submits()
    assert analyst.sees_modal("Thanks").raw["id"] == before
    bot.answers["view_submission"] = Reply({"response_action": "clear"})
    analyst.submits()
    assert analyst.modals == []


def test_an_ack_with_a_view_that_slack_refuses_leaves_the_modal_with_trouble(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    bot.answers["view_submission"] = Reply({"response_action": "update", "view": {"type": "modal"}})
    web.views_open(trigger_id=trigger, view=FORM)
    analyst.fills("Words", "x")
    analyst.submits(expecting="dispatch_unknown_error")
    assert analyst.modal is not None
    assert sandbox.refusals()[-1]["error"] == "invalid_arguments"


def test_three_views_fit_on_the_stack(analyst: Persona, bot: StubBot, web: WebClient, trigger: str) -> None:
    errors: list[str] = []

    def pushes(pressed: Received) -> Reply:
        try:
            web.views_push(trigger_id=pressed.payload["trigger_id"], view=modal(actions(button("Further"))))
        except SlackApiError as refusal:
            errors.append(refusal.response["error"])
        return Reply()

    bot.answers["block_actions"] = pushes
    web.views_open(trigger_id=trigger, view=modal(actions(button("Further"))))
    for _ in range(3):
        analyst.clicks("Further")
    assert len(analyst.modals) == 3
    assert errors == ["push_limit_reached"]


def test_a_push_needs_a_trigger_from_inside_a_modal(web: WebClient, trigger: str) -> None:
    refused("invalid_trigger_id", web.views_push, trigger_id=trigger, view=FORM)


def test_an_update_keeps_what_was_typed_where_block_and_action_stay(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    view = web.views_open(trigger_id=trigger, view=FORM)["view"]
    analyst.fills("Words", "typed before")
    web.views_update(
        view_id=view["id"], view=modal(section("New above"), *FORM["blocks"], field("Other", text_input()))
    )
    analyst.fills("Other", "typed after")
    analyst.submits()
    values = bot.gets("view_submission").payload["view"]["state"]["values"]
    assert values["words"]["text"]["value"] == "typed before"
    assert values["other"]["text"]["value"] == "typed after"


def test_an_update_with_an_old_hash_conflicts(web: WebClient, trigger: str) -> None:
    view = web.views_open(trigger_id=trigger, view=FORM)["view"]
    web.views_update(view_id=view["id"], hash=view["hash"], view=FORM)
    refused("hash_conflict", web.views_update, view_id=view["id"], hash=view["hash"], view=FORM)


def test_a_view_that_was_closed_cannot_be_updated(analyst: Persona, web: WebClient, trigger: str) -> None:
    view = web.views_open(trigger_id=trigger, view=FORM)["view"]
    analyst.closes()
    refused("not_found", web.views_update, view_id=view["id"], view=FORM)


def test_an_external_id_names_one_view(analyst: Persona, bot: StubBot, web: WebClient, trigger: str) -> None:
    web.views_open(trigger_id=trigger, view={**FORM, "external_id": "form-1"})
    web.views_update(external_id="form-1", view={**FORM, "external_id": "form-1"})
    analyst.types("/flag", channel="C0AMAZON")
    second = bot.gets("command", 2).payload["trigger_id"]
    refused(
        "duplicate_external_id", web.views_open, trigger_id=second, view={**FORM, "external_id": "form-1"}
    )


def test_closing_is_told_only_where_it_was_asked_for(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    web.views_open(trigger_id=trigger, view={**FORM, "notify_on_close": True})
    analyst.closes()
    closed = bot.gets("view_closed").payload
    assert list(closed) == [
        "type", "team", "user", "api_app_id", "token", "view", "is_cleared", "is_enterprise_install", "enterprise",
    ]  # fmt: skip
    assert closed["is_cleared"] is False


def test_the_cross_closes_all_and_tells_of_the_root(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    def pushes(pressed: Received) -> Reply:
        web.views_push(
            trigger_id=pressed.payload["trigger_id"], view=modal(section("Second"), notify_on_close=True)
        )
        return Reply()

    bot.answers["block_actions"] = pushes
    root = web.views_open(trigger_id=trigger, view=modal(actions(button("Further")), notify_on_close=True))[
        "view"
    ]
    analyst.clicks("Further")
    analyst.closes(everything=True)
    closed = bot.gets("view_closed").payload
    assert (closed["view"]["id"], closed["is_cleared"]) == (root["id"], True)
    assert analyst.modals == []


def test_the_state_holds_every_kind_of_element(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    some = options("One", "Two", "Three")
    view = modal(
        field("Text", text_input(initial_value="before")),
        field("Static", menu("static_select", options=some)),
        field("Several", menu("multi_static_select", options=some)),
        field("Radio", menu("radio_buttons", options=some)),
        field("Boxes", menu("checkboxes", options=some)),
        field("User", menu("users_select")),
        field("Users", menu("multi_users_select")),
        field("Conversation", menu("conversations_select")),
        field("Conversations", menu("multi_conversations_select")),
        field("Channel", menu("channels_select")),
        field("Channels", menu("multi_channels_select")),
        field("Outside", menu("external_select", min_query_length=0)),
        field("Several outside", menu("multi_external_select", min_query_length=0)),
        field("Date", menu("datepicker")),
        field("Time", menu("timepicker")),
        field("Moment", menu("datetimepicker")),
        field("Number", menu("number_input", is_decimal_allowed=True)),
        field("Mail", menu("email_text_input")),
        field("Link", menu("url_text_input")),
        field("Rich", menu("rich_text_input")),
        field("Files", menu("file_input")),
        field("Left out", text_input(), optional=True),
    )
    assert {block["element"]["type"] for block in view["blocks"]} == IN_INPUT
    bot.answers["block_suggestion"] = Reply({"options": options("One brand", "Another brand")})
    web.views_open(trigger_id=trigger, view=view)
    file_id = analyst.uploads("label.png", b"\x89PNG")
    analyst.chooses("Static", "Two")
    analyst.chooses("Several", "One", "Three")
    analyst.chooses("Radio", "three")
    analyst.chooses("Boxes", "One")
    analyst.chooses("User", "U0DHL1")
    analyst.chooses("Users", "@dhl-analyst-1", "U0CBP1")
    analyst.chooses("Conversation", "#operations")
    analyst.chooses("Conversations", "#operations", "#amazon-alerts")
    analyst.chooses("Channel", "#general")
    analyst.chooses("Channels", "operations")
    for label in ("Outside", "Several outside"):
        assert analyst.is_offered(label, "brand") == ["One brand", "Another brand"]
    analyst.chooses("Outside", "One brand")
    analyst.chooses("Several outside", "One brand", "Another brand")
    for label, value in {
        "Date": "2026-01-31", "Time": "09:30", "Moment": 1767225600, "Number": "12.5", "Mail": "a@b.example",
        "Link": "https://a.example", "Rich": "hello", "Files": [file_id],
    }.items():  # fmt: skip
        analyst.fills(label, value)
    analyst.submits()
    values = bot.gets("view_submission").payload["view"]["state"]["values"]
    found = {block: next(iter(entries.values())) for block, entries in values.items()}
    assert found["text"] == {"type": "plain_text_input", "value": "before"}
    assert found["static"]["selected_option"]["value"] == "two"
    assert [option["value"] for option in found["several"]["selected_options"]] == ["one", "three"]
    assert found["radio"]["selected_option"]["text"] == {"type": "plain_text", "text": "Three", "emoji": True}
    assert [option["value"] for option in found["boxes"]["selected_options"]] == ["one"]
    assert found["user"] == {"type": "users_select", "selected_user": "U0DHL1"}
    assert found["users"]["selected_users"] == ["U0DHL1", "U0CBP1"]
    assert found["conversation"]["selected_conversation"] == "C0OPS"
    assert found["conversations"]["selected_conversations"] == ["C0OPS", "C0AMAZON"]
    assert found["channel"]["selected_channel"] == "C0GENERAL"
    assert found["channels"]["selected_channels"] == ["C0OPS"]
    assert found["outside"]["selected_option"]["value"] == "one brand"
    several = found["several_outside"]["selected_options"]
    assert [option["value"] for option in several] == ["one brand", "another brand"]
    assert found["date"]["selected_date"] == "2026-01-31"
    assert found["time"]["selected_time"] == "09:30"
    assert found["moment"]["selected_date_time"] == 1767225600
    assert found["number"]["value"] == "12.5"
    assert found["mail"]["value"] == "a@b.example"
    assert found["link"]["value"] == "https://a.example"
    assert found["rich"]["rich_text_value"]["type"] == "rich_text"
    assert found["files"]["files"][0]["id"] == file_id
    assert found["left_out"] == {"type": "plain_text_input", "value": None}
    sandbox.check()


@pytest.mark.parametrize(
    ("element", "value", "says"),
    [
        (text_input(min_length=5), "abc", "at least 5"),
        (text_input(max_length=2), "abc", "at most 2"),
        (menu("number_input", is_decimal_allowed=False), "1.5", "whole number"),
        (menu("number_input", is_decimal_allowed=True, max_value="3"), "4", "3 or less"),
        (menu("email_text_input"), "nobody", "valid email"),
        (menu("url_text_input"), "nowhere", "valid URL"),
    ],
)
def test_the_client_itself_stops_what_does_not_fit(
    analyst: Persona, web: WebClient, trigger: str, element: dict[str, Any], value: str, says: str
) -> None:
    web.views_open(trigger_id=trigger, view=modal(field("Field", element)))
    analyst.fills("Field", value)
    assert says in analyst.submits(expecting="invalid_input").errors["field"]


def test_a_field_that_dispatches_is_silent_while_it_is_only_filled_in(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    web.views_open(trigger_id=trigger, view=modal(field("Words", text_input(), dispatch_action=True)))
    view = sandbox.get(f"/sandbox/people/{analyst.id}")["modals"][-1]
    typing = {
        "view_id": view["id"],
        "block_id": "words",
        "action_id": "text",
        "value": "counter",
        "fill": True,
    }
    answer = sandbox.post(f"/sandbox/people/{analyst.id}/act", typing)
    assert answer["sent"] is False
    assert answer["state"]["values"]["words"]["text"]["value"] == "counter"
    assert sandbox.post(f"/sandbox/people/{analyst.id}/act", {**typing, "fill": False})["sent"] is True
    assert [sent["name"] for sent in sandbox.traffic("text")] == ["text"]


def test_a_field_that_dispatches_tells_at_once(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    view = modal(
        field("Kind", menu("static_select", options=options("Parcel", "Seller")), dispatch_action=True)
    )
    web.views_open(trigger_id=trigger, view=view)
    analyst.chooses("Kind", "Seller")
    told = bot.gets("block_actions").payload
    assert list(told) == [
        "type", "user", "api_app_id", "token", "container", "trigger_id", "team", "enterprise",
        "is_enterprise_install", "view", "actions",
    ]  # fmt: skip
    action = told["actions"][0]
    assert list(action) == ["type", "action_id", "block_id", "selected_option", "action_ts"]
    assert told["view"]["state"]["values"]["kind"]["choice"]["selected_option"]["value"] == "seller"


def test_a_menu_can_be_filled_by_the_app(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    bot.answers["block_suggestion"] = lambda got: Reply({"options": options(f"{got.payload['value']}-brand")})
    view = modal(field("Brand", menu("external_select", min_query_length=2)))
    web.views_open(trigger_id=trigger, view=view)
    assert analyst.is_offered("Brand", "x") == []
    assert analyst.is_offered("Brand", "acme") == ["acme-brand"]
    asked = bot.gets("block_suggestion").payload
    assert list(asked) == [
        "type", "user", "container", "api_app_id", "token", "action_id", "block_id", "value", "team", "enterprise",
        "is_enterprise_install", "view",
    ]  # fmt: skip
    analyst.fills("Brand", "other-brand", expecting="invalid_input")
    analyst.fills("Brand", "acme-brand")
    analyst.submits()
    values = bot.gets("view_submission").payload["view"]["state"]["values"]
    assert values["brand"]["choice"]["selected_option"]["value"] == "acme-brand"


def test_an_app_may_have_nothing_to_offer(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    bot.answers["block_suggestion"] = Reply({"options": []})
    view = modal(field("Brand", menu("external_select", min_query_length=0)))
    web.views_open(trigger_id=trigger, view=view)
    assert analyst.is_offered("Brand", "acme") == []


def test_a_menu_in_a_message_is_filled_by_the_app(analyst: Persona, bot: StubBot, web: WebClient) -> None:
    bot.answers["block_suggestion"] = Reply({"options": options("One brand", "Another brand")})
    chooser = menu("multi_external_select", min_query_length=1)
    ts = web.chat_postMessage(channel="C0AMAZON", text="x", blocks=[section("Brands", chooser, "brands")])[
        "ts"
    ]
    assert analyst.is_offered("choice", "b") == ["One brand", "Another brand"]
    asked = bot.gets("block_suggestion").payload
    assert list(asked) == [
        "type", "user", "container", "api_app_id", "token", "action_id", "block_id", "value", "team", "enterprise",
        "is_enterprise_install", "channel", "message",
    ]  # fmt: skip
    assert (asked["container"]["message_ts"], asked["message"]["ts"]) == (ts, ts)
    analyst.chooses("choice", "One brand", "Another brand")
    (action,) = bot.gets("block_actions").payload["actions"]
    assert [option["value"] for option in action["selected_options"]] == ["one brand", "another brand"]


RUBBISH = [
    ("view_submission", Reply("{not json"), "must be empty or JSON with a response_action"),
    ("view_submission", Reply("[]", content_type="application/json"), "must be empty or JSON"),
    ("view_submission", Reply({"response_action": "jump"}), "response_action of update, push, clear, errors"),
    ("view_submission", Reply({"response_action": "errors"}), "must name a sentence for each block_id"),
    ("view_submission", Reply({"response_action": "push", "view": {"type": "home"}}), "must be"),
    ("block_suggestion", Reply("{not json"), "must be JSON with `options` or `option_groups`"),
    ("block_suggestion", Reply(), "must be JSON with `options` or `option_groups`"),
    ("block_suggestion", Reply({"options": "none"}), "options"),
    ("block_suggestion", Reply({"options": [{"text": "bare", "value": "x"}]}), "must provide an object"),
]


@pytest.mark.parametrize(("kind", "answer", "sentence"), RUBBISH)
def test_rubbish_of_the_bot_is_trouble_for_the_person_and_a_sentence_in_the_record(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient, trigger: str, kind: str, answer: Reply,
    sentence: str,
) -> None:  # fmt: skip
    brand = field("Brand", menu("external_select", min_query_length=0), optional=True)
    web.views_open(trigger_id=trigger, view=modal(brand, callback_id="form"))
    bot.answers[kind] = answer
    if kind == "view_submission":
        analyst.submits(expecting="dispatch_unknown_error")
    else:
        with pytest.raises(AssertionError, match="dispatch_unknown_error"):
            analyst.is_offered("Brand", "x")
    record = sandbox.refusals()[-1]
    assert record["kind"] == kind
    assert sentence in record["sentence"]
    assert analyst.modal is not None, "the form stays"


@pytest.mark.hasty
@pytest.mark.parametrize("kind", ["view_submission", "block_suggestion", "block_actions", "shortcut"])
def test_a_bot_that_is_too_late_is_trouble_for_the_person_and_a_sentence_in_the_record(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient, trigger: str, kind: str
) -> None:
    brand = field("Brand", menu("external_select", min_query_length=0), optional=True)
    web.views_open(trigger_id=trigger, view=modal(brand, actions(button("Press"))))
    bot.answers[kind] = Reply(after=1.2)
    if kind == "view_submission":
        analyst.submits(expecting="operation_timeout")
    elif kind == "block_actions":
        analyst.clicks("Press", expecting="operation_timeout")
    elif kind == "shortcut":
        analyst.uses_shortcut("Flag something", expecting="operation_timeout")
    else:
        with pytest.raises(AssertionError, match="operation_timeout"):
            analyst.is_offered("Brand", "x")
    (record,) = sandbox.refusals()
    assert (record["kind"], record["sentence"]) == (kind, "The bot did not acknowledge within 1 s.")


def test_more_than_a_hundred_options_are_rubbish(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    bot.answers["block_suggestion"] = Reply({"options": options(*(f"o{number}" for number in range(101)))})
    web.views_open(
        trigger_id=trigger, view=modal(field("Brand", menu("external_select", min_query_length=0)))
    )
    with pytest.raises(AssertionError, match="dispatch_unknown_error"):
        analyst.is_offered("Brand", "o")
    assert sandbox.refusals()


def test_home_is_published_for_one_person(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient
) -> None:
    analyst.opens_home()
    opened = bot.gets("app_home_opened").payload
    assert list(opened["event"]) == ["type", "user", "channel", "tab", "event_ts"]
    view = web.views_publish(user_id="U0AMAZON1", view=home(section("Your cases")))["view"]
    analyst.sees("Your cases")
    assert sandbox.person("U0DHL1").home is None
    web.views_publish(user_id="U0AMAZON1", hash=view["hash"], view=home(section("Two cases")))
    refused(
        "hash_conflict", web.views_publish, user_id="U0AMAZON1", hash=view["hash"], view=home(section("Late"))
    )
    analyst.opens_home()
    again = bot.gets("app_home_opened", 2).payload
    assert again["event"]["view"]["id"] == view["id"]


def test_a_response_url_comes_with_a_menu_that_asks_for_one(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    chooser = menu("conversations_select", response_url_enabled=True)
    web.views_open(trigger_id=trigger, view=modal(field("Where", chooser)))
    analyst.chooses("Where", "#operations")
    analyst.submits()
    (url,) = bot.gets("view_submission").payload["response_urls"]
    assert list(url) == ["response_url", "block_id", "action_id", "channel_id"]
    assert url["channel_id"] == "C0OPS"


def test_a_menu_begins_with_the_conversation_in_which_the_person_was(
    sandbox: Sandbox, analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    one = menu("conversations_select", "one", default_to_current_conversation=True)
    many = menu("multi_conversations_select", "many", default_to_current_conversation=True)
    public = menu(
        "conversations_select", "x", default_to_current_conversation=True, filter={"include": ["public"]}
    )
    given = menu(
        "conversations_select", "x", default_to_current_conversation=True, initial_conversation="C0OPS"
    )
    view = modal(
        field("Where", one),
        field("Also", many),
        field("Public", public, optional=True),
        field("Given", given, optional=True),
    )
    opened = web.views_open(trigger_id=trigger, view=view)["view"]
    analyst.submits()
    values = bot.gets("view_submission").payload["view"]["state"]["values"]
    assert values["where"]["one"]["selected_conversation"] == "C0AMAZON"
    assert values["also"]["many"]["selected_conversations"] == ["C0AMAZON"]
    assert values["public"]["x"]["selected_conversation"] is None
    assert values["given"]["x"]["selected_conversation"] == "C0OPS"
    assert "initial_conversation" not in opened["blocks"][0]["element"]


def test_a_menu_that_was_emptied_stays_empty_when_the_form_changes(
    analyst: Persona, bot: StubBot, web: WebClient, trigger: str
) -> None:
    where = field("Where", menu("conversations_select", default_to_current_conversation=True), optional=True)
    opened = web.views_open(trigger_id=trigger, view=modal(where))["view"]
    analyst.chooses("Where", "")
    web.views_update(view_id=opened["id"], view=modal(where, section("More")))
    analyst.submits()
    values = bot.gets("view_submission").payload["view"]["state"]["values"]
    assert values["where"]["choice"]["selected_conversation"] is None
