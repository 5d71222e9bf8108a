"""Slack's own objects, field by field as its documentation shows them: https://docs.slack.dev/reference/objects"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sandbox.elements import state_of
from sandbox.state import Channel, File, Json, Message, Person, Team, Usergroup, View, Workspace, copied


def user_object(workspace: Workspace, person: Person, now: float, *, with_email: bool) -> Json:
    """https://docs.slack.dev/reference/objects/user-object"""
    zone = ZoneInfo(person.tz)
    offset = datetime.fromtimestamp(now, UTC).astimezone(zone).utcoffset()
    user: Json = {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "deleted": person.deleted,
        "color": "9f69e7",
        "real_name": person.real_name,
        "tz": person.tz,
        "tz_label": person.tz,
        "tz_offset": int(offset.total_seconds()) if offset else 0,
        "profile": _profile(workspace, person, with_email=with_email),
        "is_admin": person.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.is_guest,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": int(now),
        "is_email_confirmed": not person.is_bot,
        "who_can_share_contact_card": "EVERYONE",
    }
    if person.deleted:
        for name in (
            "real_name",
            "tz",
            "tz_label",
            "tz_offset",
            "is_admin",
            "is_owner",
            "is_primary_owner",
            "is_restricted",
        ):
            user.pop(name, None)
    if person.team != workspace.team.id:
        user["is_stranger"] = person.is_stranger or not workspace.shares_channel(person)
    return user


def _profile(workspace: Workspace, person: Person, *, with_email: bool) -> Json:
    profile: Json = {
        "title": "",
        "phone": "",
        "skype": "",
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "fields": None,
        "status_text": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": "sandbox",
        "first_name": person.real_name.split(" ")[0],
        "last_name": " ".join(person.real_name.split(" ")[1:]),
        "team": person.team,
    }
    if person.is_bot:
        profile |= {"bot_id": workspace.app.bot_id, "api_app_id": workspace.app.id, "always_active": True}
    if with_email and person.email and not person.is_bot and person.team == workspace.team.id:
        profile["email"] = person.email
    return profile


def team_object(team: Team, address: str) -> Json:
    return {
        "id": team.id,
        "name": team.name,
        "url": f"{address}/",
        "domain": team.domain,
        "email_domain": "",
        "icon": {"image_default": True},
        "avatar_base_url": f"{address}/page/",
        "is_verified": False,
    }


def channel_object(workspace: Workspace, channel: Channel, viewer: str) -> Json:
    """https://docs.slack.dev/reference/objects/conversation-object, as ``viewer`` (the bot) sees it."""
    if channel.kind == "im":
        other = next((m for m in channel.members if m != viewer), viewer)
        return {
            "id": channel.id,
            "created": channel.created,
            "is_archived": False,
            "is_im": True,
            "is_org_shared": False,
            "context_team_id": workspace.team.id,
            "updated": channel.created * 1000,
            "user": other,
            "is_user_deleted": workspace.people[other].deleted,
            "priority": 0,
        }
    shared = [channel.team, *channel.connected_teams]
    shown: Json = {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_im": False,
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.kind != "public",
        "created": channel.created,
        "is_archived": channel.is_archived,
        "is_general": channel.is_general,
        "unlinked": 0,
        "name_normalized": channel.name,
        "is_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "pending_shared": [],
        "context_team_id": workspace.team.id,
        "updated": channel.created * 1000,
        "parent_conversation": None,
        "creator": channel.creator,
        "is_ext_shared": channel.is_ext_shared,
        "shared_team_ids": shared,
        "pending_connected_team_ids": [],
        "is_member": viewer in channel.members,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": "", "last_set": 0},
        "previous_names": [],
    }
    if channel.is_ext_shared:
        shown["conversation_host_id"] = channel.team
        shown["connected_team_ids"] = list(channel.connected_teams)
        shown["internal_team_ids"] = [channel.team]
    if viewer in channel.members:
        shown["last_read"] = channel.last_read.get(viewer, "0000000000.000000")
    return shown


