"""People click, choose, fill in and use shortcuts.

https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
"""

from typing import Any

from sandbox.delivery import Ack
from sandbox.elements import STATELESS, Refused, action_of, entry_for, find, option_of, state_of
from sandbox.modals import tell_changed
from sandbox.payloads import (
    message_action_payload,
    message_shortcut_payload,
    shortcut_payload,
    suggestion_payload,
    view_action_payload,
)
from sandbox.people.choices import offered, resolve, shown_groups
from sandbox.people.deed import BadRequest, Deed, NotFound, done, failed, rubbish, trouble
from sandbox.reading import read_json
from sandbox.rules import check_message
from sandbox.state import Entered, Json, Message, View

Place = Message | View


async def act(deed: Deed) -> Json:
    """Use one element: press, choose, fill in. The app hears of it unless it only waits for a submit.

    With ``fill`` it is only filled in, as while somebody is still typing: what an input with ``dispatch_action`` sends,
    it sends when its own trigger comes.
    """
    place, block, element = _element(deed)
    value = deed.body.get("value")
    if "confirm" in element and not deed.body.get("confirmed"):
        shown = element["confirm"]["title"]["text"]
        return failed("confirm_needed", shown, confirm=element["confirm"])
    entry = chosen = None
    try:
        if element["type"] == "overflow":
            chosen = option_of(element, value)
        elif element["type"] not in STATELESS:
            entry = entry_for(
                element, value, lambda kind, values: resolve(deed, element, block, kind, values)
            )
    except Refused as refused:
        return failed("invalid_input", str(refused), errors={block["block_id"]: str(refused)})
    entered = _entered(place, deed.person.id)
    if entry is not None:
        entered[(block["block_id"], element["action_id"])] = entry
        if isinstance(place, View):
            place.errors.pop(block["block_id"], None)
            tell_changed(deed.em, place)
    state = state_of(_blocks(place), entered)
    waits = block["type"] == "input" and not block.get("dispatch_action")
    if waits or (entry is not None and deed.body.get("fill")):
        return done(sent=False, state=state)
    return await _send_action(deed, place, action_of(block, element, entry, chosen, deed.em.now_ts()), state)


async def _send_action(deed: Deed, place: Place, action: Json, state: Json) -> Json:
    if not deed.em.workspace.app.interactivity:
        return failed(
            "dispatch_failed", "This app is not configured to handle interactive responses.", sent=False
        )
    if isinstance(place, View):
        payload = view_action_payload(deed.em, deed.person, place, action)
    else:
        channel = deed.em.workspace.channels[place.channel]
        payload = message_action_payload(deed.em, deed.person, channel, place, action)
    ack = await deed.deliver("block_actions", action["action_id"], payload)
    if ack.error is not None:
        return trouble(ack, sent=True, state=state)
    _note_ignored_body(deed, ack)
    return done(ack, sent=True, state=state)


async def suggest(deed: Deed) -> Json:
    """What a menu offers for what was typed into it."""
    place, block, element = _element(deed)
    query = str(deed.body.get("query", ""))
    if "external" not in element["type"]:
        return done(options=offered(deed, element, query))
    if len(query) < element.get("min_query_length", 3):
        return done(options=[])
    payload = suggestion_payload(deed.em, deed.person, place, block["block_id"], element["action_id"], query)
    ack = await deed.deliver("block_suggestion", element["action_id"], payload)
    if ack.error is not None:
        return trouble(ack, options=[])
    try:
        answer: Any = read_json(ack.body)
    except ValueError:
        return rubbish(
            deed, ack, "The ack of a block_suggestion must be JSON with `options` or `option_groups`."
        )
    wrong = _wrong_options(answer)
    if wrong is not None:
        return rubbish(deed, ack, wrong)
    groups = answer.get("option_groups") or [{"options": answer["options"]}]
    options = [option for group in groups for option in group["options"]]
    deed.em.suggested[(deed.person.id, block["block_id"], element["action_id"])] = options
    return done(ack, **shown_groups(answer))


async def shortcut(deed: Deed) -> Json:
    """A global shortcut, or with ``channel`` and ``ts`` one of a message."""
    callback_id = deed.text("callback_id")
    kind = "message" if deed.body.get("ts") else "global"
    found = next(
        (
            s
            for s in deed.em.workspace.app.shortcuts
            if s.type == kind and callback_id in (s.callback_id, s.name)
        ),
        None,
    )
    if found is None:
        raise NotFound(f"The manifest has no {kind} shortcut {callback_id}.")
    if deed.person.team != deed.em.workspace.team.id:
        return failed(
            "not_allowed", "Shortcuts of this app are only for members of the workspace it is installed in."
        )
    if kind == "global":
        ack = await deed.deliver("shortcut", found.callback_id, shortcut_payload(deed.em, deed.person, found))
    else:
        channel, message = deed.message()
        if message.only_visible_to is not None:
            return failed("not_allowed", "A message that is only visible to you has no shortcuts.")
        payload = message_shortcut_payload(deed.em, deed.person, found, channel, message)
        ack = await deed.deliver("message_action", found.callback_id, payload)
    if ack.error is not None:
        return trouble(ack)
    _note_ignored_body(deed, ack)
    return done(ack)


def _element(deed: Deed) -> tuple[Place, Json, Json]:
    place: Place = deed.view() if deed.body.get("view_id") else deed.message()[1]
    block_id, action_id = deed.optional("block_id"), deed.text("action_id")
    if block_id is None:
        raise BadRequest("`block_id` is missing: a string is needed.")
    found = find(_blocks(place), block_id, action_id)
    if found is None:
        raise NotFound(f"There is no element {action_id} in a block {block_id} there.")
    return place, *found


def _blocks(place: Place) -> list[Json]:
    blocks = list(place.body.get("blocks", []))
    for attachment in place.body.get("attachments", []):
        blocks += attachment.get("blocks", [])
    return blocks


def _entered(place: Place, user: str) -> Entered:
    return place.entered if isinstance(place, View) else place.entered.setdefault(user, {})


def _note_ignored_body(deed: Deed, ack: Ack) -> None:
    """An ack of an action shows nothing by itself; somebody may believe otherwise."""
    if ack.body.strip() not in ("", "{}", "ok"):
        ack.record.notes.append(
            "The ack of an interaction carries a body; Slack ignores it. Use response_url or the Web API."
        )
        deed.em.traffic.close(ack.record)


def _wrong_options(answer: Any) -> str | None:
    """Why Slack would not show these; None if it would. Held against the rules of a menu with the same options."""
    if not isinstance(answer, dict) or not ({"options", "option_groups"} & set(answer)):
        return "The ack of a block_suggestion must be JSON with `options` or `option_groups`."
    key = "options" if "options" in answer else "option_groups"
    if not answer[key]:
        return None
    menu = {
        "type": "static_select",
        "action_id": "menu",
        "placeholder": {"type": "plain_text", "text": "…"},
        key: answer[key],
    }
    verdict = check_message({"text": "…", "blocks": [{"type": "actions", "elements": [menu]}]})
    return verdict.sentence
