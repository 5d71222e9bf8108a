"""People come and go, react, read, open conversations."""

from sandbox import membership, messages
from sandbox.people.deed import BadRequest, Deed, NotFound, done, failed
from sandbox.reactions import set_reaction
from sandbox.shapes import channel_shape, unread
from sandbox.state import Channel, Json, Person


async def join(deed: Deed) -> Json:
    channel = deed.channel()
    if channel.kind != "public" or channel.is_archived:
        return failed("not_allowed", "Only a public channel that is not archived can be joined.")
    membership.join(deed.em, channel, deed.person)
    return done()


async def leave(deed: Deed) -> Json:
    channel = deed.channel()
    if channel.is_general:
        return failed("not_allowed", f"Nobody can leave #{channel.name}.")
    membership.leave(deed.em, channel, deed.person)
    return done()


async def invite(deed: Deed) -> Json:
    channel = deed.channel()
    return _invite(deed, channel, [_person(deed, user) for user in deed.body.get("users", [])])


async def remove(deed: Deed) -> Json:
    channel = deed.channel()
    if deed.person.id not in channel.members:
        return failed("not_allowed", f"Only members can remove somebody from #{channel.name}.")
    membership.leave(deed.em, channel, _person(deed, deed.text("user")), by=deed.person.id)
    return done()


async def converse(deed: Deed) -> Json:
    users = deed.body.get("users")
    if not isinstance(users, list) or not users:
        raise BadRequest("`users` is missing: a list of people's ids is needed.")
    people = frozenset({deed.person.id, *(_person(deed, user).id for user in users)})
    return done(channel=channel_shape(messages.direct_channel(deed.em, people)))


async def read(deed: Deed) -> Json:
    channel = deed.channel()
    latest = next(reversed(channel.messages), "0")
    channel.last_read[deed.person.id] = deed.optional("ts") or latest
    count, mentions = unread(channel, deed.person.id)
    data = {"user": deed.person.id, "channel": channel.id, "unread": count, "mentions": mentions}
    deed.em.changes.publish("read", data, frozenset({deed.person.id}))
    return done()


async def react(deed: Deed) -> Json:
    channel, message = deed.message()
    if message.only_visible_to is not None:
        return failed("not_allowed", "A message that is only visible to you takes no reactions.")
    remove_ = bool(deed.body.get("remove"))
    if not set_reaction(deed.em, channel, message, deed.person.id, deed.text("name").strip(":"), remove_):
        return failed(
            "not_allowed", "You have not reacted so." if remove_ else "You have reacted so already."
        )
    return done()


def built_in(deed: Deed, channel: Channel, name: str, rest: str) -> Json | None:
    """Slack's own commands that the sandbox has: /invite, /leave, /join, /remove. None: not one of them."""
    if name in ("/invite", "/remove", "/kick"):
        people = [p for p in (deed.em.workspace.person_named(word.lstrip("@")) for word in rest.split()) if p]
        if not people:
            return failed(
                "not_allowed",
                f"{name} needs somebody, like {name} @{deed.em.workspace.people[deed.em.workspace.app.bot_user].name}.",
            )
        if name == "/invite":
            return _invite(deed, channel, people)
        for person in people:
            membership.leave(deed.em, channel, person, by=deed.person.id)
        return done()
    if name == "/leave":
        membership.leave(deed.em, channel, deed.person)
        return done()
    return None


def _invite(deed: Deed, channel: Channel, people: list[Person]) -> Json:
    if deed.person.id not in channel.members:
        return failed("not_allowed", f"Only members can invite into #{channel.name}.")
    for person in people:
        if person.team not in (channel.team, *channel.connected_teams):
            return failed(
                "not_allowed",
                f"{person.name} is of another workspace; #{channel.name} is not shared with it.",
            )
        membership.join(deed.em, channel, person, inviter=deed.person.id)
    return done()


def _person(deed: Deed, user: str) -> Person:
    person = deed.em.workspace.people.get(user)
    if person is None:
        raise NotFound(f"There is no person {user}.")
    return person
