"""Which parts of a case were marked stricter by themselves, and stay so when the case is marked otherwise."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("flags", "entries")
STRICTNESS = """CASE {}.marking
    WHEN 'clear' THEN 0 WHEN 'green' THEN 0 WHEN 'amber' THEN 1 WHEN 'amber+strict' THEN 2 ELSE 3
END"""


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("apart", sa.Boolean(), server_default=sa.false(), nullable=False))
        op.execute(
            f"UPDATE {table} SET apart = true WHERE {STRICTNESS.format(table)} > "  # noqa: S608  # our own text
            f"(SELECT {STRICTNESS.format('cases')} FROM cases WHERE cases.id = {table}.case_id)"
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "apart")
