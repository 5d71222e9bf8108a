"""A small Bolt app in a thread of its own, by Socket Mode."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Self

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

Ack = Callable[..., Awaitable[None]]


class BoltBot:
    """Answers ``/flag`` with a form, its button and its submission; counts what it was told."""

    def __init__(self, api_url: str, connections: int) -> None:
        self.told: list[str] = []
        self.texts: list[str] = []
        self._api_url, self._connections = api_url, connections
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._connected = threading.Event()
        self._thread = threading.Thread(
            target=lambda: self._loop.run_until_complete(self._run()), daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._connected.wait(10), "the bot did not connect"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        self._loop.close()

    async def _run(self) -> None:
        app = AsyncApp(
            signing_secret="sandbox-signing-secret",
            client=AsyncWebClient("xoxb-sandbox", base_url=self._api_url),
        )
        self._listen(app)
        handlers = [
            AsyncSocketModeHandler(app, "xapp-sandbox", ping_interval=1) for _ in range(self._connections)
        ]
        for handler in handlers:
            await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt leaves these two without types
        self._connected.set()
        await self._end.wait()
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]
            await handler.client.aiohttp_client_session.close()

    def _listen(self, app: AsyncApp) -> None:
        @app.command("/flag")
        async def flag(ack: Ack, command: dict[str, Any], client: AsyncWebClient) -> None:
            self.told.append("command")
            self.texts.append(command["text"])
            await client.views_open(trigger_id=command["trigger_id"], view=FORM)
            await ack(f"Flagged: {command['text']}")

        @app.view("form")
        async def submitted(ack: Ack, view: dict[str, Any], client: AsyncWebClient) -> None:
            self.told.append("view_submission")
            words = view["state"]["values"]["words"]["text"]["value"]
            if len(words) < 3:
                await ack(response_action="errors", errors={"words": "Say more."})
                return
            await ack()
            await client.chat_postMessage(channel="C0AMAZON", text=f"Alert: {words}")

        @app.event("message")
        async def heard(event: dict[str, Any]) -> None:
            self.told.append(event["text"])


FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Flag"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "words",
            "label": {"type": "plain_text", "text": "Words"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}
