"""Modals and Home tabs: each person's stack of at most three, and what opens, changes and closes in it.

https://docs.slack.dev/surfaces/modals
"""

from typing import TYPE_CHECKING

from sandbox.elements import kept, normalised
from sandbox.menus import begun
from sandbox.refusal import Refusal
from sandbox.shapes import view_shape
from sandbox.state import Json, Trigger, View

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

MOST_OPEN = 3
TRIGGER_SECONDS = 3.0

_KEPT_FIELDS = (
    "type",
    "title",
    "submit",
    "close",
    "blocks",
    "private_metadata",
    "callback_id",
    "clear_on_close",
    "notify_on_close",
    "external_id",
    "submit_disabled",
)


def exchange(em: "Emulator", trigger_id: str) -> Trigger:
    """The trigger, used up. Three seconds and one use are all it has."""
    trigger = em.workspace.triggers.get(trigger_id)
    if trigger is None:
        raise Refusal("invalid_trigger_id", sentence="No such trigger_id was handed out here.")
    if trigger.exchanged:
        raise Refusal(
            "exchanged_trigger_id", sentence="This trigger_id was used before; each opens one view."
        )
    age = em.clock.now() - trigger.issued_at
    if age > TRIGGER_SECONDS:
        raise Refusal(
            "expired_trigger_id", sentence=f"The trigger_id was used after {age:.1f} s; it lives 3 s."
        )
    trigger.exchanged = True
    return trigger


def open_modal(
    em: "Emulator", user: str, body: Json, *, onto: str | None = None, channel: str | None = None
) -> View:
    """A new modal for ``user``: on top of the stack if it comes from the modal ``onto``, else a new stack, opened in
    ``channel`` if that is known.
    """
    stack = em.workspace.modals.setdefault(user, [])
    below = next((view for view in stack if view.id == onto), None)
    if below is not None and len(stack) >= MOST_OPEN:
        raise Refusal(
            "push_limit_reached", sentence=f"{MOST_OPEN} views are open already; no more fit on the stack."
        )
    _refuse_taken_external_id(em, body, None)
    if below is None:
        for view in list(stack):
            _publish(em, view, "closed")
        stack.clear()
    view_id = em.ids.new("V")
    view = View(
        id=view_id,
        team=em.workspace.team.id,
        user=user,
        body=_completed(em, body),
        hash=em.ids.view_hash(em.clock.now()),
        root_id=stack[0].id if stack else view_id,
        previous_id=stack[-1].id if stack else None,
        opened_in=below.opened_in if below is not None else channel,
    )
    view.entered = begun(em.workspace, user, view.body["blocks"], view.opened_in)
    stack.append(view)
    _publish(em, view, "opened")
    return view


def update_view(em: "Emulator", view: View, body: Json, hash_: str | None) -> None:
    """Replace what the view shows. What was typed stays where block_id and action_id stay."""
    if hash_ and hash_ != view.hash:
        raise Refusal(
            "hash_conflict", sentence=f"The view has moved on: its hash is {view.hash}, the call had {hash_}."
        )
    _refuse_taken_external_id(em, body, view)
    view.body = _completed(em, body)
    at_first = begun(em.workspace, view.user, view.body["blocks"], view.opened_in)
    view.entered = at_first | kept(view.body["blocks"], view.entered)
    view.errors = {}
    view.hash = em.ids.view_hash(em.clock.now())
    _publish(em, view, "changed")


def publish_home(em: "Emulator", user: str, body: Json, hash_: str | None) -> View:
    home = em.workspace.homes.get(user)
    if home is not None:
        update_view(em, home, body, hash_)
        return home
    _refuse_taken_external_id(em, body, None)
    view_id = em.ids.new("V")
    home = View(
        view_id, em.workspace.team.id, user, _completed(em, body), em.ids.view_hash(em.clock.now()), view_id
    )
    em.workspace.homes[user] = home
    _publish(em, home, "opened")
    return home


def close_modals(em: "Emulator", user: str, closing: list[View]) -> None:
    stack = em.workspace.modals.get(user, [])
    for view in closing:
        if view in stack:
            stack.remove(view)
            _publish(em, view, "closed")


def tell_changed(em: "Emulator", view: View) -> None:
    _publish(em, view, "changed")


def _completed(em: "Emulator", body: Json) -> Json:
    completed = {key: body[key] for key in _KEPT_FIELDS if body.get(key) is not None}
    completed["blocks"] = normalised(body["blocks"], em.ids)
    for key in ("title", "submit", "close"):
        if key in completed:
            completed[key] = {**completed[key], "emoji": completed[key].get("emoji", True)}
    return completed


def _refuse_taken_external_id(em: "Emulator", body: Json, view: View | None) -> None:
    external_id = body.get("external_id")
    taken = em.workspace.view_by_external_id(external_id) if external_id else None
    if taken is not None and taken is not view:
        raise Refusal("duplicate_external_id", sentence=f"Another view has the external_id {external_id!r}.")


def _publish(em: "Emulator", view: View, what: str) -> None:
    shape = view_shape(em.workspace, view)
    only = frozenset({view.user})
    if view.type == "home":
        em.changes.publish("home", {"user": view.user, "view": shape}, only)
    else:
        em.changes.publish("view", {"what": what, "user": view.user, "view": shape}, only)
