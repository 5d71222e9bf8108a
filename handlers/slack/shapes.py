"""The shape of what Slack sends, as far as Bolt and we look into it; what else is in a payload is nobody's business here.

docs.slack.dev/reference/interaction-payloads, docs.slack.dev/apis/events-api,
docs.slack.dev/interactivity/implementing-slash-commands
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError


class _Part(BaseModel):
    model_config = ConfigDict(strict=True)


class _Somebody(_Part):
    id: str
    team_id: str | None = None


class _Team(_Part):
    id: str | None = None
    domain: str | None = None


class _Channel(_Part):
    id: str | None = None


class _Container(_Part):
    is_ephemeral: bool | None = None


class _Message(_Part):
    ts: str | None = None
    text: str | None = None


class _State(_Part):
    values: dict[str, dict[str, dict[str, Any]]] = {}


class _View(_Part):
    type: str
    id: str
    callback_id: str
    private_metadata: str
    hash: str | None = None
    state: _State | None = None


class _Action(_Part):
    action_id: str
    block_id: str | None = None
    value: str | None = None


class _Event(_Part):
    type: str


class _Body(_Part):
    type: str | None = None
    command: str | None = None
    text: str | None = None
    user_id: str | None = None
    team_id: str | None = None
    trigger_id: str | None = None
    response_url: str | None = None
    callback_id: str | None = None
    action_id: str | None = None
    value: str | None = None
    event_id: str | None = None
    challenge: str | None = None
    user: _Somebody | None = None
    team: _Team | None = None
    channel: _Channel | None = None
    container: _Container | None = None
    message: _Message | None = None
    view: _View | None = None
    actions: list[_Action] | None = None
    event: _Event | None = None


NEEDS = {
    "app_rate_limited": "team_id",
    "block_actions": "actions",
    "block_suggestion": "action_id",
    "event_callback": "event",
    "message_action": "callback_id",
    "shortcut": "callback_id",
    "url_verification": "challenge",
    "view_closed": "view",
    "view_submission": "view",
}
"""The types of payloads, and what each is nothing without."""


def has_shape(body: object) -> bool:
    """Whether a body is one of Slack's: a command, or a payload of a known type of which nobody who reads it stumbles."""
    try:
        shaped = _Body.model_validate(body)
    except ValidationError:
        return False
    needed = "command" if shaped.command else NEEDS.get(shaped.type or "")
    return needed is not None and bool(getattr(shaped, needed))
