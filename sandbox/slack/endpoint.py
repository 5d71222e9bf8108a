"""``POST /api/<method>``: reads the call, checks token, scopes and limits, runs the method, keeps the record.

https://docs.slack.dev/apis/web-api/
"""

import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from sandbox import faults
from sandbox.programs import NOBODY
from sandbox.reading import read_json
from sandbox.refusal import Refusal, own_failure
from sandbox.slack.call import Call, missing_scope
from sandbox.slack.methods import METHODS, Method
from sandbox.state import Json
from sandbox.tokens import APP_TOKEN, BOT_TOKEN
from sandbox.traffic import Record, shortened, shown_headers

if TYPE_CHECKING:
    from sandbox.emulator import Emulator


async def web_api(em: "Emulator", request: Request) -> Response:
    name = request.path_params["method"]
    started = time.perf_counter()
    body = await request.body()
    record = em.traffic.open(
        "to_slack", "api", name, em.clock.now(), method=request.method, url=request.url.path
    )
    record.request_headers = shown_headers(request.headers.raw)
    record.request_body = shortened(body.decode("utf-8", "replace"))
    if request.url.query:
        record.url = f"{request.url.path}?{shortened(request.url.query)}"
    call = Call(em, name, {}, client=request.client or NOBODY)
    try:
        response = await _answered(em, request, body, call, record)
    finally:
        record.ms = (time.perf_counter() - started) * 1000
    record.notes = call.notes
    record.status = response.status_code
    record.response_headers = shown_headers(response.raw_headers)
    record.response_body = bytes(response.body).decode("utf-8", "replace")
    em.traffic.close(record)
    return response


async def _answered(em: "Emulator", request: Request, body: bytes, call: Call, record: Record) -> Response:
    try:
        method = _read(em, request, body, call)
        switch = em.switches.hit(call.method, "*", channel=call.text("channel"))
    except Exception as error:  # noqa: BLE001  whatever comes is answered
        return _failed(em, call, record, error)
    return await faults.through(request, record, switch, lambda: _served(em, call, method, record))


def _served(em: "Emulator", call: Call, method: Method, record: Record) -> Response:
    try:
        return _accepted(em, call, method, method.run(call))
    except Exception as error:  # noqa: BLE001  whatever comes is answered
        return _failed(em, call, record, error)


def _failed(em: "Emulator", call: Call, record: Record, error: Exception) -> Response:
    refusal = error if isinstance(error, Refusal) else own_failure(error, call.method)
    record.error, record.sentence = refusal.error, refusal.sentence
    return _refused(em, call, refusal)


def _read(em: "Emulator", request: Request, body: bytes, call: Call) -> Method:
    """Fill the call and find its method; raises what Slack says before it looks at the method's own arguments."""
    method = METHODS.get(call.method)
    if method is None:
        raise Refusal(
            "unknown_method",
            sentence=f"Slack (or the sandbox) has no method {call.method}.",
            req_method=call.method,
        )
    token = _bearer(request)
    call.arguments = _arguments(request, body, call, method)
    call.token = token or str(call.arguments.pop("token", "") or "")
    call.arguments.pop("token", None)
    if method.token != "none":
        _check_token(em, call, method)
        if method.scopes and method.token == "xoxb" and not set(method.scopes) & set(em.workspace.app.scopes):
            raise missing_scope(method.scopes, em.workspace.app.scopes)
    wait = em.limits.call(em.workspace.team.id, call.method, method.tier)
    if wait is not None:
        raise Refusal(
            "ratelimited",
            sentence=f"{call.method} is called more often than its tier allows.",
            retry_after=wait,
        )
    return method


def _bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token else None


def _arguments(request: Request, body: bytes, call: Call, method: Method) -> Json:
    arguments: Json = dict(request.query_params)
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if not body:
        return arguments
    if kind == "application/json":
        if "charset" not in parameters:
            call.warnings.append("missing_charset")
        return arguments | _json_arguments(body, call, method)
    if kind == "application/x-www-form-urlencoded":
        if "charset" in parameters:
            call.warnings.append("superfluous_charset")
        return arguments | dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    if kind == "multipart/form-data":
        raise Refusal(
            "invalid_post_type", sentence="The sandbox reads forms and JSON; files go by the upload address."
        )
    if not kind:
        raise Refusal("missing_post_type", sentence="A body came without Content-Type.")
    raise Refusal("invalid_post_type", sentence=f"Slack does not read {kind}.")


def _json_arguments(body: bytes, call: Call, method: Method) -> Json:
    try:
        parsed: Any = read_json(body)
    except ValueError as error:
        raise Refusal("invalid_json", sentence=f"The body says it is JSON and is not: {error}.") from None
    if not isinstance(parsed, dict):
        raise Refusal("json_not_object", sentence="The JSON body must be an object.")
    parsed.pop("token", None)  # Slack reads a token from the header or a form, never from JSON
    if not method.json and parsed:
        call.notes.append(
            f"{call.method} takes no JSON body; its arguments must come as a form or in the query."
        )
        return {}
    return parsed


def _check_token(em: "Emulator", call: Call, method: Method) -> None:
    if not call.token:
        raise Refusal("not_authed", sentence="No token came along: Authorization: Bearer …")
    expected, other = (BOT_TOKEN, APP_TOKEN) if method.token == "xoxb" else (APP_TOKEN, BOT_TOKEN)
    if call.token == other:
        raise Refusal(
            "not_allowed_token_type", sentence=f"{call.method} needs a token of type {method.token}."
        )
    if call.token != expected:
        raise Refusal("invalid_auth", sentence="The token is not the sandbox's.")
    if em.workspace.app.token_revoked:
        raise Refusal("token_revoked", sentence="The token was revoked.")


def _accepted(em: "Emulator", call: Call, method: Method, answer: Json) -> Response:
    data: Json = {"ok": True, **answer}
    metadata: Json = data.pop("response_metadata", {})
    if call.messages:
        metadata["messages"] = call.messages
    if call.warnings:
        data["warning"] = ",".join(call.warnings)
        metadata["warnings"] = call.warnings
    if metadata:
        data["response_metadata"] = metadata
    return _json(em, data, accepted=method.scopes)


def _refused(em: "Emulator", call: Call, refusal: Refusal) -> Response:
    retry_after = refusal.fields.pop("retry_after", None)
    data: Json = {"ok": False, "error": refusal.error, **refusal.fields}
    if call.warnings:
        data["warning"] = ",".join(call.warnings)
    if refusal.messages:
        data["response_metadata"] = {"messages": refusal.messages}
    response = _json(em, data, status=200 if retry_after is None else 429)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _json(em: "Emulator", data: Json, *, status: int = 200, accepted: tuple[str, ...] = ()) -> Response:
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-OAuth-Scopes": ",".join(em.workspace.app.scopes),
        "X-Slack-Req-Id": em.ids.token(),
    }
    if accepted:
        headers["X-Accepted-OAuth-Scopes"] = ",".join(accepted)
    return Response(json.dumps(data, separators=(",", ":")), status_code=status, headers=headers)
