"""Which conversations a menu offers, and with which one it begins.

https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#conversations_select
"""

from sandbox.elements import walk
from sandbox.state import Channel, Entered, Json, Workspace

_MENUS = {
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
}


def conversations(workspace: Workspace, viewer: str, wanted: Json) -> list[Channel]:
    """Those that ``viewer`` sees and the menu's filter ``wanted`` lets through."""
    found = [c for c in workspace.channels.values() if workspace.sees(viewer, c) and not c.is_archived]
    if "include" in wanted:
        found = [c for c in found if c.kind in wanted["include"]]
    if wanted.get("exclude_external_shared_channels"):
        found = [c for c in found if not c.is_ext_shared]
    if wanted.get("exclude_bot_users"):
        found = [c for c in found if c.kind != "im" or workspace.app.bot_user not in c.members]
    return found


def begun(workspace: Workspace, viewer: str, blocks: list[Json], current: str | None) -> Entered:
    """What menus with ``default_to_current_conversation`` hold at first. An initial conversation goes before it."""
    entered: Entered = {}
    for block, element in walk(blocks):
        slot = _MENUS.get(element["type"])
        if slot is None or current is None or not element.get("default_to_current_conversation"):
            continue
        if f"initial_{slot.removeprefix('selected_')}" in element:
            continue
        if any(c.id == current for c in conversations(workspace, viewer, element.get("filter", {}))):
            value = [current] if slot.endswith("s") else current
            key = (block["block_id"], element["action_id"])
            entered[key] = {"type": element["type"], slot: value}
    return entered
