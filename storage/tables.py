"""Every table, in one place to read. Rows never leave this room; stores hand out the domain's values."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.types import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts row ids only in INTEGER columns; sqlite_autoincrement below keeps it from giving one out twice.
Id = BigInteger().with_variant(Integer(), "sqlite")


# However many names stand in one: organisations, people, parts of a case. SQLite never counted characters, and its tables
# are left as they are.
Names = Text().with_variant(String(400), "sqlite")


def _when(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, UtcDateTime(), nullable=nullable)


organisations = Table(
    "organisations",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("position", Integer, nullable=False),  # the order of the operation file, in which they are listed
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("slack_team", String(20), nullable=False),  # empty: the team the bot is installed in
    Column("alerts_channel", String(20), nullable=False),
    Column("default_marking", String(20), nullable=False),
    Column("deconfliction", Boolean, nullable=False, server_default=text("false")),
)

members = Table(
    "members",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("slack_team", String(20), nullable=False),  # empty: the team the bot is installed in
    Column("slack_user", String(20), nullable=False),
    Column("organisation", ForeignKey("organisations.key"), nullable=False),
    Column("roles", String(100), nullable=False),  # comma-separated
    UniqueConstraint("slack_user", "slack_team"),
    sqlite_autoincrement=True,
)

decisions = (
    Table(  # what admins have decided in Slack since a file was last applied: a start leaves it as it is
        "decisions",
        metadata,
        Column("what", String(20), primary_key=True),  # member or organisation
        Column("about", String(60), primary_key=True),  # user id or key
        _when("at"),
    )
)

operations = Table(
    "operations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # one row, id 1
    Column("name", String(200), nullable=False),
    Column("case_prefix", String(10), nullable=False),
    Column("timezone", String(60), nullable=False),
)

subjects = Table(
    "subjects",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("scheme", String(40), nullable=False),
    Column("number", Text, nullable=False),
    Column("platform", String(40), nullable=True),
    sqlite_autoincrement=True,
)

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("reference", String(30), nullable=False, unique=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("circle", String(60), nullable=False),
    Column("owner", ForeignKey("organisations.key"), nullable=False),
    Column("marking", String(20), nullable=False),
    Column("releases", Names, nullable=False, server_default=""),  # comma-separated, see storage/sql.py
    Column("pap", String(20), nullable=False, server_default="clear"),
    Column("opener_team", String(20), nullable=False, server_default=""),
    Column("opener_user", String(20), nullable=False, server_default=""),
    Column("status", String(20), nullable=False),
    Column("reason", String(20), nullable=True),
    Column("version", Integer, nullable=False),
    _when("opened_at"),
    _when("closed_at", nullable=True),
    _when("changed_at"),
    # One open case for each subject and circle, held by the database and not by a look before the insert.
    Index(
        "uq_cases_open_subject",
        "subject_id",
        "circle",
        unique=True,
        sqlite_where=text("status <> 'closed'"),
        postgresql_where=text("status <> 'closed'"),
    ),
    Index("ix_cases_subject", "subject_id"),
    Index("ix_cases_opened_at", "opened_at"),
    Index("ix_cases_closed_at", "closed_at"),
    Index(
        "ix_cases_open",
        "opened_at",
        sqlite_where=text("status <> 'closed'"),
        postgresql_where=text("status <> 'closed'"),
    ),
    sqlite_autoincrement=True,
)

flags = Table(
    "flags",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("organisation", ForeignKey("organisations.key"), nullable=False),
    Column("slack_team", String(20), nullable=False),
    Column("slack_user", String(20), nullable=False),
    Column("words", Text, nullable=False),
    # SHA-256 of the words and of what is said beside them: long texts do not fit an index.
    Column("words_digest", String(64), nullable=False),
    Column("brand", String(100), nullable=False, server_default=""),
    Column("reason", String(40), nullable=False, server_default=""),
    Column("confidence", String(20), nullable=False, server_default=""),
    Column("category", String(40), nullable=False, server_default=""),
    Column("wish", String(20), nullable=False, server_default=""),
    Column("port", String(100), nullable=False, server_default=""),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("source", String(400), nullable=False, server_default=""),
    Column("marking", String(20), nullable=False),
    Column("releases", Names, nullable=False, server_default=""),
    Column(
        "apart", Boolean, nullable=False, server_default=false()
    ),  # stays when its case is marked otherwise
    Column("pap", String(20), nullable=False, server_default="clear"),
    _when("raised_at"),
    _when("withdrawn_at", nullable=True),
    Column("withdraw_words", Text, nullable=False, server_default=""),
    Column(
        "fingerprint", String(80), nullable=True
    ),  # of its subject, keyed; empty until the worker has made it
    # The same person's same flag twice, for one organisation, is one flag. Its first column serves the case's own
    # queries too.
    Index(
        "uq_flags_same",
        "case_id",
        "organisation",
        "slack_team",
        "slack_user",
        "words_digest",
        unique=True,
        sqlite_where=text("withdrawn_at IS NULL"),
        postgresql_where=text("withdrawn_at IS NULL"),
    ),
    Index("ix_flags_case_id", "case_id"),
    Index("ix_flags_raised_at", "raised_at"),
    Index("ix_flags_person", "slack_user", "slack_team", "id"),
    Index("ix_flags_fingerprint", "fingerprint"),
    Index(
        "ix_flags_without_fingerprint",
        "id",
        sqlite_where=text("fingerprint IS NULL"),
        postgresql_where=text("fingerprint IS NULL"),
    ),
    sqlite_autoincrement=True,
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("organisation", ForeignKey("organisations.key"), primary_key=True),
    Column("slack_team", String(20), nullable=False),
    Column("slack_user", String(20), nullable=False),
    _when("at"),
)

entries = Table(  # the timelines
    "entries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    _when("at"),
    Column("change", String(20), nullable=False),
    Column("organisation", String(40), nullable=False),
    Column("slack_team", String(20), nullable=False),
    Column("slack_user", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("marking", String(20), nullable=False),
    Column("releases", Names, nullable=False, server_default=""),
    Column("apart", Boolean, nullable=False, server_default=false()),  # as a flag's
    Column("reason", String(20), nullable=True),
    Column("flag_id", ForeignKey("flags.id"), nullable=True),  # the flag raised, corrected or withdrawn
    Index("ix_entries_case_id", "case_id"),
    sqlite_autoincrement=True,
)

facts = Table(
    "facts",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("subject_id", ForeignKey("subjects.id"), nullable=False),
    Column("partner", String(20), nullable=False),
    # Whose question it answers, and who may know of the answer; nobody where it is empty.
    Column("circle", String(60), nullable=False, server_default=""),
    Column("outcome", String(20), nullable=False),
    _when("told_at"),
    Column("content", JSON, nullable=False),
    Index("ix_facts_subject_id_circle_partner_id", "subject_id", "circle", "partner", "id"),
    sqlite_autoincrement=True,
)

lookups = Table(  # questions to partners: one row for each subject, circle and partner, asked again when due
    "lookups",
    metadata,
    Column("subject_id", ForeignKey("subjects.id"), primary_key=True),
    Column("circle", String(60), primary_key=True),
    Column("partner", String(20), primary_key=True),
    _when("due_at", nullable=True),  # empty: nothing to ask
    _when("leased_until", nullable=True),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("trouble", String(20), nullable=True),
    _when("trouble_since", nullable=True),
    Index("ix_lookups_due_at", "due_at"),
)

partners = Table(  # what a partner lets us ask, shared by all workers
    "partners",
    metadata,
    Column("partner", String(20), primary_key=True),
    Column("day", String(10), nullable=False),  # UTC date that ``calls`` counts
    Column("calls", Integer, nullable=False),
    _when("next_call_at"),
)

deliveries = Table(  # the outbox
    "deliveries",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("organisation", String(40), nullable=True),
    Column("case_id", ForeignKey("cases.id"), nullable=True),
    Column("entry_id", ForeignKey("entries.id"), nullable=True),
    Column("digest_run_id", ForeignKey("digest_runs.id"), nullable=True),
    Column("slack_team", String(20), nullable=False, server_default=""),
    Column("slack_user", String(20), nullable=False, server_default=""),
    Column("about", Text, nullable=False, server_default=""),
    Column("wanted_version", Integer, nullable=False, server_default="0"),
    Column("sent_version", Integer, nullable=False, server_default="0"),
    Column("message_ts", String(60), nullable=True),  # the transport's name for the message
    Column("sent_digest", String(64), nullable=False, server_default=""),  # SHA-256 of what it shows
    _when("due_at", nullable=True),  # empty: nothing to do
    _when("leased_until", nullable=True),  # a worker is at it; runs out by itself where the worker dies
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("times_sent", Integer, nullable=False, server_default="0"),
    Column("last_error", String(200), nullable=True),
    Column("paused", Boolean, nullable=False, server_default=text("false")),
    _when("created_at"),
    _when("expires_at", nullable=True),
    Index("ix_deliveries_due_at", "due_at"),
    Index("ix_deliveries_case_id", "case_id"),
    Index("ix_deliveries_paused", "paused", sqlite_where=text("paused"), postgresql_where=text("paused")),
    # One standing alert for each case and organisation.
    Index(
        "uq_deliveries_alert",
        "case_id",
        "organisation",
        unique=True,
        sqlite_where=text("kind = 'alert'"),
        postgresql_where=text("kind = 'alert'"),
    ),
)

digests = Table(
    "digests",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("cron", String(100), nullable=False),
    Column("timezone", String(60), nullable=False),
    _when("covered_until"),  # the end of the last period that a scheduled digest told of
    _when("due_at"),
)

digest_runs = Table(
    "digest_runs",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("key", String(40), nullable=False),
    _when("period_start"),
    _when("period_end"),
    Column("asked_by", String(20), nullable=True),  # empty: by the clock
    sqlite_autoincrement=True,
)

receipts = Table(  # what was delivered to us and done, so that what comes twice is done once
    "receipts",
    metadata,
    Column("key", String(300), primary_key=True),
    _when("at"),
    # Of a request over HTTP: SHA-256 of what it asked, what it was answered, and what that showed of its case.
    Column("asked_digest", String(64), nullable=True),
    Column("answer_status", Integer, nullable=True),
    Column("answer_body", Text, nullable=True),
    Column("answer_shown", JSON, nullable=True),
    Index("ix_receipts_at", "at"),
)

drafts = Table(  # what waits for its author to say yes: flags, and what was recognised in their words
    "drafts",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("slack_team", String(20), nullable=False),
    Column("slack_user", String(20), nullable=False),
    Column("content", JSON, nullable=False),
    _when("at"),
    Index("ix_drafts_at", "at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("name", String(20), nullable=False, unique=True),
    Column("organisation", ForeignKey("organisations.key"), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),  # SHA-256 of the key, which nobody here has
    Column("hint", String(20), nullable=False),  # how the key begins
    Column("made_by_team", String(20), nullable=False),  # empty, with the user: by the operator
    Column("made_by_user", String(20), nullable=False),
    _when("made_at"),
    Column("last_used_on", Date, nullable=True),  # UTC
    # The key's budget, see bot/domain/api_keys.py; of a revoked one, until when the trail says enough of its requests.
    _when("paid_until", nullable=True),
    _when("revoked_at", nullable=True),
    sqlite_autoincrement=True,
)

api_flags = Table(  # what a flag is called over HTTP: its number would tell how many flags nobody may know of
    "api_flags",
    metadata,
    Column("flag_id", ForeignKey("flags.id"), primary_key=True),
    Column("name", String(30), nullable=False, unique=True),
)

case_readers = (
    Table(  # who may find a case: one row for each key that opens it (storage/visibility.py writes them)
        "case_readers",
        metadata,
        Column("reader", String(60), primary_key=True),
        Column("case_id", ForeignKey("cases.id"), primary_key=True),
        Index("ix_case_readers_case_id", "case_id"),
    )
)

case_names = (
    Table(  # names by their beginnings, for fields that are filled by typing (storage/names.py writes them)
        "case_names",
        metadata,
        Column("reader", String(60), primary_key=True),
        Column("field", String(20), primary_key=True),
        # By bytes on both databases: where a language orders them, what begins alike need not stand together.
        Column("beginning", String(100).with_variant(String(100, "C"), "postgresql"), primary_key=True),
        Column("case_id", ForeignKey("cases.id"), primary_key=True),
        Index("ix_case_names_case_id", "case_id"),
    )
)

audiences = Table(  # which organisations read along in a channel, as Slack last said
    "audiences",
    metadata,
    Column("channel", String(20), primary_key=True),
    Column("organisations", Names, nullable=False),  # comma-separated keys
    Column("outsiders", Boolean, nullable=False),  # somebody of no organisation is in it
    Column("readable", Boolean, nullable=False),  # Slack let us read who is in it
    Column("accepted", Names, nullable=False, server_default=""),  # organisations a coordinator said yes to
    _when("checked_at"),
    # Counts what happened there: a look that something overtook is not kept.
    Column("changes", Integer, nullable=False, server_default="0"),
)

access_requests = Table(
    "access_requests",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("slack_team", String(20), nullable=False),
    Column("slack_user", String(20), nullable=False),
    _when("at"),
    _when("decided_at", nullable=True),
    Column("decided_by", String(20), nullable=True),  # user id
    Column("outcome", String(20), nullable=True),
    Index("ix_access_requests_slack_user", "slack_user", "slack_team"),
    sqlite_autoincrement=True,
)

disclosures = Table(  # what was shown to whom: one row a showing, written before the answer leaves
    "disclosures",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _when("at"),
    Column("case_id", Id, nullable=False),  # no foreign key, which would lock the case for each look at it
    Column("version", Integer, nullable=False),
    Column("organisations", Names, nullable=False),  # who could read it
    Column("slack_team", String(20), nullable=False),  # the person, where it was one
    Column("slack_user", String(20), nullable=False),
    Column("channel", String(20), nullable=False),  # the channel, where it was one
    Column("through", String(20), nullable=False),
    Column("fields", Names, nullable=False),
    Index("ix_disclosures_case_id", "case_id"),
    sqlite_autoincrement=True,
)

meetings = Table(  # a flag met a record that its flagger may not see
    "meetings",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _when("at"),
    Column("organisation", String(40), nullable=False),  # the flagger's
    Column("slack_team", String(20), nullable=False),
    Column("slack_user", String(20), nullable=False),
    Column("case_id", ForeignKey("cases.id"), nullable=False),
    Column("other_organisation", String(40), nullable=False),  # whose record it met
    Column("other_case_id", ForeignKey("cases.id"), nullable=False),
    Column("outcome", String(20), nullable=False),  # told, or why not
    Index("ix_meetings_organisation", "organisation", "at"),
    sqlite_autoincrement=True,
)

audit_entries = Table(  # append-only, held by triggers; content is the canonical JSON that is hashed
    "audit_entries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("at", String(27), nullable=False),  # the hashed time, as text: databases re-format times
    Column("content", Text, nullable=False),
    sqlite_autoincrement=True,
)

audit_chain = Table(  # append-only: the sequencer's links (storage/audit.py)
    "audit_chain",
    metadata,
    Column("seq", Id, primary_key=True, autoincrement=False),
    # Retention deletes an entry with its link, and nothing else deletes either.
    Column("entry_id", ForeignKey("audit_entries.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("previous_hash", String(64), nullable=False, unique=True),
    Column("entry_hash", String(64), nullable=False),
)

audit_pending = Table(  # entries that wait for the sequencer; a trigger puts each new one here
    "audit_pending",
    metadata,
    Column("entry_id", Id, primary_key=True, autoincrement=False),
)

audit_segments = Table(  # append-only: what retention has moved to files; only closed segments may be deleted
    "audit_segments",
    metadata,
    Column("last_seq", Id, primary_key=True, autoincrement=False),
    Column("first_seq", Id, nullable=False),
    Column("last_hash", String(64), nullable=False),
    _when("closed_at"),
)
