"""chat.*: https://docs.slack.dev/reference/methods?family=chat"""

from sandbox import messages
from sandbox.refusal import Refusal
from sandbox.slack.call import Call
from sandbox.slack.content import LONGEST_TEXT, content, thread_of
from sandbox.state import Channel, Json, Message
from sandbox.wire import message_object


def post_message(call: Call) -> Json:
    channel = target(call)
    fields = content(call)
    parent = thread_of(call, channel)
    _take_turn(call, channel)
    if parent is not None:
        fields["thread_ts"] = parent.ts
        if call.flag("reply_broadcast"):
            fields |= {"subtype": "thread_broadcast", "root": message_object(parent)}
    fields |= _customised(call)
    message = messages.post(call.em, channel, messages.bot_message(call.em, fields))
    return {"channel": channel.id, "ts": message.ts, "message": message_object(message)}


def post_ephemeral(call: Call) -> Json:
    channel = target(call)
    user = call.person("user", error="user_not_in_channel")
    if user.id not in channel.members:
        raise Refusal(
            "user_not_in_channel", sentence=f"{user.name} is not in {channel.id}, so sees nothing there."
        )
    fields = content(call)
    parent = thread_of(call, channel)
    if parent is not None:
        fields["thread_ts"] = parent.ts
    body = {**messages.bot_message(call.em, fields), "is_ephemeral": True}
    message = messages.post(call.em, channel, body, only_visible_to=user.id)
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    channel, message = own_message(call, "cant_update_message")
    if channel.is_archived:
        raise Refusal("is_inactive", sentence=f"#{channel.name} is archived: nothing in it can be changed.")
    judged = {key: value for key, value in call.arguments.items() if value is not None}
    for key in ("blocks", "attachments"):
        if key not in judged and key in message.body:
            judged[key] = message.body[key] if key == "blocks" else []
    fields = content(call, checked=judged)
    if "text" in fields and "blocks" not in fields and "blocks" in message.body:
        call.notes.append(
            "The update has text and no blocks: the message keeps its blocks. An empty list takes them away."
        )
    if "blocks" in fields and "text" not in fields:
        fields["text"] = ""
    if "metadata" not in fields and call.data("metadata") == {}:
        fields["metadata"] = None
    for key in ("blocks", "attachments"):
        if fields.get(key) == []:
            fields[key] = None
    messages.change(call.em, channel, message, fields, editor=call.app.bot_user)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.body["text"],
        "message": message_object(message),
    }


def delete(call: Call) -> Json:
    channel, message = own_message(call, "cant_delete_message")
    messages.delete(call.em, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = call.channel()
    ts = call.required("message_ts")
    message = channel.messages.get(ts)
    if message is None or message.only_visible_to is not None:
        raise Refusal("message_not_found", sentence=f"There is no message {ts} in {channel.id}.")
    return {"channel": channel.id, "permalink": permalink(call, message)}


def permalink(call: Call, message: Message) -> str:
    address = f"https://{call.workspace.team.domain}.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return f"{address}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else address


def own_message(call: Call, error: str) -> tuple[Channel, Message]:
    """The message of ``channel`` and ``ts``, if it is the bot's own and not ephemeral."""
    channel = call.channel()
    ts = call.required("ts")
    message = channel.messages.get(ts)
    if message is None or message.only_visible_to is not None:
        why = "is ephemeral: only its response_url reaches it" if message else "is not there"
        raise Refusal("message_not_found", sentence=f"The message {ts} {why}.")
    if message.body.get("bot_id") != call.app.bot_id:
        raise Refusal(error, sentence="The message is not the bot's own.")
    return channel, message


def target(call: Call) -> Channel:
    """Where to post: a channel's id or name, or a person's id for the direct conversation with them."""
    wanted = call.required("channel")
    workspace = call.workspace
    if wanted in workspace.people:
        return _direct(call, wanted)
    named = workspace.channel_named(wanted.removeprefix("#")) if wanted not in workspace.channels else None
    if named is not None and named.kind == "public":
        call.arguments["channel"] = named.id
    channel = call.channel()
    if channel.is_archived:
        raise Refusal("is_archived", sentence=f"#{channel.name} is archived.")
    if channel.kind == "im":
        _messages_tab(call)
    if call.app.bot_user not in channel.members:
        if "chat:write.public" not in call.app.scopes:
            raise Refusal(
                "not_in_channel",
                sentence=f"The bot is not in #{channel.name}; /invite it, or chat:write.public.",
            )
        if call.method == "chat.postEphemeral":
            raise Refusal(
                "not_in_channel",
                sentence=f"The bot is not in #{channel.name}; ephemeral messages need it there.",
            )
    return channel


def _direct(call: Call, user: str) -> Channel:
    person = call.workspace.people[user]
    if person.deleted or person.is_bot or not call.reaches(person):
        raise Refusal("channel_not_found", sentence=f"{person.name} cannot be written to.")
    _messages_tab(call)
    return messages.direct_channel(call.em, frozenset({user, call.app.bot_user}))


def _messages_tab(call: Call) -> None:
    """What the app says to one person stands in its Messages tab: https://docs.slack.dev/surfaces/app-home."""
    if not call.app.messages_tab:
        raise Refusal("messages_tab_disabled", sentence="The manifest switches the app's Messages tab off.")


def _take_turn(call: Call, channel: Channel) -> None:
    """One message a second and channel: https://docs.slack.dev/apis/web-api/rate-limits"""
    wait = call.em.limits.post(channel.id)
    if wait is not None:
        raise Refusal(
            "ratelimited", sentence=f"More than one message a second into {channel.id}.", retry_after=wait
        )


def _customised(call: Call) -> Json:
    wanted = {key: call.text(key) for key in ("username", "icon_emoji", "icon_url")}
    wanted = {key: value for key, value in wanted.items() if value is not None}
    if wanted:
        call.needs("chat:write.customize")
    custom: Json = {"username": wanted["username"]} if "username" in wanted else {}
    if "icon_emoji" in wanted:
        custom["icons"] = {"emoji": wanted["icon_emoji"]}
    elif "icon_url" in wanted:
        custom["icons"] = {"image_64": wanted["icon_url"]}
    return custom


def me_message(call: Call) -> Json:
    channel = call.member_channel()
    if channel.is_archived:
        raise Refusal("is_archived", sentence=f"#{channel.name} is archived.")
    text = call.text("text")
    if text is None:
        raise Refusal("no_text", sentence="chat.meMessage needs `text`.")
    if len(text) > LONGEST_TEXT:
        raise Refusal("msg_too_long", sentence=f"{len(text)} characters; {LONGEST_TEXT} fit.")
    body = messages.bot_message(call.em, {"text": messages.escaped(text), "subtype": "me_message"})
    message = messages.post(call.em, channel, body)
    return {"channel": channel.id, "ts": message.ts}
