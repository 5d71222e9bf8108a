"""Given settings and an operation file, and nothing else, the bot works against a Slack that it has never met."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.another_slack import PEOPLE, SECRET, TEAM, TOKEN, AnotherSlack, Json, send
from tests.e2e.bots import OPERATION_FILE, BotProcess

CHANNELS = ("C0AMAZON", "C0DHL", "C0CBP", "C0IPRC")


@pytest.fixture
def slack() -> Iterator[AnotherSlack]:
    with AnotherSlack() as running:
        yield running


@pytest.fixture
def bot(slack: AnotherSlack, database_url: str, tmp_path: Path) -> Iterator[str]:
    """Its address."""
    settings = {
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"{slack.url}/another/api",
        "DATABASE_URL": database_url,
        "OPERATION_FILE": str(OPERATION_FILE),
        "PORT": "0",
    }
    with BotProcess("run", settings=settings, folder=tmp_path) as process:
        yield process.listens()


def command(slack: AnotherSlack, bot: str, user: str, typed: str) -> Any:
    """What the ack of a slash command shows."""
    name, _, text = typed.partition(" ")
    fields = {
        "command": name,
        "text": text,
        "user_id": user,
        "team_id": TEAM,
        "channel_id": "C0AMAZON",
        "trigger_id": f"trigger of {typed}",
        "response_url": f"{slack.url}/hooks/of-a-command",
    }
    answer = send(bot, fields)
    assert answer.status_code == 200
    return answer.json()


def about(channel: str, words: str = "") -> Callable[[Json], bool]:
    """A post or edit in this channel that shows these words."""
    return lambda asked: (
        asked["channel"] == channel and words in json.dumps(asked["blocks"], ensure_ascii=False)
    )


def test_the_address_is_confirmed_and_a_flag_is_told_to_everyone_acknowledged_and_looked_up(
    slack: AnotherSlack, bot: str
) -> None:
    confirmed = send(bot, {"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}, as_json=True)
    assert confirmed.status_code == 200
    assert "3eZbrw1a" in confirmed.text

    card = command(slack, bot, "U0AMAZON1", "/flag parcel 3318810025 counterfeit earbuds")

    assert card["response_type"] == "ephemeral"
    assert "counterfeit earbuds" in json.dumps(card["blocks"])
    ids = set()
    for channel in CHANNELS:
        post = slack.awaits("chat.postMessage", about(channel))
        assert "3318810025" in post["text"]
        ids.add(post["metadata"]["event_payload"]["delivery_id"])
        has_button = '"text": "Acknowledge"' in json.dumps(post["blocks"])
        assert has_button == (channel != "C0AMAZON")
    assert len(ids) == len(CHANNELS)

    alert = slack.awaits("chat.postMessage", about("C0DHL"))
    buttons = next(block for block in alert["blocks"] if block["type"] == "actions")["elements"]
    button = next(element for element in buttons if element["text"]["text"] == "Acknowledge")
    click = {
        "type": "block_actions",
        "user": {"id": PEOPLE["C0DHL"], "team_id": TEAM},
        "team": {"id": TEAM},
        "container": {"type": "message", "channel_id": "C0DHL", "message_ts": "1700000000.000001"},
        "trigger_id": "trigger of a click",
        "response_url": f"{slack.url}/hooks/of-a-click",
        "actions": [
            {"type": "button", "action_id": button["action_id"], "value": button["value"], "block_id": "b"}
        ],
    }
    assert send(bot, {"payload": json.dumps(click)}).status_code == 200

    for channel in CHANNELS:
        slack.awaits("chat.update", about(channel, "*DHL* acknowledged"))
    found = command(slack, bot, "U0CBP1", "/case 3318810025")
    assert "*DHL* acknowledged" in json.dumps(found["blocks"], ensure_ascii=False)
    assert "Nothing found" in command(slack, bot, "U0CBP1", "/case 7777777770")["text"]
