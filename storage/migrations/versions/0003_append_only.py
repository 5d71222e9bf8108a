"""What was shown and what was done is written once: triggers that refuse every change of it.

A row of the audit trail may be deleted when retention has closed its segment, and not before; such a row takes its link
with it. Everything else is refused, by whichever way it comes: UPDATE, DELETE, TRUNCATE, and SQLite's INSERT OR REPLACE,
which runs no DELETE trigger where ``recursive_triggers`` is off.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = ("audit_entries", "audit_chain", "audit_segments", "disclosures")


def upgrade() -> None:
    for statement in SQLITE if _on_sqlite() else _postgresql():
        op.execute(statement)


def downgrade() -> None:
    if _on_sqlite():
        for name in SQLITE_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for function in ("append_only", "audit_kept", "audit_link_kept", "audit_segment_true", "audit_wait"):
            op.execute(f"DROP FUNCTION {function}() CASCADE")


def _on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


# -- SQLite ---------------------------------------------------------------------------------------------------

SAME = {  # what an INSERT OR REPLACE would replace
    "audit_entries": "id = NEW.id",
    "audit_chain": "seq = NEW.seq OR entry_id = NEW.entry_id OR previous_hash = NEW.previous_hash",
    "audit_segments": "last_seq = NEW.last_seq",
    "disclosures": "id = NEW.id",
}

MAY_GO = {  # rows of a closed segment
    "audit_entries": """EXISTS (
        SELECT 1 FROM audit_chain JOIN audit_segments ON audit_segments.last_seq >= audit_chain.seq
        WHERE audit_chain.entry_id = OLD.id
    )""",
    "audit_chain": "EXISTS (SELECT 1 FROM audit_segments WHERE last_seq >= OLD.seq)",
    "audit_segments": "FALSE",
    "disclosures": "FALSE",
}


def _refusing(table: str, name: str, event: str, condition: str) -> str:
    return f"""
        CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} WHEN {condition}
        BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or removed'); END
    """


SQLITE = [
    *(_refusing(table, "no_update", "UPDATE", "TRUE") for table in APPEND_ONLY),
    *(_refusing(table, "no_delete", "DELETE", f"NOT {MAY_GO[table]}") for table in APPEND_ONLY),
    *(
        _refusing(table, "no_replace", "INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {same})")  # noqa: S608  # our own names
        for table, same in SAME.items()
    ),
    """
        CREATE TRIGGER audit_segments_true BEFORE INSERT ON audit_segments WHEN NOT EXISTS (
            SELECT 1 FROM audit_chain WHERE seq = NEW.last_seq AND entry_hash = NEW.last_hash
        )
        BEGIN SELECT RAISE(ABORT, 'the chain has no such link'); END
    """,
    """
        CREATE TRIGGER audit_entries_wait AFTER INSERT ON audit_entries
        BEGIN INSERT INTO audit_pending (entry_id) VALUES (NEW.id); END
    """,
]

SQLITE_TRIGGERS = [
    *(f"{table}_{name}" for table in APPEND_ONLY for name in ("no_update", "no_delete", "no_replace")),
    "audit_segments_true",
    "audit_entries_wait",
]

# -- PostgreSQL -----------------------------------------------------------------------------------------------


def _postgresql() -> list[str]:
    # Tables are named with their schema: a temporary table of the same name would be looked at first.
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    refuse = (
        "RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME "
        "USING ERRCODE = 'restrict_violation';"
    )
    functions = {
        "append_only": refuse,
        "audit_kept": f"""
            IF EXISTS (
                SELECT FROM {schema}.audit_chain AS link JOIN {schema}.audit_segments AS segment
                ON segment.last_seq >= link.seq WHERE link.entry_id = OLD.id
            ) THEN RETURN OLD; END IF;
            {refuse}
        """,
        "audit_link_kept": f"""
            IF EXISTS (SELECT FROM {schema}.audit_segments WHERE last_seq >= OLD.seq) THEN RETURN OLD; END IF;
            {refuse}
        """,
        "audit_segment_true": f"""
            IF EXISTS (
                SELECT FROM {schema}.audit_chain WHERE seq = NEW.last_seq AND entry_hash = NEW.last_hash
            ) THEN RETURN NEW; END IF;
            RAISE EXCEPTION 'the chain has no such link' USING ERRCODE = 'restrict_violation';
        """,
        "audit_wait": f"""
            INSERT INTO {schema}.audit_pending (entry_id) VALUES (NEW.id);
            RETURN NULL;
        """,  # noqa: S608  # the database has quoted the name
    }
    deleting = {"audit_entries": "audit_kept", "audit_chain": "audit_link_kept"}
    triggers = [
        *((table, "no_update", "BEFORE UPDATE", "ROW", "append_only") for table in APPEND_ONLY),
        *(
            (table, "no_delete", "BEFORE DELETE", "ROW", deleting.get(table, "append_only"))
            for table in APPEND_ONLY
        ),
        *((table, "no_truncate", "BEFORE TRUNCATE", "STATEMENT", "append_only") for table in APPEND_ONLY),
        ("audit_segments", "true", "BEFORE INSERT", "ROW", "audit_segment_true"),
        ("audit_entries", "wait", "AFTER INSERT", "ROW", "audit_wait"),
    ]
    return [
        *(
            f"CREATE FUNCTION {schema}.{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
            for name, body in functions.items()
        ),
        *(
            f"CREATE TRIGGER {table}_{name} {event} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {schema}.{function}()"
            for table, name, event, each, function in triggers
        ),
        # Otherwise a session that calls itself a replica would run none of them.
        *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}" for table, name, *_ in triggers),
    ]
