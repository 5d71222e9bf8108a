"""From Slack's requests to handlers and back: the only code that acks.

One Bolt listener for each kind of request and our own tables behind it: Bolt compares a request with every
listener in turn, and whatever no table knows still gets its ack.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.audit import goes_into_the_trail
from bot.domain.errors import BotError, InvalidInput, NotFound
from bot.domain.people import Person
from bot.domain.sharing import reader_for
from bot.messages.blocks import Message, notice
from bot.services.all import Services
from bot.transports.installation import Installation, reason_of
from handlers.slack import errors
from handlers.slack.asked import (
    Answer,
    Asked,
    FieldErrors,
    Options,
    RedrawForm,
    Reply,
    ShowForm,
    asked_of,
    person_of,
    through,
)
from handlers.slack.inflight import Inflight

log = logging.getLogger(__name__)

Handler = Callable[[Asked], Awaitable[Answer]]
StrangerHandler = Callable[[Services, Person], Awaitable[Answer]]
EventHandler = Callable[[Services, Installation, dict[str, Any]], Awaitable[None]]
Body = dict[str, Any]

ANYTHING = re.compile(r"[\s\S]*")


class Dispatcher:
    """Finds who asks and who answers, and turns answers into acks."""

    def __init__(
        self,
        services: Services,
        installation: Installation,
        client: AsyncWebClient,
        inflight: Inflight,
    ) -> None:
        self._services = services
        self._installation = installation
        self._client = client
        self._inflight = inflight
        self.commands: dict[str, Handler] = {}
        self.actions: dict[str, Handler] = {}
        self.forms: dict[str, Handler] = {}
        self.shortcuts: dict[str, Handler] = {}
        self.options: dict[str, Handler] = {}
        self.events: dict[str, EventHandler] = {}
        self.in_place: set[str] = set()
        """Actions whose answer takes the place of the message they were clicked in; an error never does."""
        self.for_strangers: dict[str, StrangerHandler] = {}
        """The actions that are open to somebody on no list. There is one."""

    def register(self, app: AsyncApp) -> None:
        """Put the listeners into Bolt."""

        @app.command(ANYTHING)
        async def command(ack: AsyncAck, body: Body) -> None:
            await self._command(ack, body)

        @app.action(ANYTHING)
        async def action(ack: AsyncAck, body: Body) -> None:
            await self._action(ack, body)

        @app.view(ANYTHING)
        async def form(ack: AsyncAck, body: Body) -> None:
            await self._form(ack, body)

        @app.event(ANYTHING)
        async def event(ack: AsyncAck, body: Body) -> BoltResponse | None:
            return await self._event(ack, body)

        @app.options(ANYTHING)
        async def options(ack: AsyncAck, body: Body) -> None:
            await self._options(ack, body)

        @app.shortcut(ANYTHING)
        async def shortcut(ack: AsyncAck, body: Body) -> None:
            await self._shortcut(ack, body)

        @app.view_closed(ANYTHING)
        async def unknown(ack: AsyncAck, body: Body) -> None:
            log.warning("nothing of ours sends a %s", body.get("type"))
            await ack()

    async def _command(self, ack: AsyncAck, body: Body) -> None:
        name = str(body["command"])
        with self._inflight.request():
            try:
                answer = await self._answer(self.commands.get(name), body)
            except Exception as error:  # noqa: BLE001  # nothing may escape a listener: the person gets a sentence
                answer = Reply(errors.answer(error, name))
            if isinstance(answer, ShowForm):
                self._inflight.start(self._show(body, answer))
            if isinstance(answer, Reply):
                await ack(response_type="ephemeral", **answer.message.content)
            else:
                await ack()

    async def _action(self, ack: AsyncAck, body: Body) -> None:
        name = str(body["actions"][0].get("action_id")) if body.get("actions") else ""
        with self._inflight.request():
            in_place = False
            try:
                answer = await self._answer(self.actions.get(name), body, self.for_strangers.get(name))
                in_place = name in self.in_place and _is_theirs_alone(body)
            except Exception as error:  # noqa: BLE001  # as above
                answer = Reply(errors.answer(error, name))
            self._go_on(body, answer, in_place=in_place)
            await ack()

    async def _shortcut(self, ack: AsyncAck, body: Body) -> None:
        name = str(body["callback_id"])
        with self._inflight.request():
            try:
                answer = await self._answer(self.shortcuts.get(name), body)
            except Exception as error:  # noqa: BLE001  # as above
                answer = Reply(errors.answer(error, name))
            self._go_on(body, answer)
            await ack()

    async def _options(self, ack: AsyncAck, body: Body) -> None:
        name = str(body.get("action_id"))
        with self._inflight.request():
            try:
                answer = await self._answer(self.options.get(name), body)
            except Exception as error:  # noqa: BLE001  # as above; a list of options has no room for a sentence
                errors.sentence(error, name)
                answer = None
            await ack(options=answer.options if isinstance(answer, Options) else [])

    async def _form(self, ack: AsyncAck, body: Body) -> None:
        name = str(body["view"]["callback_id"])
        with self._inflight.request():
            try:
                answer = await self._answer(self.forms.get(name), body)
            except Exception as error:  # noqa: BLE001  # as above
                answer = errors.on_form(error, body["view"], name)
            if isinstance(answer, FieldErrors):
                await ack(response_action="errors", errors=answer.errors)
            elif isinstance(answer, RedrawForm):
                await ack(response_action="update", view=answer.view)
            else:
                await ack()

    async def _event(self, ack: AsyncAck, body: Body) -> BoltResponse | None:
        name = str(body["event"]["type"])
        with self._inflight.request():
            handler = self.events.get(name)
            try:
                if handler is not None:
                    await handler(self._services, self._installation, body["event"])
            except Exception as error:  # noqa: BLE001  # as above; nobody is there to be told
                errors.sentence(error, name)
                # Slack brings an event again, and nothing else, where it is not acknowledged (docs.slack.dev/apis/events-api).
                return BoltResponse(status=500)
            await ack()
        return None

    async def _answer(
        self, handler: Handler | None, body: Body, for_stranger: StrangerHandler | None = None
    ) -> Answer:
        # Who asks, by what Slack asserts on this request and what the lists hold at this moment.
        person = person_of(body)
        actor = await self._services.members.actor(person, self._installation.team_id) if person else None
        if person and not actor and for_stranger:
            return await for_stranger(self._services, person)
        try:
            if not actor:
                raise errors.stranger(await self._services.members.whom_to_ask())
            if handler is None:
                raise NotFound("I do not know this one any more. Please open the case again with /case.")
            answer = await handler(asked_of(body, actor, self._services))
        except BotError as refusal:
            if person and goes_into_the_trail(refusal):
                field = refusal.field if isinstance(refusal, InvalidInput) else None
                organisation = actor.organisation if actor else ""
                why = type(refusal).__name__
                await self._services.audit.refused(person, organisation, through(body), why, field)
            raise
        shows = answer.shows if isinstance(answer, Reply | ShowForm | RedrawForm | FieldErrors) else ()
        await self._services.disclosures.shown_to(reader_for(actor), shows, through(body))
        return answer

    # -- after the ack ----------------------------------------------------------------------------------------

    def _go_on(self, body: Body, answer: Answer, *, in_place: bool = False) -> None:
        """What a click or a shortcut leads to; its ack itself says nothing."""
        if isinstance(answer, ShowForm):
            self._inflight.start(self._show(body, answer))
        elif isinstance(answer, RedrawForm):
            self._inflight.start(self._redraw(body, answer))
        elif isinstance(answer, Reply) and body.get("view"):
            self._inflight.start(self._put_on_top(body, answer.message))
        elif isinstance(answer, Reply):
            self._inflight.start(self._whisper(body, answer.message, in_place=in_place))

    async def _show(self, body: Body, answer: ShowForm) -> None:
        """Open a form. Slack gives three seconds and one try for it (docs.slack.dev/surfaces/modals)."""
        if not await self._view("views.open", trigger_id=body.get("trigger_id"), view=answer.view):
            await self._whisper(
                body, errors.message("The form could not be opened in time. Please try again.")
            )

    async def _redraw(self, body: Body, answer: RedrawForm) -> None:
        """Draw the open form anew; where it has changed meanwhile, it stays as it is (``hash_conflict``)."""
        form = body["view"]
        await self._view("views.update", view_id=form["id"], hash=form.get("hash"), view=answer.view)

    async def _put_on_top(self, body: Body, message: Message) -> None:
        """Tell something to a person who has clicked in a form: there is no message that it could stand below."""
        view = notice("Not done", message.blocks)
        await self._view("views.push", trigger_id=body.get("trigger_id"), view=view)

    async def _view(self, method: str, **arguments: Any) -> bool:
        """Have Slack show a form, and say whether it does; why it does not is in the log, the form is not."""
        try:
            await self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            log.warning("%s: %s", method, reason_of(error))
            return False
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("%s: %s", method, type(error).__name__)
            return False
        return True

    async def _whisper(self, body: Body, message: Message, *, in_place: bool = False) -> None:
        """Tell one person something, below the message that was clicked or in its place."""
        url = body.get("response_url")
        if not url or self._client.session is None:
            log.warning("nowhere to answer a %s", body.get("type"))
            return
        how = (
            {"replace_original": True}
            if in_place
            else {"response_type": "ephemeral", "replace_original": False}
        )
        content = {**how, **message.content}
        try:
            async with self._client.session.post(url, json=content, proxy=self._client.proxy) as answer:
                if answer.status >= 400:
                    log.warning("response_url: http %d", answer.status)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("response_url: %s", type(error).__name__)


def _is_theirs_alone(body: Body) -> bool:
    """Whether nobody else sees the message that was clicked: only then may an answer to one take its place."""
    channel = str((body.get("channel") or {}).get("id") or "")
    return bool((body.get("container") or {}).get("is_ephemeral")) or channel.startswith("D")
