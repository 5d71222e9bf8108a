"""users.*, bots.*, usergroups.*, team.*: https://docs.slack.dev/reference/methods"""

from sandbox.refusal import Refusal
from sandbox.slack.call import Call, page_of
from sandbox.slack.conversations import listed_channels
from sandbox.state import Json, Person
from sandbox.wire import bot_profile, channel_object, team_object, user_object, usergroup_object


def info(call: Call) -> Json:
    person = call.person()
    shown = _shown(call, person)
    if call.flag("include_locale") and person.team == call.workspace.team.id:
        shown["locale"] = "en-US"
    return {"user": shown}


def list_(call: Call) -> Json:
    people = [p for p in call.workspace.people.values() if p.team == call.workspace.team.id]
    page, metadata = page_of(call, people, default=1000)
    return {
        "members": [_shown(call, person) for person in page],
        "cache_ts": int(call.em.clock.now()),
        "response_metadata": metadata,
    }


def lookup_by_email(call: Call) -> Json:
    email = call.required("email").lower()
    for person in call.workspace.people.values():
        if (
            person.email
            and person.email.lower() == email
            and not person.deleted
            and person.team == call.workspace.team.id
        ):
            return {"user": _shown(call, person)}
    raise Refusal("users_not_found", sentence=f"Nobody here has the address {email}.")


def conversations(call: Call) -> Json:
    """The conversations somebody (the bot, if nobody is named) is in, as far as the bot may know of them."""
    user = call.text("user") or call.app.bot_user
    if user not in call.workspace.people:
        raise Refusal("user_not_found", sentence=f"There is no person {user} here.")
    channels = [c for c in listed_channels(call) if user in c.members and call.knows(c)]
    page, metadata = page_of(call, channels)
    shown = [channel_object(call.workspace, c, call.app.bot_user) for c in page]
    return {"channels": shown, "response_metadata": metadata}


def get_presence(call: Call) -> Json:
    call.person()
    return {"presence": "active"}


def profile_get(call: Call) -> Json:
    return {"profile": _shown(call, call.person())["profile"]}


def bots_info(call: Call) -> Json:
    if call.text("bot") not in (None, call.app.bot_id):
        raise Refusal("bot_not_found", sentence=f"The only bot here is {call.app.bot_id}.")
    profile = bot_profile(call.workspace, call.em.address)
    return {
        "bot": {
            key: profile[key] for key in ("id", "deleted", "name", "updated", "app_id", "user_id", "icons")
        }
    }


def team_info(call: Call) -> Json:
    team = call.workspace.teams.get(call.text("team") or call.workspace.team.id)
    if team is None:
        raise Refusal("team_not_found", sentence=f"There is no team {call.text('team')} here.")
    return {"team": team_object(team, call.em.address)}


def usergroups_list(call: Call) -> Json:
    groups = [usergroup_object(group) for group in call.workspace.usergroups.values()]
    for group in groups:
        if not call.flag("include_users"):
            del group["users"]
        if not call.flag("include_count"):
            del group["user_count"]
    return {"usergroups": groups}


def usergroups_users_list(call: Call) -> Json:
    group = call.workspace.usergroups.get(call.required("usergroup"))
    if group is None:
        raise Refusal("no_such_subteam", sentence=f"There is no user group {call.text('usergroup')} here.")
    return {"users": list(group.users)}


def emoji_list(call: Call) -> Json:
    return {"emoji": {}, "cache_ts": str(call.em.clock.now())}


def _shown(call: Call, person: Person) -> Json:
    with_email = "users:read.email" in call.app.scopes
    return user_object(call.workspace, person, call.em.clock.now(), with_email=with_email)
