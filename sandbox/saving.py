"""The workspace as a file: saved, and loaded again into a running sandbox."""

import json
import types
from base64 import b64decode, b64encode
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from sandbox.partners import Partners
from sandbox.slack import scheduled
from sandbox.state import Json, Workspace

if TYPE_CHECKING:
    from sandbox.emulator import Emulator

FORMAT = 1

_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class LoadError(Exception):
    """The file is none of ours; the text says why."""


def saved(em: "Emulator") -> Json:
    """Everything but traffic, switches and connections."""
    return {
        "format": FORMAT,
        "address": em.address,
        "offset": em.clock.offset,
        "ids": em.ids.state(),
        "workspace": _plain(em.workspace),
        "partners": em.partners.saved(),
    }


@dataclass(frozen=True, slots=True)
class Loaded:
    """A saved workspace that was read and found whole."""

    workspace: Workspace
    offset: float
    ids: tuple[int, int]
    partners: Json


def read(em: "Emulator", data: Json) -> Loaded:
    """What ``put`` puts in the place of what is there. Raises LoadError."""
    if data.get("format") != FORMAT:
        raise LoadError(f"This is no saved workspace of format {FORMAT}: `format` is {data.get('format')!r}.")
    # Files and response_urls were handed out under the address of then.
    missing = [name for name in ("address", "workspace", "offset", "ids", "partners") if name not in data]
    if missing:
        raise LoadError(f"The saved workspace has no {missing[0]}.")
    known = {name: held for name, held in data.items() if name != "bot"}
    moved = json.loads(json.dumps(known).replace(str(data["address"]), em.address))
    workspace = workspace_of(moved["workspace"])
    try:
        last, micros = moved["ids"]
        Partners(moved["partners"], em.clock.now)
        return Loaded(workspace, float(moved["offset"]), (int(last), int(micros)), moved["partners"])
    except _UNREADABLE as error:
        raise LoadError(f"The saved workspace cannot be read: {error!r}.") from error


def put(em: "Emulator", loaded: Loaded) -> None:
    em.stop_background()
    em.workspace = loaded.workspace
    em.clock.offset = max(em.clock.offset, loaded.offset)
    em.ids.forward(*loaded.ids)
    em.partners.restore(loaded.partners)
    em.traffic.clear()
    scheduled.resume(em)
    em.changes.publish("reset", {})


def workspace_of(saved_workspace: Json) -> Workspace:
    """Raises LoadError."""
    try:
        built: Workspace = _built(Workspace, saved_workspace)
    except _UNREADABLE as error:
        raise LoadError(f"The saved workspace cannot be read: {error!r}.") from error
    if built.app.bot_user not in built.people:
        raise LoadError("The saved workspace cannot be read: the app is not among its people.")
    return built


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        if any(isinstance(key, tuple) for key in value):
            return [[list(key), _plain(held)] for key, held in value.items()]
        return {key: _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    return b64encode(value).decode() if isinstance(value, bytes) else value


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _built(kind: Any, value: Any) -> Any:
    """``value`` as ``kind``: a dataclass, or what its fields may hold."""
    if is_dataclass(kind):
        made: Any = kind
        hints = _hints(made)
        for name in value:
            if name not in hints:
                raise LoadError(
                    f"The saved workspace cannot be read: this version knows no `{name}` of a {made.__name__};"
                    " a later one may have saved it."
                )
        return made(**{name: _built(hints[name], held) for name, held in value.items()})
    if kind is bytes:
        return b64decode(value)
    return _built_generic(get_origin(kind), get_args(kind), value)


def _built_generic(origin: Any, inside: tuple[Any, ...], value: Any) -> Any:
    if origin in (Union, types.UnionType):
        return (
            None if value is None else _built(next(one for one in inside if one is not types.NoneType), value)
        )
    if origin is list:
        return [_built(inside[0], held) for held in value]
    if origin is tuple:
        return tuple(_built(one, held) for one, held in zip(inside, value, strict=True))
    if origin is dict:
        pairs = ((tuple(k), v) for k, v in value or []) if get_origin(inside[0]) is tuple else value.items()
        return {key: _built(inside[1], held) for key, held in pairs}
    return value
