"""The register names a case without a foreign key: on PostgreSQL whoever adds a row that refers to another one locks that
one, which is a writing to the case for each reading of it. No case is ever removed.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

NAME = "fk_disclosures_case_id_cases"


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.drop_constraint(NAME, "disclosures", type_="foreignkey")
        return
    with op.batch_alter_table("disclosures", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(NAME, type_="foreignkey")
    _refuse_changes()


def downgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        op.create_foreign_key(NAME, "disclosures", "cases", ["case_id"], ["id"])
        return
    with op.batch_alter_table("disclosures", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.create_foreign_key(NAME, "cases", ["case_id"], ["id"])
    _refuse_changes()


def _refuse_changes() -> None:
    """As migration 0003 has it: SQLite's triggers go with the table that was copied."""
    for name, event, condition in (
        ("no_update", "UPDATE", "TRUE"),
        ("no_delete", "DELETE", "TRUE"),
        ("no_replace", "INSERT", "EXISTS (SELECT 1 FROM disclosures WHERE id = NEW.id)"),
    ):
        op.execute(
            f"CREATE TRIGGER disclosures_{name} BEFORE {event} ON disclosures WHEN {condition} "
            "BEGIN SELECT RAISE(ABORT, 'rows of disclosures are never changed or removed'); END"
        )