def bot_profile(workspace: Workspace, address: str) -> Json:
    app = workspace.app
    icons = {f"image_{size}": f"{address}/page/icon.svg" for size in (36, 48, 72)}
    return {
        "id": app.bot_id,
        "app_id": app.id,
        "user_id": app.bot_user,
        "name": app.name,
        "icons": icons,
        "deleted": False,
        "updated": 0,
        "team_id": workspace.team.id,
    }


def message_object(message: Message) -> Json:
    return copied(message.body)


def view_object(workspace: Workspace, view: View, *, with_state: bool = True) -> Json:
    """https://docs.slack.dev/reference/views"""
    body = view.body
    state = state_of(body["blocks"], view.entered) if with_state else {"values": {}}
    return {
        "id": view.id,
        "team_id": view.team,
        "type": view.type,
        "blocks": copied(body["blocks"]),
        "private_metadata": body.get("private_metadata", ""),
        "callback_id": body.get("callback_id", ""),
        "state": state,
        "hash": view.hash,
        "title": copied(body.get("title", {"type": "plain_text", "text": "View Title", "emoji": True})),
        "clear_on_close": bool(body.get("clear_on_close", False)),
        "notify_on_close": bool(body.get("notify_on_close", False)),
        "close": copied(body.get("close")),
        "submit": copied(body.get("submit")),
        "previous_view_id": view.previous_id,
        "root_view_id": view.root_id,
        "app_id": workspace.app.id,
        "external_id": body.get("external_id", ""),
        "app_installed_team_id": workspace.team.id,
        "bot_id": workspace.app.bot_id,
    }


def file_object(workspace: Workspace, file: File, address: str) -> Json:
    """https://docs.slack.dev/reference/objects/file-object"""
    url = f"{address}/files/{workspace.team.id}-{file.id}/{file.name}"
    owner = workspace.people.get(file.user)
    shown: Json = {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": file.filetype,
        "pretty_type": file.filetype.upper(),
        "user": file.user,
        "user_team": owner.team if owner else workspace.team.id,
        "editable": False,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": any(
            workspace.channels[c].kind == "public" for c in file.channels if c in workspace.channels
        ),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": url,
        "url_private_download": f"{url}?download=1",
        "permalink": f"{address}/files/{file.user}/{file.id}/{file.name}",
        "has_rich_preview": False,
        "file_access": "visible",
    }
    if file.alt_text:
        shown["alt_txt"] = file.alt_text
    return shown


def file_with_shares(workspace: Workspace, file: File, address: str) -> Json:
    """The answer of files.info: where the file stands."""
    shown = file_object(workspace, file, address)
    kinds: Json = {}
    for channel_id, ts in file.shares:
        channel = workspace.channels.get(channel_id)
        if channel is not None:
            kind = "public" if channel.kind == "public" else "private"
            kinds.setdefault(kind, {}).setdefault(channel_id, []).append(
                {
                    "reply_users": [],
                    "reply_users_count": 0,
                    "reply_count": 0,
                    "ts": ts,
                    "channel_name": channel.name,
                    "team_id": channel.team,
                }
            )
    by_kind = {
        k: [c for c in file.channels if c in workspace.channels and workspace.channels[c].kind == k]
        for k in ("public", "private", "im", "mpim")
    }
    return shown | {
        "shares": kinds,
        "channels": by_kind["public"],
        "groups": by_kind["private"] + by_kind["mpim"],
        "ims": by_kind["im"],
        "comments_count": 0,
    }


def usergroup_object(group: Usergroup) -> Json:
    return {
        "id": group.id,
        "team_id": group.team,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": group.description,
        "handle": group.handle,
        "is_external": False,
        "date_create": group.created,
        "date_update": group.created,
        "date_delete": 0,
        "auto_type": None,
        "auto_provision": False,
        "enterprise_subteam_id": "",
        "created_by": "",
        "updated_by": "",
        "deleted_by": None,
        "prefs": {"channels": [], "groups": []},
        "users": list(group.users),
        "user_count": len(group.users),
    }
