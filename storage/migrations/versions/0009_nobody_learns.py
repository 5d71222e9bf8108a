"""What was decided in Slack, what happened in a channel while it was looked at, and closed segments that are accounted for."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("what", "about", name=op.f("pk_decisions")),
    )
    op.add_column("audiences", sa.Column("changes", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column("about", type_=sa.Text(), existing_nullable=False, existing_server_default="")
    _remake_segment_trigger(_TOLD_SQLITE, _TOLD_POSTGRESQL)


def downgrade() -> None:
    _remake_segment_trigger("TRUE", "TRUE")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.alter_column(
            "about", type_=sa.String(length=300), existing_nullable=False, existing_server_default=""
        )
    op.drop_column("audiences", "changes")
    op.drop_table("decisions")


# Rows may be removed once their segment is closed. So nobody may close one without an entry behind it that says so:
# it stands in the chain, which leads to the head that others have written down.
_TOLD_SQLITE = """EXISTS (
    SELECT 1 FROM audit_chain JOIN audit_entries ON audit_entries.id = audit_chain.entry_id
    WHERE audit_chain.seq > NEW.last_seq
    AND instr(content, '"action":"audit.segment_closed"') > 0
    AND instr(content, '"last_hash":"' || NEW.last_hash || '","last_seq":' || NEW.last_seq || '}') > 0
)"""
_TOLD_POSTGRESQL = """EXISTS (
    SELECT FROM {schema}.audit_chain AS link JOIN {schema}.audit_entries AS entry ON entry.id = link.entry_id
    WHERE link.seq > NEW.last_seq
    AND position('"action":"audit.segment_closed"' IN entry.content) > 0
    AND position('"last_hash":"' || NEW.last_hash || '","last_seq":' || NEW.last_seq || '}}' IN entry.content) > 0
)"""


def _remake_segment_trigger(told_on_sqlite: str, told_on_postgresql: str) -> None:
    if op.get_context().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_segments_true")
        op.execute(f"""
            CREATE TRIGGER audit_segments_true BEFORE INSERT ON audit_segments WHEN NOT (EXISTS (
                SELECT 1 FROM audit_chain WHERE seq = NEW.last_seq AND entry_hash = NEW.last_hash
            ) AND {told_on_sqlite})
            BEGIN SELECT RAISE(ABORT, 'the chain has no such link, or does not tell of its closing'); END
        """)  # noqa: S608  # our own text
        return
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    told = told_on_postgresql.format(schema=schema)
    op.execute(f"""
        CREATE OR REPLACE FUNCTION {schema}.audit_segment_true() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF EXISTS (
                SELECT FROM {schema}.audit_chain WHERE seq = NEW.last_seq AND entry_hash = NEW.last_hash
            ) AND {told} THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'the chain has no such link, or does not tell of its closing'
            USING ERRCODE = 'restrict_violation';
        END $$
    """)  # the database has quoted the name
