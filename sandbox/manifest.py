"""Reads an app's manifest: https://docs.slack.dev/reference/app-manifest"""

import json
from pathlib import Path
from typing import Any

from sandbox.state import App, Command, Json, Shortcut


class ManifestError(Exception):
    """The manifest cannot be used; the text says why."""


def read_manifest(path: Path) -> Json:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ManifestError(
            f"There is no manifest at {path}. Say where the app's manifest.json is."
        ) from None
    except ValueError as error:
        raise ManifestError(f"{path} is not JSON: {error}.") from None
    if not isinstance(manifest, dict):
        raise ManifestError(f"{path} must hold one JSON object.")
    return manifest


def install(app: App, manifest: Json) -> None:
    """Take scopes, commands, shortcuts, events and surfaces over from the manifest, as an (re)installation does.

    Raises ManifestError.
    """
    try:
        _install(app, manifest)
    except (AttributeError, KeyError, TypeError) as error:
        raise ManifestError(f"The manifest cannot be read: {error!r}.") from error


def _install(app: App, manifest: Json) -> None:
    features = _part(manifest, "features")
    settings = _part(manifest, "settings")
    home = _part(features, "app_home")
    app.name = _part(manifest, "display_information").get("name", app.name)
    app.commands = [_command(entry) for entry in features.get("slash_commands", [])]
    app.shortcuts = [_shortcut(entry) for entry in features.get("shortcuts", [])]
    app.unfurl_domains = list(features.get("unfurl_domains", []))
    app.scopes = list(_part(_part(manifest, "oauth_config"), "scopes").get("bot", []))
    app.events = list(_part(settings, "event_subscriptions").get("bot_events", []))
    app.interactivity = bool(_part(settings, "interactivity").get("is_enabled", False))
    app.home_tab = bool(home.get("home_tab_enabled", False))
    app.messages_tab = bool(home.get("messages_tab_enabled", True))
    app.messages_tab_read_only = bool(home.get("messages_tab_read_only_enabled", False))
    app.socket_mode = bool(settings.get("socket_mode_enabled", False))


def _part(whole: Json, name: str) -> dict[str, Any]:
    part = whole.get(name, {})
    if not isinstance(part, dict):
        raise ManifestError(f"`{name}` of the manifest must be an object.")
    return part


def _command(entry: Json) -> Command:
    return Command(
        command=entry["command"],
        description=entry.get("description", ""),
        usage_hint=entry.get("usage_hint", ""),
        should_escape=bool(entry.get("should_escape", False)),
    )


def _shortcut(entry: Json) -> Shortcut:
    return Shortcut(entry["type"], entry["name"], entry.get("description", ""), entry["callback_id"])
