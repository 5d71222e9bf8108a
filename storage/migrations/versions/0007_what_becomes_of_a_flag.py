"""What becomes of a flag: who wrote which line of a timeline with it, and which hidden records it met."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column(
        "organisations",
        sa.Column("deconfliction", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("flags", sa.Column("fingerprint", sa.String(length=80), nullable=True))
    op.create_index("ix_flags_person", "flags", ["slack_user", "slack_team", "id"])
    op.create_index("ix_flags_fingerprint", "flags", ["fingerprint"])
    op.create_index(
        "ix_flags_without_fingerprint",
        "flags",
        ["id"],
        sqlite_where=sa.text("fingerprint IS NULL"),
        postgresql_where=sa.text("fingerprint IS NULL"),
    )
    _add_flag_of_an_entry()
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column("message_ts", type_=sa.String(length=60), existing_nullable=True)
    op.create_table(
        "meetings",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("slack_team", sa.String(length=20), nullable=False),
        sa.Column("slack_user", sa.String(length=20), nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("other_organisation", sa.String(length=40), nullable=False),
        sa.Column("other_case_id", Id, nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_meetings_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["other_case_id"], ["cases.id"], name=op.f("fk_meetings_other_case_id_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meetings_organisation", "meetings", ["organisation", "at"])


def _add_flag_of_an_entry() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # By hand: Alembic would copy the table, which the outbox refers to.
        op.execute(
            "ALTER TABLE entries ADD COLUMN flag_id INTEGER "
            "CONSTRAINT fk_entries_flag_id_flags REFERENCES flags (id)"
        )
        return
    op.add_column("entries", sa.Column("flag_id", Id, nullable=True))
    op.create_foreign_key("fk_entries_flag_id_flags", "entries", "flags", ["flag_id"], ["id"])


def downgrade() -> None:
    op.drop_table("meetings")
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.drop_column("flag_id")
    for index in ("ix_flags_without_fingerprint", "ix_flags_fingerprint", "ix_flags_person"):
        op.drop_index(index, "flags")
    with op.batch_alter_table("flags", schema=None) as batch_op:
        batch_op.drop_column("fingerprint")
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.drop_column("deconfliction")
