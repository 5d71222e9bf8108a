"""Room for however many names stand in one column: a case for forty pairs of eyes, a case with a hundred flags."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COLUMNS = {
    "cases": ["releases"],
    "flags": ["releases"],
    "entries": ["releases"],
    "audiences": ["organisations", "accepted"],
    "disclosures": ["organisations", "fields"],
}


def upgrade() -> None:
    _change(sa.Text())


def downgrade() -> None:
    _change(sa.String(length=400))


def _change(kind: sa.String) -> None:
    """SQLite holds nobody to a length, and making its tables anew would lose the triggers of the register."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, names in COLUMNS.items():
        for name in names:
            # The cast cuts what is longer, where the way leads back.
            using = f"{name}::{kind.compile(op.get_bind().dialect)}"
            op.alter_column(table, name, type_=kind, postgresql_using=using)
