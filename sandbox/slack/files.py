"""files.*: uploads go by an address of their own. https://docs.slack.dev/messaging/working-with-files"""

import hmac
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from sandbox import faults, messages
from sandbox.people.uploading import new_file
from sandbox.refusal import Refusal
from sandbox.slack.call import Call, invalid_argument, page_of
from sandbox.slack.content import content
from sandbox.state import Channel, File, Json
from sandbox.tokens import BOT_TOKEN
from sandbox.traffic import Record, shown_headers
from sandbox.wire import file_object, file_with_shares

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

MOST_CHANNELS = 100
LONGEST_ALT_TEXT = 1000
LARGEST_SNIPPET = 1_000_000
"""docs.slack.dev/reference/methods/files.getUploadURLExternal#errors (snippet_too_large): 1 MB."""


def get_upload_url(call: Call) -> Json:
    name = call.required("filename")
    length = call.whole("length", 0, 2**53)
    if length <= 0:
        raise Refusal("missing_argument", sentence="`length` is the file's size in bytes, at least one.")
    if call.text("snippet_type") is not None and length > LARGEST_SNIPPET:
        raise Refusal(
            "snippet_too_large", sentence=f"{length} bytes; a snippet has {LARGEST_SNIPPET} at most."
        )
    alt_text = call.text("alt_txt")
    if alt_text is not None and len(alt_text) > LONGEST_ALT_TEXT:
        raise Refusal(
            "alt_txt_too_large", sentence=f"alt_txt has {len(alt_text)} characters; {LONGEST_ALT_TEXT} fit."
        )
    em = call.em
    file = new_file(em.ids.new("F"), name, call.app.bot_user, int(em.clock.now()), b"")
    file.complete, file.size, file.alt_text, file.upload_token = False, length, alt_text, em.ids.token()
    call.workspace.files[file.id] = file
    return {"upload_url": f"{em.address}/files/upload/{file.upload_token}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    files = _completed(call)
    channels = _channels(call)
    body: Json = {}
    if call.data("blocks", "invalid_blocks") is not None:
        shown = Call(call.em, call.method, {"blocks": call.data("blocks")})
        body = content(shown, checked={**shown.arguments, "text": "…"})
    elif comment := call.text("initial_comment"):
        body = {"text": messages.escaped(comment)}
    for file, title in files:
        file.complete, file.title = True, title or file.name
    for channel in channels:
        _share(call, channel, [file for file, _ in files], dict(body))
    return {"files": [{"id": file.id, "title": file.title} for file, _ in files]}


def info(call: Call) -> Json:
    file = _file(call)
    return {
        "file": file_with_shares(call.workspace, file, call.em.address),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def list_(call: Call) -> Json:
    found = [f for f in call.workspace.files.values() if f.complete and _visible(call, f)]
    if channel := call.text("channel"):
        found = [f for f in found if channel in f.channels]
    page, _ = page_of(call, found)
    shown = [file_object(call.workspace, file, call.em.address) for file in page]
    return {"files": shown, "paging": {"count": len(shown), "total": len(found), "page": 1, "pages": 1}}


def delete(call: Call) -> Json:
    file = _file(call)
    if file.user != call.app.bot_user:
        raise Refusal("cant_delete_file", sentence="The file is not the bot's own.")
    del call.workspace.files[file.id]
    return {}


async def upload(em: "Emulator", request: Request) -> Response:
    """``POST /files/upload/<token>``: the bytes themselves, or a multipart form with one file."""
    record = _opened(em, request, "upload")
    received = await _bytes(request)
    token = request.path_params["token"]
    switch = em.switches.hit("files")
    response = await faults.through(request, record, switch, lambda: _taken(em, token, received, record))
    return _closed(em, record, response)


def _taken(em: "Emulator", token: str, received: bytes, record: Record) -> Response:
    file = next(
        (
            f
            for f in em.workspace.files.values()
            if hmac.compare_digest(f.upload_token.encode(), token.encode())
        ),
        None,
    )
    if file is None or file.complete:
        record.error, record.sentence = "no_such_url", "No upload is expected at this address."
        return PlainTextResponse("no such upload", status_code=404)
    if len(received) != file.size:
        record.error = "wrong_size"
        record.sentence = (
            f"{len(received)} bytes came, but {file.size} were announced as `length` (bytes, not characters)."
        )
        return PlainTextResponse("wrong size", status_code=400)
    file.content = received
    return PlainTextResponse(f"OK - {len(received)}")


async def download(em: "Emulator", request: Request) -> Response:
    """``GET /files/<team>-<file>/<name>`` with the bot's token; without it Slack leads to its login page."""
    record = _opened(em, request, "download")
    switch = em.switches.hit("files")
    response = await faults.through(request, record, switch, lambda: _handed_out(em, request, record))
    return _closed(em, record, response)


def _handed_out(em: "Emulator", request: Request, record: Record) -> Response:
    file = em.workspace.files.get(request.path_params["id"].partition("-")[2])
    allowed = (
        request.headers.get("authorization") == f"Bearer {BOT_TOKEN}" and not em.workspace.app.token_revoked
    )
    if not allowed or "files:read" not in em.workspace.app.scopes:
        record.error = "not_authed"
        record.sentence = (
            "A download needs the bot's token (Authorization: Bearer …) and the scope files:read."
        )
        return RedirectResponse(f"{em.address}/?redir={request.url.path}", status_code=302)
    if file is None or not file.complete:
        record.error, record.sentence = "file_not_found", "There is no such file."
        return PlainTextResponse("not found", status_code=404)
    return Response(file.content, media_type=file.mimetype)


def _completed(call: Call) -> list[tuple[File, str | None]]:
    listed: Any = call.data("files")
    if (
        not isinstance(listed, list)
        or not listed
        or not all(isinstance(one, dict) and "id" in one for one in listed)
    ):
        raise invalid_argument("missing required field: files")
    found = []
    for one in listed:
        file = call.workspace.files.get(str(one["id"]))
        if file is None or file.user != call.app.bot_user:
            raise Refusal("file_not_found", sentence=f"No upload {one['id']} was begun.")
        if not file.content:
            raise Refusal("file_not_found", sentence=f"Nothing was sent to the upload address of {file.id}.")
        found.append((file, one.get("title")))
    return found


def _channels(call: Call) -> list[Channel]:
    named = [call.text("channel_id")] if call.text("channel_id") else call.words("channels")
    if len(named) > MOST_CHANNELS:
        raise Refusal("channels_limit_exceeded", sentence=f"{len(named)} channels; {MOST_CHANNELS} fit.")
    channels = []
    for wanted in named:
        call.arguments["channel"] = wanted
        channel = call.member_channel()
        if channel.is_archived:
            raise Refusal("posting_to_channel_denied", sentence=f"#{channel.name} is archived.")
        channels.append(channel)
    return channels


def _share(call: Call, channel: Channel, files: list[File], body: Json) -> None:
    em = call.em
    shown = [file_object(em.workspace, file, em.address) for file in files]
    if thread := call.text("thread_ts"):
        body["thread_ts"] = thread
    fields = {**body, "files": shown, "upload": False, "subtype": "file_share"}
    message = messages.post(em, channel, messages.bot_message(em, fields))
    for file in files:
        messages.share_file(em, channel, message, file, file.user)


def _file(call: Call) -> File:
    file = call.workspace.files.get(call.required("file"))
    if file is None or not file.complete or not _visible(call, file):
        raise Refusal("file_not_found", sentence=f"The bot sees no file {call.text('file')}.")
    return file


def _visible(call: Call, file: File) -> bool:
    """Its own files, and those in channels the bot knows of. A form's file is handed to the app by the form."""
    shared = [call.workspace.channels[c] for c in file.channels if c in call.workspace.channels]
    return file.user == call.app.bot_user or not shared or any(call.knows(channel) for channel in shared)


async def _bytes(request: Request) -> bytes:
    """The file: the body itself, or the first file of a multipart form."""
    body = await request.body()
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return body
    form = message_from_bytes(b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + body)
    for part in form.walk():
        if part.get_filename() is not None:
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else b""
    return b""


def _opened(em: "Emulator", request: Request, name: str) -> Record:
    record = em.traffic.open(
        "to_slack", "file", name, em.clock.now(), method=request.method, url=request.url.path
    )
    record.request_headers = shown_headers(request.headers.raw)
    return record


def _closed(em: "Emulator", record: Record, response: Response) -> Response:
    record.status = response.status_code
    record.response_headers = shown_headers(response.raw_headers)
    record.ms = (em.clock.now() - record.at) * 1000
    em.traffic.close(record)
    return response
