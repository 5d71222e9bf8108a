"""auth.*, api.test, apps.connections.open, blocks.validate."""

from typing import Any

from sandbox.refusal import Refusal
from sandbox.rules import check_message, check_view
from sandbox.slack.call import Call, invalid_argument
from sandbox.state import Json


def test(call: Call) -> Json:
    call.note_other_programs()
    team, bot = call.workspace.team, call.workspace.people[call.app.bot_user]
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": bot.name,
        "team_id": team.id,
        "user_id": bot.id,
        "bot_id": call.app.bot_id,
        "is_enterprise_install": False,
    }


def revoke(call: Call) -> Json:
    if call.flag("test"):
        return {"revoked": False}
    call.app.token_revoked = True
    return {"revoked": True}


def api_test(call: Call) -> Json:
    if error := call.text("error"):
        raise Refusal(error, args=call.arguments)
    return {"args": call.arguments} if call.arguments else {}


def connections_open(call: Call) -> Json:
    em = call.em
    if em.deliverer.told is not None and not em.uses_sockets and em.mode == "auto":
        call.notes.append(
            f"From now on what happens goes down the app's connections, and no more to {em.deliverer.told}:"
            " an app has Socket Mode, or it has an address."
        )
    ticket = em.sockets.issue_ticket()
    call.note_other_programs()
    address = em.address.replace("http", "ws", 1)
    return {"url": f"{address}/socket/{ticket}?app_id={call.app.id}"}


def validate(call: Call) -> Json:
    """https://docs.slack.dev/reference/methods/blocks.validate: one of blocks, message, view."""
    given = {name: call.data(name) for name in ("blocks", "message", "view")}
    given = {name: value for name, value in given.items() if value is not None}
    if len(given) != 1:
        raise invalid_argument("provide exactly one of blocks, view, or message")
    name, value = next(iter(given.items()))
    verdict = check_view(value) if name == "view" else check_message(_as_message(name, value))
    if verdict.error is not None:
        errors = [{"message": message} for message in verdict.messages]
        raise Refusal(f"invalid_{name}", sentence=verdict.sentence, messages=verdict.messages, errors=errors)
    return {}


def _as_message(name: str, value: Any) -> Json:
    if name == "blocks":
        return {"text": "…", "blocks": value}
    if not isinstance(value, dict):
        raise invalid_argument("must provide an object [json-pointer:/message]")
    return value
