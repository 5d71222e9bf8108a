"""People submit and close modals, and open the app's Home.

https://docs.slack.dev/surfaces/modals#handling_submissions
"""

from typing import Any

from sandbox import events, messages, modals
from sandbox.delivery import Ack
from sandbox.elements import state_of, submit_errors, walk
from sandbox.modals import MOST_OPEN
from sandbox.payloads import closed_payload, submission_payload
from sandbox.people.deed import Deed, blame, done, failed, rubbish, trouble
from sandbox.reading import read_json
from sandbox.refusal import Refusal
from sandbox.rules import check_view
from sandbox.shapes import view_shape
from sandbox.slack.content import accept_videos
from sandbox.state import Json, View
from sandbox.wire import view_object

_ACTIONS = ("update", "push", "clear", "errors")


async def submit(deed: Deed) -> Json:
    view = deed.view()
    if "submit" not in view.body:
        return failed("not_allowed", "This modal has no button that sends it.")
    wrong = submit_errors(view.body["blocks"], view.entered)
    if wrong:
        _show_errors(deed, view, wrong)
        return failed("invalid_input", "Some fields are not right yet.", errors=wrong, modals=_stack(deed))
    payload = submission_payload(deed.em, deed.person, view, _response_urls(deed, view))
    ack = await deed.deliver("view_submission", view.body.get("callback_id", ""), payload)
    if ack.error is not None:
        return trouble(ack, modals=_stack(deed))
    answer = _response_action(ack)
    if answer is None:
        said = f"The ack of a view_submission must be empty or JSON with a response_action of {', '.join(_ACTIONS)}."
        return rubbish(deed, ack, said, modals=_stack(deed))
    try:
        action = _carry_out(deed, view, answer)
    except Refusal as refusal:
        blame(deed, ack, refusal.error, f"What the ack asks for is refused: {refusal.sentence}")
        return trouble(ack, "dispatch_unknown_error", modals=_stack(deed))
    return done(ack, action=action, errors=dict(view.errors), modals=_stack(deed))


async def close(deed: Deed) -> Json:
    """Cancel closes the top view (and what stands below, if it says clear_on_close); the ✕ closes all."""
    view = deed.view()
    stack = deed.em.workspace.modals.get(deed.person.id, [])
    everything = bool(deed.body.get("all")) or bool(view.body.get("clear_on_close"))
    closing = list(reversed(stack)) if everything else [view]
    modals.close_modals(deed.em, deed.person.id, closing)
    told = [closing[-1]] if everything else closing
    ack = None
    for gone in told:
        if gone.body.get("notify_on_close"):
            payload = closed_payload(deed.em, deed.person, gone, everything)
            ack = await deed.deliver("view_closed", gone.body.get("callback_id", ""), payload)
    return done(ack, modals=_stack(deed))


async def home(deed: Deed) -> Json:
    """Open the app from the sidebar: ``app_home_opened``."""
    tab = str(deed.body.get("tab", "home"))
    em = deed.em
    if tab == "home" and not em.workspace.app.home_tab:
        return failed("not_allowed", "This app has no Home tab.")
    channel = messages.direct_channel(em, frozenset({deed.person.id, em.workspace.app.bot_user}))
    view = em.workspace.homes.get(deed.person.id)
    event: Json = {"type": "app_home_opened", "user": deed.person.id, "channel": channel.id, "tab": tab}
    if tab == "home" and view is not None:
        event["view"] = view_object(em.workspace, view)
    events.tell(em, {**event, "event_ts": em.now_ts()}, None, deed.person.id)
    return done(home=view_shape(em.workspace, view) if view else None, channel=channel.id)


def _carry_out(deed: Deed, view: View, answer: Json) -> str:
    action = answer.get("response_action")
    if action is None:
        modals.close_modals(deed.em, deed.person.id, [view])
        return "close"
    if action == "clear":
        modals.close_modals(deed.em, deed.person.id, list(deed.em.workspace.modals.get(deed.person.id, [])))
    elif action == "errors":
        _show_errors(deed, view, _errors(view, answer.get("errors")))
    else:
        body = answer.get("view")
        verdict = check_view(body if isinstance(body, dict) else {}, kinds=("modal",))
        if verdict.error is not None:
            raise Refusal(verdict.error, sentence=verdict.sentence)
        accept_videos(deed.em.workspace.app, answer["view"]["blocks"], "invalid_arguments", "/view/blocks")
        if action == "update":
            modals.update_view(deed.em, view, answer["view"], None)
        elif len(deed.em.workspace.modals[deed.person.id]) >= MOST_OPEN:
            raise Refusal("push_limit_reached", sentence=f"{MOST_OPEN} views are open already.")
        else:
            modals.open_modal(deed.em, deed.person.id, answer["view"], onto=view.id)
    return str(action)


def _response_action(ack: Ack) -> Json | None:
    """What the ack asks for: {} to close, None if it is rubbish."""
    if not ack.body.strip():
        return {}
    try:
        answer: Any = read_json(ack.body)
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    if answer and answer.get("response_action") not in _ACTIONS:
        return None
    return answer


def _errors(view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        raise Refusal(
            "invalid_errors", sentence="`errors` must name a sentence for each block_id that is wrong."
        )
    unknown = set(errors) - inputs
    if unknown:
        raise Refusal(
            "invalid_errors",
            sentence=f"`errors` names {', '.join(sorted(unknown))}: no input block has that id.",
        )
    return {str(block): str(says) for block, says in errors.items()}


def _show_errors(deed: Deed, view: View, errors: dict[str, str]) -> None:
    view.errors = errors
    modals.tell_changed(deed.em, view)


def _response_urls(deed: Deed, view: View) -> list[Json]:
    """For menus with ``response_url_enabled``: an address that posts into the conversation chosen."""
    urls = []
    values = state_of(view.body["blocks"], view.entered)["values"]
    for block, element in walk(view.body["blocks"]):
        if not element.get("response_url_enabled"):
            continue
        entry = values[block["block_id"]][element["action_id"]]
        channel = entry.get("selected_conversation") or entry.get("selected_channel")
        if channel:
            urls.append(
                {
                    "response_url": deed.em.issue_response_url(deed.person.id, channel),
                    "block_id": block["block_id"],
                    "action_id": element["action_id"],
                    "channel_id": channel,
                }
            )
    return urls


def _stack(deed: Deed) -> list[Json]:
    return [view_shape(deed.em.workspace, view) for view in deed.em.workspace.modals.get(deed.person.id, [])]
