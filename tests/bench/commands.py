"""Slack's commands as they come over the wire, each signed by itself."""

import json
import time
from itertools import count
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from tests.bench.load import Request

BOT_TOKEN = "xoxb-bench"
SIGNING_SECRET = "a-secret-of-the-bench"
TEAM = "T0OPS"
ANALYSTS = ("U0AMAZON1", "U0DHL1", "U0CBP1", "U0IPRC1")
"""The example operation's analysts, one of each organisation."""

_numbers = count(1)


def command(
    server: tuple[str, int], slack: str, name: str, text: str, *expects: str, user: str = ""
) -> Request:
    """One command of one person, of each analyst in turn where no ``user`` is named.

    ``expects`` is what the answer has to hold (docs.slack.dev/interactivity/implementing-slash-commands).
    """
    number = next(_numbers)
    fields = {
        "token": "verification-token",
        "team_id": TEAM,
        "team_domain": "operation",
        "channel_id": "C0OPS",
        "channel_name": "operations",
        "user_id": user or ANALYSTS[number % len(ANALYSTS)],
        "user_name": "analyst",
        "command": name,
        "text": text,
        "api_app_id": "A0BOT",
        "is_enterprise_install": "false",
        "response_url": f"{slack}/response/{number}",
        "trigger_id": f"{number}.1767614400.bench",
    }
    return _signed(server, fields, expects)


def suggestion(server: tuple[str, int], field: str, typed: str, *expects: str, user: str) -> Request:
    """A keystroke in a field that is filled by typing.

    docs.slack.dev/reference/interaction-payloads/block_suggestion-payload
    """
    payload = {
        "type": "block_suggestion",
        "api_app_id": "A0BOT",
        "team": {"id": TEAM, "domain": "operation"},
        "user": {"id": user, "name": "analyst", "team_id": TEAM},
        "container": {"type": "view", "view_id": "V1"},
        "action_id": field,
        "block_id": field,
        "value": typed,
    }
    return _signed(server, {"payload": json.dumps(payload)}, expects)


def _signed(server: tuple[str, int], fields: dict[str, str], expects: tuple[str, ...]) -> Request:
    body = urlencode(fields)
    timestamp = str(int(time.time()))
    signature = SignatureVerifier(SIGNING_SECRET).generate_signature(timestamp=timestamp, body=body)
    head = (
        "POST /slack/events HTTP/1.1",
        f"Host: {server[0]}:{server[1]}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
        f"X-Slack-Request-Timestamp: {timestamp}",
        f"X-Slack-Signature: {signature}",
        "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)",
        "Accept: */*",
    )
    return Request("\r\n".join((*head, "", body)).encode(), tuple(words.encode() for words in expects))
