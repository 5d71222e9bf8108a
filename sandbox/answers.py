"""What the app answers at a ``response_url``, or in the ack of a command.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import time
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import faults, messages
from sandbox.reading import read_json
from sandbox.refusal import Refusal, own_failure
from sandbox.slack.call import Call
from sandbox.slack.content import content
from sandbox.state import Channel, Json, Message, ResponseUrl
from sandbox.traffic import Record, shown_headers

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

MOST_USES = 5
SECONDS = 30 * 60


async def response_url(em: "Emulator", request: Request) -> Response:
    """``POST /response/<token>``."""
    started = time.perf_counter()
    body = await request.body()
    record = em.traffic.open(
        "to_slack",
        "response_url",
        "response_url",
        em.clock.now(),
        method=request.method,
        url=request.url.path,
    )
    record.request_headers = shown_headers(request.headers.raw)
    record.request_body = body.decode("utf-8", "replace")
    response = await faults.through(
        request,
        record,
        em.switches.hit("response_url"),
        lambda: _served(em, request.path_params["token"], body, record),
    )
    record.ms = (time.perf_counter() - started) * 1000
    record.status = response.status_code
    record.response_headers = shown_headers(response.raw_headers)
    record.response_body = bytes(response.body).decode("utf-8", "replace")
    em.traffic.close(record)
    return response


def _served(em: "Emulator", token: str, body: bytes, record: Record) -> Response:
    try:
        url = _usable(em, token)
        record.user = url.user
        url.uses += 1
        record.notes += answer_at(em, url, _payload(body))
    except Exception as error:  # noqa: BLE001  whatever comes is answered
        refusal = error if isinstance(error, Refusal) else own_failure(error, "response_url")
        record.error, record.sentence = refusal.error, refusal.sentence
        data: Json = {"ok": False, "error": refusal.error}
        if refusal.messages:
            data["response_metadata"] = {"messages": refusal.messages}
        status = 404 if refusal.error in ("used_url", "expired_url", "no_such_url") else 400
        return JSONResponse(data, status_code=status)
    return JSONResponse({"ok": True})


def answer_at(em: "Emulator", url: ResponseUrl, payload: Json) -> list[str]:
    """Do what the payload says: a new message, a replacement, or the end of the one the deed was done on. What the
    Web API would warn of comes back: here Slack has no place for it.
    """
    channel = em.workspace.channels[url.channel]
    original = channel.messages.get(url.message_ts) if url.message_ts else None
    if _true(payload.get("delete_original")):
        if original is None:
            raise Refusal("message_not_found", sentence="There is no original message to delete.")
        messages.delete(em, channel, original)
        return []
    call = Call(em, "response_url", payload)
    fields = content(call)
    if _true(payload.get("replace_original")) and original is not None:
        _replace(em, channel, original, fields)
    else:
        put(em, channel, url.user, payload, fields, url.thread_ts)
    return call.messages or call.warnings


def put(
    em: "Emulator", channel: Channel, user: str, payload: Json, fields: Json, thread_ts: str | None = None
) -> Message:
    """A new answer: ``in_channel`` for all, else only for the person."""
    thread = Call(em, "response_url", payload).text("thread_ts") or thread_ts
    if thread:
        fields["thread_ts"] = thread
    body = messages.bot_message(em, fields)
    if payload.get("response_type") == "in_channel":
        return messages.post(em, channel, body)
    return messages.post(em, channel, {**body, "is_ephemeral": True}, only_visible_to=user)


def _replace(em: "Emulator", channel: Channel, original: Message, fields: Json) -> None:
    """The original as a whole: what the answer leaves out is gone."""
    gone: Json = {key: None for key in ("blocks", "attachments") if key in original.body}
    new = {"text": "", **gone, **fields}
    messages.change(em, channel, original, new, editor=em.workspace.app.bot_user)


def _usable(em: "Emulator", token: str) -> ResponseUrl:
    url = em.workspace.response_urls.get(token)
    if url is None:
        raise Refusal("no_such_url", sentence="No such response_url was handed out here.")
    if em.clock.now() - url.issued_at > SECONDS:
        raise Refusal("expired_url", sentence="The response_url is older than thirty minutes.")
    if url.uses >= MOST_USES:
        raise Refusal("used_url", sentence=f"The response_url was used {MOST_USES} times; it takes no more.")
    return url


def _payload(body: bytes) -> Json:
    try:
        payload: Any = read_json(body)
    except ValueError as error:
        raise Refusal("invalid_payload", sentence=f"The body is not JSON: {error}.") from None
    if not isinstance(payload, dict):
        raise Refusal("invalid_payload", sentence="The body must be a JSON object.")
    return payload


def _true(value: Any) -> bool:
    return value is True or str(value).lower() == "true"
