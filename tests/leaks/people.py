"""The operation in which the leak tests play: four organisations, each with two analysts, a liaison and a coordinator."""

from dataclasses import dataclass
from typing import Any

from sandbox.seed import read_seed

ORGANISATIONS = {"amazon": "C0AMAZON", "dhl": "C0DHL", "cbp": "C0CBP", "iprc": "C0IPRC"}
"""Key and alerts channel."""

NUMBERED = {"1": "analyst", "3": "analyst", "2": "liaison", "9": "coordinator"}
"""The last character of a user id says what somebody is."""

DIGEST_CHANNEL = "C0OPS"
DESK = "C0DESK"
"""A public channel in which everybody types their commands; the bot itself has nothing to say there."""

STRANGER = "U0STRANGER1"
FOREIGNER, FOREIGN_TEAM = "U0FOREIGN1", "T0FOREIGN"
"""Somebody of another company's workspace, who comes by Slack Connect."""
ADMIN = "U0ADMIN1"


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who somebody is, as the operation file says."""

    user: str
    organisation: str
    role: str


MEMBERS = {
    f"U0{key.upper()}{number}": Somebody(f"U0{key.upper()}{number}", key, role)
    for key in ORGANISATIONS
    for number, role in NUMBERED.items()
} | {ADMIN: Somebody(ADMIN, "iprc", "admin")}

ANALYSTS = [user for user, somebody in MEMBERS.items() if somebody.role == "analyst"]


def operation_file() -> str:
    """The operation as a TOML file."""
    lines = ["[operation]", 'name = "Leak test"', 'case_prefix = "OFA"', 'timezone = "UTC"']
    for key, channel in ORGANISATIONS.items():
        lines += ["[[organisations]]", f'key = "{key}"', f'name = "The {key} people"', 'kind = "carrier"']
        lines += [f'alerts_channel = "{channel}"', "deconfliction = true"]
    for somebody in MEMBERS.values():
        lines += ["[[members]]", f'slack_user = "{somebody.user}"']
        lines += [f'organisation = "{somebody.organisation}"', f'roles = ["{somebody.role}"]']
    lines += ["[[digests]]", 'key = "daily"', f'channel = "{DIGEST_CHANNEL}"', 'cron = "30 8 1 1 *"']
    return "\n".join(lines)


def workspace_seed() -> dict[str, Any]:
    """The sandbox's own workspace with these people in it."""
    seed = read_seed("default")
    known = {person["id"] for person in seed["people"]}
    new = [somebody for user, somebody in MEMBERS.items() if user not in known]
    seed["people"] += [
        {"id": person.user, "name": f"{person.organisation}-{person.role}-{person.user[-1]}"}
        for person in new
    ]
    channels = {channel["id"]: channel for channel in seed["channels"]}
    for person in new:
        channels[ORGANISATIONS[person.organisation]]["members"].append(person.user)
        channels[DIGEST_CHANNEL]["members"].append(person.user)
    seed["teams"] = [*seed.get("teams", []), {"id": FOREIGN_TEAM, "name": "Elsewhere", "domain": "elsewhere"}]
    seed["people"].append({"id": FOREIGNER, "name": "elsewhere-1", "team": FOREIGN_TEAM})
    everybody = [person["id"] for person in seed["people"]]
    seed["channels"].append({"id": DESK, "name": "desk", "members": everybody})
    return seed
