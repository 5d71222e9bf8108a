"""A request from Slack as a handler sees it, and the answers it can give.

A handler reads, calls one service and returns its answer; the dispatcher acks with it. So nothing can happen after
an ack, nothing slow stands before one, and no error escapes.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bot.domain.disclosures import Shown
from bot.domain.people import Person
from bot.domain.roles import Actor
from bot.domain.text import as_typed
from bot.messages.blocks import Block, Message
from bot.services.all import Services


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what. Only ``actor`` says who may: a value in a button or a form never does."""

    actor: Actor
    services: Services
    received: str
    """Names the request: the same one delivered twice has the same name."""
    through: str
    """What was used, for the register of what was shown."""
    text: str
    """What was typed after a command."""
    value: str
    """What a button stands for."""
    view: Block
    """A form: submitted, or the one in which something was chosen."""
    message: Block
    """What a shortcut was used on; its address comes as ``permalink``."""
    response_url: str
    """Where more can be said to the person, for half an hour; empty where Slack gave none."""
    card_url: str
    """The same, where what was clicked is a card of the person's own, which may be redrawn."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A message only the person sees."""

    message: Message
    recorded: tuple[Shown, ...] = ()
    """What of it stands in the register of what was shown already."""

    @property
    def shows(self) -> tuple[Shown, ...]:
        """Which cases it shows that are not in the register yet."""
        return tuple(one for one in self.message.shows if one not in self.recorded)


@dataclass(frozen=True, slots=True)
class ShowForm:
    """A form to open over Slack."""

    view: Block
    shows: tuple[Shown, ...] = ()
    """Which cases it shows, for the register of what was shown."""


@dataclass(frozen=True, slots=True)
class RedrawForm:
    """The form again, changed."""

    view: Block
    shows: tuple[Shown, ...] = ()
    """Which cases it shows now, for the register of what was shown."""


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """What is wrong, beside the field it is wrong in."""

    errors: dict[str, str]
    shows: tuple[Shown, ...] = ()
    """Which cases it tells of, for the register of what was shown."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a field that is filled by typing offers."""

    options: list[Block]


Answer = Reply | ShowForm | RedrawForm | FieldErrors | Options | None
"""None: done, and what is to be seen will come by itself."""


def asked_of(body: dict[str, Any], actor: Actor, services: Services) -> Asked:
    """The request in ``body``, whichever kind it is (docs.slack.dev/interactivity)."""
    action: dict[str, Any] = next(iter(body.get("actions") or []), {})
    response_url = body.get("response_url") or ""
    is_card = bool((body.get("container") or {}).get("is_ephemeral"))
    return Asked(
        actor=actor,
        services=services,
        received=_name(body),
        through=through(body),
        text=as_typed(body.get("text") or "").strip() if "command" in body else "",
        value=str(action.get("value") or body.get("value") or ""),
        view=body.get("view") or {},
        message=_message(body),
        response_url=response_url,
        card_url=response_url if is_card else "",
    )


def through(body: dict[str, Any]) -> str:
    """By what somebody was shown a case, or refused: the command, what was clicked, or the form."""
    action: dict[str, Any] = next(iter(body.get("actions") or []), {})
    form = (body.get("view") or {}).get("callback_id")
    return str(body.get("command") or action.get("action_id") or form or "form")


def person_of(body: dict[str, Any]) -> Person | None:
    """Who acts, by team and user as Slack asserts them; None where it does not say."""
    if body.get("user_id"):
        return Person(str(body.get("team_id") or ""), str(body["user_id"]))
    user = body.get("user")
    if isinstance(user, dict) and user.get("id"):
        team = user.get("team_id") or (body.get("team") or {}).get("id")
        return Person(str(team or ""), str(user["id"]))
    event = body.get("event") or {}
    if isinstance(event.get("user"), str):
        return Person(
            str(event.get("user_team") or event.get("team") or body.get("team_id") or ""), event["user"]
        )
    return None


def _message(body: dict[str, Any]) -> Block:
    """The message of a shortcut. Asking Slack for its address would stand before the ack, so it is put together."""
    message, channel = body.get("message") or {}, (body.get("channel") or {}).get("id")
    domain, ts = (body.get("team") or {}).get("domain"), str(message.get("ts") or "")
    if body.get("type") != "message_action" or not (channel and domain and ts):
        return message
    return message | {"permalink": f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"}


def _name(body: dict[str, Any]) -> str:
    """The same for a second delivery and for a double click, different for everything else.

    What was asked is part of it: a trigger id alone is Slack's word only that it is the same moment.
    """
    if body.get("event_id"):
        return f"event {body['event_id']}"
    view = body.get("view") or {}
    moment = view.get("id") if body.get("type") == "view_submission" else body.get("trigger_id")
    asked = [
        body.get("user_id") or (body.get("user") or {}).get("id"),
        body.get("command"),
        body.get("text"),
        [[action.get("action_id"), action.get("value")] for action in body.get("actions") or []],
        view.get("state"),
    ]
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    return f"{moment or uuid4()} {digest}"
