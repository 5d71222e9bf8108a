"""Alembic's entry: runs the migrations on the connection it is given (see storage/migrate.py)."""

from typing import Literal

from alembic import context

from storage.tables import metadata
from storage.types import UtcDateTime


def render_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations name no type of ours: they must run for ever, whatever becomes of it."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter a table in place
    render_item=render_type,
    compare_type=True,
    compare_server_default=False,  # the databases spell defaults differently
)
with context.begin_transaction():
    context.run_migrations()
