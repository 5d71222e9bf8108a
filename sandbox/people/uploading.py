"""People upload files."""

import base64
import mimetypes

from sandbox.people.deed import BadRequest, Deed, done, failed
from sandbox.people.writing import no_composer, say
from sandbox.shapes import message_shape
from sandbox.state import File, Json
from sandbox.wire import file_object


async def upload(deed: Deed) -> Json:
    """Store a file and, with ``channel``, show it there. ``content`` is base64."""
    try:
        content = base64.b64decode(str(deed.body["content"]), validate=True)
    except (KeyError, ValueError):
        raise BadRequest("`content` is missing: the file in base64.") from None
    channel = deed.channel() if deed.body.get("channel") else None
    if channel is not None and (closed := no_composer(deed, channel)) is not None:
        return closed
    if channel is not None and deed.person.id not in channel.members:
        return failed("not_allowed", f"Join #{channel.name} before writing there.")
    em = deed.em
    file = new_file(em.ids.new("F"), deed.text("name"), deed.person.id, int(em.clock.now()), content)
    em.workspace.files[file.id] = file
    shown = file_object(em.workspace, file, em.address)
    if channel is None:
        return done(file=shown, message=None)
    deed.body["files"] = [file.id]
    message = say(deed, channel, str(deed.body.get("text", "")))
    return done(file=shown, message=message_shape(message, deed.person.id))


def new_file(file_id: str, name: str, user: str, created: int, content: bytes) -> File:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    extension = name.rpartition(".")[2].lower() if "." in name else "binary"
    return File(file_id, name, name, user, created, content, mimetype, extension, len(content), complete=True)
