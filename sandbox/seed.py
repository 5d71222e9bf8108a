"""Builds a workspace from a TOML file: the people, channels and settings of ``seeds/``."""

import tomllib
from pathlib import Path
from typing import Any

from sandbox.ids import Ids
from sandbox.reading import check_fields, shortly
from sandbox.state import App, Channel, Json, Person, Team, Usergroup, Workspace

SEEDS = Path(__file__).parent / "seeds"

_PERSON_KEYS = {
    "id",
    "name",
    "real_name",
    "team",
    "tz",
    "email",
    "is_guest",
    "is_stranger",
    "is_admin",
    "organisation",
    "role",
}
_CHANNEL_KEYS = {
    "id",
    "name",
    "kind",
    "members",
    "topic",
    "purpose",
    "bot",
    "is_general",
    "is_archived",
    "shared_with",
}


PERSON_FIELDS = {
    **dict.fromkeys(("id", "name", "real_name", "team", "email", "organisation", "role"), "a string"),
    **dict.fromkeys(("is_guest", "is_stranger", "is_admin", "deleted"), "true or false"),
    "tz": "a time zone's name",
}
CHANNEL_FIELDS = {
    **dict.fromkeys(("id", "name", "topic", "purpose"), "a string"),
    **dict.fromkeys(("bot", "is_general", "is_archived"), "true or false"),
    **dict.fromkeys(("members", "shared_with"), "a list of strings"),
    "kind": "public, private, im or mpim",
}


class SeedError(Exception):
    """The seed cannot be used; the text says which table, number and key."""


def read_seed(name_or_path: str) -> Json:
    """``default`` (a file of ``seeds/``) or a path. What it says nothing of comes from the seed that it is ``like``."""
    try:
        named = SEEDS / f"{name_or_path}.toml"
        path = named if named.exists() else Path(name_or_path)
        seed = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = ", ".join(sorted(seed.stem for seed in SEEDS.glob("*.toml")))
        raise SeedError(f"There is no seed {name_or_path!r}: give a file, or one of {known}.") from None
    except OSError as error:
        raise SeedError(f"{shortly(name_or_path)} cannot be read: {error.strerror}.") from None
    except tomllib.TOMLDecodeError as error:
        raise SeedError(f"{path} is not TOML: {error}.") from None
    if "recording" in seed:
        files = _checked(seed["recording"], {"workspace", "operation"}, "recording")
        seed["recording"] = {what: str(path.parent / name) for what, name in files.items()}
    return {**read_seed(str(seed.pop("like"))), **seed} if "like" in seed else seed


def build(seed: Json, now: float, ids: Ids) -> Workspace:
    team = Team(**_checked(seed.get("team"), {"id", "name", "domain"}, "team"))
    app_keys = {"id", "name", "bot_id", "bot_user", "bot_name"}
    wanted = _checked(seed.get("app"), app_keys, "app")
    bot_name = wanted.pop("bot_name", "bot")
    workspace = Workspace(team=team, app=App(**wanted), teams={team.id: team})
    for number, entry in enumerate(seed.get("teams", []), 1):
        other = Team(**_checked(entry, {"id", "name", "domain"}, f"teams {number}"))
        workspace.teams[other.id] = other
    bot = Person(workspace.app.bot_user, bot_name, workspace.app.name, team.id, is_bot=True)
    workspace.people[bot.id] = bot
    for number, entry in enumerate(seed.get("people", []), 1):
        add_person(workspace, entry, f"people {number}")
    for number, entry in enumerate(seed.get("channels", []), 1):
        add_channel(workspace, entry, now, ids, f"channels {number}")
    for entry in seed.get("usergroups", []):
        group = Usergroup(
            team=team.id, created=int(now), **_checked(entry, {"id", "handle", "name", "users"}, "usergroups")
        )
        workspace.usergroups[group.id] = group
    return workspace


def add_person(workspace: Workspace, entry: Json, where: str = "person") -> Person:
    fields = _checked(entry, _PERSON_KEYS, where, PERSON_FIELDS)
    for key in ("id", "name"):
        if key not in fields:
            raise SeedError(f"{where}: `{key}` is missing.")
    if fields["id"] in workspace.people:
        raise SeedError(f"{where}: there is a person {fields['id']} already.")
    fields.setdefault("real_name", fields["name"].replace("-", " ").capitalize())
    fields.setdefault("team", workspace.team.id)
    if fields["team"] not in workspace.teams:
        raise SeedError(f"{where}: there is no team {fields['team']}.")
    fields.setdefault("email", f"{fields['name']}@{workspace.teams[fields['team']].domain}.example")
    person = Person(**fields)
    workspace.people[person.id] = person
    return person


def add_channel(workspace: Workspace, entry: Json, now: float, ids: Ids, where: str = "channel") -> Channel:
    fields = _checked(entry, _CHANNEL_KEYS, where, CHANNEL_FIELDS)
    if "name" not in fields:
        raise SeedError(f"{where}: `name` is missing.")
    members = list(fields.pop("members", []))
    if members == ["*"]:
        members = [p.id for p in workspace.people.values() if not p.is_bot and p.team == workspace.team.id]
    for member in members:
        if member not in workspace.people:
            raise SeedError(f"{where}: there is no person {member}.")
    if fields.pop("bot", True):
        members.append(workspace.app.bot_user)
    fields.setdefault("id", ids.new("C"))
    if fields["id"] in workspace.channels:
        raise SeedError(f"{where}: there is a channel {fields['id']} already.")
    shared = list(fields.pop("shared_with", []))
    creator = members[0] if members else workspace.app.bot_user
    channel = Channel(
        team=workspace.team.id,
        members=list(dict.fromkeys(members)),
        creator=creator,
        created=int(now),
        connected_teams=shared,
        **{"kind": "public", **fields},
    )
    workspace.channels[channel.id] = channel
    return channel


def _checked(
    entry: object, known: set[str], where: str, fields: dict[str, str] | None = None
) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise SeedError(f"{where}: a table is needed here.")
    if unknown := set(entry) - known:
        raise SeedError(
            f"{where}: {', '.join(sorted(unknown))} is not known; known are {', '.join(sorted(known))}."
        )
    try:
        check_fields(entry, fields or {}, f"{where}: ")
    except ValueError as error:
        raise SeedError(str(error)) from None
    return {name: value for name, value in entry.items() if value is not None}
