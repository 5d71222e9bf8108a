"""API keys, what flags are called over HTTP, and what was answered there."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("organisation", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=20), nullable=False),
        sa.Column("made_by_team", sa.String(length=20), nullable=False),
        sa.Column("made_by_user", sa.String(length=20), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("paid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.key"], name=op.f("fk_api_keys_organisation_organisations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("name", name=op.f("uq_api_keys_name")),
        sa.UniqueConstraint("digest", name=op.f("uq_api_keys_digest")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "api_flags",
        sa.Column("flag_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["flag_id"], ["flags.id"], name=op.f("fk_api_flags_flag_id_flags")),
        sa.PrimaryKeyConstraint("flag_id", name=op.f("pk_api_flags")),
        sa.UniqueConstraint("name", name=op.f("uq_api_flags_name")),
    )
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("answer_status", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("answer_body", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        for name in ("answer_body", "answer_status", "asked_digest"):
            batch_op.drop_column(name)
    op.drop_table("api_flags")
    op.drop_table("api_keys")
