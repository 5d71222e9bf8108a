"""What the app is sent when people do something, field by field in the order of Slack's documentation.

https://docs.slack.dev/reference/interaction-payloads
https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling
"""

from typing import TYPE_CHECKING, Any

from sandbox.elements import state_of
from sandbox.state import Channel, Command, Json, Message, Person, Shortcut, View
from sandbox.tokens import VERIFICATION_TOKEN
from sandbox.wire import message_object, view_object

if TYPE_CHECKING:
    from sandbox.emulator import Emulator


def command_payload(em: "Emulator", person: Person, channel: Channel, command: Command, text: str) -> Json:
    team = em.workspace.team  # commands are for its own members only
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command.command,
        "text": text,
        "api_app_id": em.workspace.app.id,
        "is_enterprise_install": "false",
        "response_url": em.issue_response_url(person.id, channel.id),
        "trigger_id": em.issue_trigger(person.id, channel=channel.id).id,
    }


def message_action_payload(
    em: "Emulator", person: Person, channel: Channel, message: Message, action: Json
) -> Json:
    """``block_actions`` of something in a message."""
    ephemeral = message.only_visible_to is not None
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts is not None:
        container["thread_ts"] = message.thread_ts
    payload: Json = {
        "type": "block_actions",
        "user": user(person),
        "api_app_id": em.workspace.app.id,
        "token": VERIFICATION_TOKEN,
        "container": container,
        "trigger_id": em.issue_trigger(person.id, channel=channel.id).id,
        **teams(em, person),
        "channel": named(channel),
    }
    if not ephemeral:
        payload["message"] = message_object(message)
    payload["state"] = state_of(message.body.get("blocks", []), message.entered.get(person.id, {}))
    payload["response_url"] = em.issue_response_url(person.id, channel.id, message.ts, message.thread_ts)
    payload["actions"] = [action]
    return payload


def view_action_payload(em: "Emulator", person: Person, view: View, action: Json) -> Json:
    """``block_actions`` of something in a modal or Home tab."""
    modal = view.id if view.type == "modal" else None
    return {
        "type": "block_actions",
        "user": user(person),
        "api_app_id": em.workspace.app.id,
        "token": VERIFICATION_TOKEN,
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": em.issue_trigger(person.id, modal).id,
        **teams(em, person),
        "view": view_object(em.workspace, view),
        "actions": [action],
    }


def suggestion_payload(
    em: "Emulator", person: Person, place: Message | View, block_id: str, action_id: str, query: str
) -> Json:
    """``block_suggestion``: https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload"""
    payload: Json = {
        "type": "block_suggestion",
        "user": user(person),
        "container": {"type": "view", "view_id": place.id}
        if isinstance(place, View)
        else {
            "type": "message",
            "message_ts": place.ts,
            "channel_id": place.channel,
            "is_ephemeral": place.only_visible_to is not None,
        },
        "api_app_id": em.workspace.app.id,
        "token": VERIFICATION_TOKEN,
        "action_id": action_id,
        "block_id": block_id,
        "value": query,
        **teams(em, person),
    }
    if isinstance(place, View):
        payload["view"] = view_object(em.workspace, place)
    else:
        payload["channel"] = named(em.workspace.channels[place.channel])
        if place.only_visible_to is None:
            payload["message"] = message_object(place)
    return payload


def submission_payload(em: "Emulator", person: Person, view: View, response_urls: list[Json]) -> Json:
    """``view_submission``: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    own = teams(em, person)
    return {
        "type": "view_submission",
        "team": own["team"],
        "user": user(person),
        "api_app_id": em.workspace.app.id,
        "token": VERIFICATION_TOKEN,
        "trigger_id": em.issue_trigger(person.id, view.id).id,
        "view": view_object(em.workspace, view),
        "response_urls": response_urls,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def closed_payload(em: "Emulator", person: Person, view: View, is_cleared: bool) -> Json:
    own = teams(em, person)
    return {
        "type": "view_closed",
        "team": own["team"],
        "user": user(person),
        "api_app_id": em.workspace.app.id,
        "token": VERIFICATION_TOKEN,
        "view": view_object(em.workspace, view),
        "is_cleared": is_cleared,
        "is_enterprise_install": False,
        "enterprise": None,
    }


def shortcut_payload(em: "Emulator", person: Person, shortcut: Shortcut) -> Json:
    """``shortcut``: https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload"""
    own = teams(em, person)
    return {
        "type": "shortcut",
        "token": VERIFICATION_TOKEN,
        "action_ts": em.now_ts(),
        "team": own["team"],
        "user": {"id": person.id, "username": person.name, "team_id": person.team},
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": shortcut.callback_id,
        "trigger_id": em.issue_trigger(person.id).id,
    }


def message_shortcut_payload(
    em: "Emulator", person: Person, shortcut: Shortcut, channel: Channel, message: Message
) -> Json:
    own = teams(em, person)
    return {
        "type": "message_action",
        "token": VERIFICATION_TOKEN,
        "action_ts": em.now_ts(),
        "team": own["team"],
        "user": {"id": person.id, "username": person.name, "team_id": person.team, "name": person.name},
        "channel": named(channel),
        "is_enterprise_install": False,
        "enterprise": None,
        "callback_id": shortcut.callback_id,
        "trigger_id": em.issue_trigger(person.id, channel=channel.id).id,
        "response_url": em.issue_response_url(person.id, channel.id, thread_ts=message.thread_ts),
        "message_ts": message.ts,
        "message": message_object(message),
    }


def user(person: Person) -> Json:
    return {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team}


def teams(em: "Emulator", person: Person) -> dict[str, Any]:
    """Whose team the deed is of: for somebody of another workspace (Slack Connect) that is theirs."""
    team = em.workspace.teams[person.team]
    return {
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def named(channel: Channel) -> Json:
    return {"id": channel.id, "name": channel_name(channel)}


def channel_name(channel: Channel) -> str:
    """Slack does not tell the names of what is private."""
    if channel.kind == "private":
        return "privategroup"
    return "directmessage" if channel.kind == "im" else channel.name
