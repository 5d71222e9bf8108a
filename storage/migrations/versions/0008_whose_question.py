"""Whose question a partner was asked: what one circle asks, no other learns of."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# To the shared circle only where a shared case had been opened by then; else to the newest case's own.
GIVE_FACTS_THEIR_CIRCLE = """
    UPDATE facts SET circle = CASE
        WHEN EXISTS (
            SELECT 1 FROM cases
            WHERE cases.subject_id = facts.subject_id AND cases.circle = '*' AND cases.opened_at <= facts.told_at
        ) THEN '*'
        ELSE COALESCE((
            SELECT circle FROM cases WHERE cases.subject_id = facts.subject_id AND cases.circle <> '*'
            ORDER BY cases.id DESC LIMIT 1
        ), '')
    END
"""
KEEP_QUESTIONS = """
    CREATE TABLE old_lookups AS
    SELECT lookups.*, COALESCE((
        SELECT circle FROM cases WHERE cases.subject_id = lookups.subject_id
        ORDER BY (cases.circle = '*') DESC, cases.id DESC
        LIMIT 1
    ), '') AS circle
    FROM lookups
"""
KEEP_ONE_OF_EACH_SUBJECT = """
    CREATE TABLE old_lookups AS
    SELECT * FROM lookups WHERE circle = (
        SELECT MIN(circle) FROM lookups AS other
        WHERE other.subject_id = lookups.subject_id AND other.partner = lookups.partner
    )
"""
TAKE_QUESTIONS_BACK = """
    INSERT INTO lookups (circle, subject_id, partner, due_at, leased_until, attempts, trouble, trouble_since)
    SELECT circle, subject_id, partner, due_at, leased_until, attempts, trouble, trouble_since FROM old_lookups
"""
TAKE_QUESTIONS_BACK_WITHOUT_CIRCLE = """
    INSERT INTO lookups (subject_id, partner, due_at, leased_until, attempts, trouble, trouble_since)
    SELECT subject_id, partner, due_at, leased_until, attempts, trouble, trouble_since FROM old_lookups
"""


def upgrade() -> None:
    op.add_column("facts", sa.Column("circle", sa.String(length=60), server_default="", nullable=False))
    op.execute(GIVE_FACTS_THEIR_CIRCLE)
    op.drop_index("ix_facts_subject_id_partner_id", "facts")
    op.create_index(
        "ix_facts_subject_id_circle_partner_id", "facts", ["subject_id", "circle", "partner", "id"]
    )
    _remake_lookups(KEEP_QUESTIONS, TAKE_QUESTIONS_BACK, with_circle=True)


def downgrade() -> None:
    _remake_lookups(KEEP_ONE_OF_EACH_SUBJECT, TAKE_QUESTIONS_BACK_WITHOUT_CIRCLE, with_circle=False)
    op.drop_index("ix_facts_subject_id_circle_partner_id", "facts")
    op.drop_column("facts", "circle")
    op.create_index("ix_facts_subject_id_partner_id", "facts", ["subject_id", "partner", "id"])


def _remake_lookups(keep: str, take_back: str, *, with_circle: bool) -> None:
    """Questions anew, under another primary key: the two databases do not change one in its place alike."""
    op.execute(keep)
    op.drop_index("ix_lookups_due_at", "lookups")
    op.drop_table("lookups")
    circle = [sa.Column("circle", sa.String(length=60), nullable=False)] if with_circle else []
    key = ["subject_id", *(["circle"] if with_circle else []), "partner"]
    op.create_table(
        "lookups",
        sa.Column("subject_id", Id, nullable=False),
        *circle,
        sa.Column("partner", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("trouble", sa.String(length=20), nullable=True),
        sa.Column("trouble_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name=op.f("fk_lookups_subject_id_subjects")),
        sa.PrimaryKeyConstraint(*key, name=op.f("pk_lookups")),
    )
    op.create_index("ix_lookups_due_at", "lookups", ["due_at"])
    op.execute(take_back)
    op.drop_table("old_lookups")
