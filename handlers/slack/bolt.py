"""Bolt, made ours: an app that asks Slack nothing before it answers.

Decisions that rest on defects of Bolt 1.30 (ARCHITECTURE.md, "Bolt"):

- our own ``authorize``: Bolt's would call ``auth.test`` on the first request and fail it where Slack is slow;
- ``process_before_response``: a listener's ack is the last thing it does, so Bolt need not poll for it every
  10 ms, and an error cannot destroy an ack;
- requests are verified and parsed by :mod:`handlers.slack.door`, and reach Bolt parsed, as Socket Mode's do:
  Bolt's own form parser loses a command whose text contains the word "payload".
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.transports.installation import Installation


def bolt_app(client: AsyncWebClient, installation: Installation) -> AsyncApp:
    """An app without listeners; ``client`` has our session and address, and no token of its own."""

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=None,
            bot_token=installation.token,
            bot_id=installation.bot_id or None,
            bot_user_id=installation.bot_user_id or None,
        )

    with _without_slack_variables():
        return AsyncApp(
            client=client,
            authorize=authorize,
            process_before_response=True,
            request_verification_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )


@contextmanager
def _without_slack_variables() -> Iterator[None]:
    """Bolt reads the environment by itself: with a client id and secret in it, it would switch to OAuth."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("SLACK_")}
    try:
        yield
    finally:
        os.environ.update(hidden)
