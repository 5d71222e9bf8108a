"""Whom each thing that left the bot has reached, read off the sandbox's record of the traffic."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

PLANTED = "X-Planted"
"""The header of what a test itself posts in the bot's name: an old message, a forged button."""

ANSWERS_A_PERSON = frozenset(
    {"command", "block_actions", "view_submission", "block_suggestion", "view_closed", "shortcut"}
)
POSTS_TO_A_CHANNEL = frozenset({"chat.postMessage", "chat.update", "chat.unfurl", "chat.scheduleMessage"})


@dataclass(frozen=True, slots=True)
class Item:
    """One body that left the bot. Exactly one of ``user`` and ``channel`` is set, or neither where it is for nobody."""

    name: str
    body: str
    user: str = ""
    channel: str = ""
    is_modal: bool = False

    @property
    def where(self) -> str:
        return f"{self.name} to {self.user or self.channel or 'nobody'}"


@dataclass(slots=True)
class Reached:
    """Follows the traffic; knows by which trigger and which response URL somebody is reached."""

    triggers: dict[str, str] = field(default_factory=dict)
    urls: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    """Path of a response URL → (user, channel, only they saw what it would replace)."""
    conversations: dict[str, str] = field(default_factory=dict)
    """Direct conversation → the person it is with."""
    views: dict[str, str] = field(default_factory=dict)
    """What the bot has opened over Slack → for whom."""

    def read(self, records: Iterable[dict[str, Any]]) -> list[Item]:
        """What left the bot, in the order of the records."""
        items: list[Item] = []
        for record in records:
            if record["direction"] == "to_bot":
                items += self._told(record)
            elif not any(name.lower() == PLANTED.lower() for name, _ in record["request"]["headers"]):
                items.append(self._said(record))
        return items

    def _told(self, record: dict[str, Any]) -> list[Item]:
        payload = record["request"]["json"] or {}
        payload = payload.get("payload", payload)
        user = record["user"] or ""
        if payload.get("trigger_id"):
            self.triggers[payload["trigger_id"]] = user
        if payload.get("response_url"):
            alone = bool(payload.get("command") or payload.get("container", {}).get("is_ephemeral"))
            channel = payload.get("channel_id") or (payload.get("channel") or {}).get("id") or ""
            self.urls[_path(payload["response_url"])] = (user, channel, alone)
        body = record["response"]["body"]
        if not body:
            return []
        if record["kind"] in ANSWERS_A_PERSON:
            if '"response_type":"in_channel"' in body.replace(" ", ""):
                return [Item(record["name"], body, channel=str(payload.get("channel_id")))]
            is_modal = record["kind"] == "view_submission"
            return [Item(f"{record['kind']} {record['name']}", body, user=user, is_modal=is_modal)]
        return [Item(f"{record['kind']} {record['name']}", body)]

    def _said(self, record: dict[str, Any]) -> Item:
        body, sent = record["request"]["body"], record["request"]["json"] or {}
        name = record["name"]
        if record["kind"] == "response_url":
            user, channel, alone = self.urls[_path(record["url"])]
            for_all = sent.get("response_type") == "in_channel" or (
                sent.get("replace_original") and not alone
            )
            return Item(name, body, channel=channel) if for_all else Item(name, body, user=user)
        if name in POSTS_TO_A_CHANNEL:
            place = str(sent.get("channel"))
            if place.startswith(("U", "W")):
                answer = json.loads(record["response"]["body"] or "{}")
                self.conversations[str(answer.get("channel"))] = place
                return Item(name, body, user=place)
            if place in self.conversations:
                return Item(name, body, user=self.conversations[place])
            return Item(name, body, channel=place)
        if name == "chat.postEphemeral":
            return Item(name, body, user=str(sent.get("user")))
        if name in ("views.open", "views.push"):
            user = self.triggers[str(sent.get("trigger_id"))]
            answer = json.loads(record["response"]["body"] or "{}")
            self.views[str((answer.get("view") or {}).get("id"))] = user
            return Item(name, body, user=user, is_modal=True)
        if name == "views.update" and sent.get("view_id") in self.views:
            return Item(name, body, user=self.views[str(sent["view_id"])], is_modal=True)
        if name == "views.publish":
            return Item(name, body, user=str(sent.get("user_id")), is_modal=True)
        return Item(name, body + record["url"])


def _path(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url)
