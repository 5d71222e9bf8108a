"""views.*: https://docs.slack.dev/reference/methods?family=views"""

from typing import Any

from sandbox import modals
from sandbox.refusal import Refusal
from sandbox.rules import check_view
from sandbox.slack.call import Call, invalid_argument
from sandbox.slack.content import accept, accept_videos
from sandbox.state import Json, View
from sandbox.wire import view_object


def open_(call: Call) -> Json:
    view = _checked(call, ("modal",))
    trigger = modals.exchange(call.em, call.required("trigger_id"))
    if trigger.view_id is not None:
        call.notes.append(
            "The trigger comes from inside a modal: the new one is put on top of it, as views.push does."
        )
    opened = modals.open_modal(call.em, trigger.user, view, onto=trigger.view_id, channel=trigger.channel)
    return _answer(call, opened)


def push(call: Call) -> Json:
    view = _checked(call, ("modal",))
    trigger = modals.exchange(call.em, call.required("trigger_id"))
    if trigger.view_id is None:
        raise Refusal(
            "invalid_trigger_id", sentence="views.push needs a trigger from inside a modal that is open."
        )
    below = call.workspace.view(trigger.view_id)
    if below is None or below.type != "modal":
        raise Refusal("not_found", sentence="The modal in which this trigger arose is closed.")
    return _answer(call, modals.open_modal(call.em, trigger.user, view, onto=trigger.view_id))


def update(call: Call) -> Json:
    view = _found(call)
    body = _checked(call, (view.type,))
    modals.update_view(call.em, view, body, call.text("hash"))
    return _answer(call, view)


def publish(call: Call) -> Json:
    user = call.person("user_id", error="user_not_found")
    if not call.app.home_tab:
        raise Refusal("not_enabled", sentence="The manifest does not switch the Home tab on.")
    body = _checked(call, ("home",))
    return _answer(call, modals.publish_home(call.em, user.id, body, call.text("hash")))


def _found(call: Call) -> View:
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if view_id is None and external_id is None:
        raise invalid_argument("missing required field: view_id or external_id")
    view = call.workspace.view(view_id) if view_id else call.workspace.view_by_external_id(external_id or "")
    if view is None:
        raise Refusal("not_found", sentence="There is no such view open; it may have been closed meanwhile.")
    return view


def _checked(call: Call, kinds: tuple[str, ...]) -> Json:
    view: Any = call.data("view")
    if view is None:
        raise invalid_argument("missing required field: view")
    accept(call, check_view(view, kinds=kinds))
    accept_videos(call.app, view["blocks"], "invalid_arguments", "/view/blocks")
    checked: Json = view
    return checked


def _answer(call: Call, view: View) -> Json:
    return {"view": view_object(call.workspace, view, with_state=False)}
