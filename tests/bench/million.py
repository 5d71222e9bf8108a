"""A million cases, and a thousand of the same kind to compare them with.

Two are made by the program itself, both by one organisation: a GREEN one, which all may see, and an AMBER+STRICT one.
The database then repeats every row they have left, under new numbers: the second until there are a hundred, then the
hundred. So one organisation may see all, and each of the others one in a hundred.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    case,
    create_engine,
    func,
    insert,
    literal,
    make_url,
    select,
    text,
    true,
)

from bot.domain.flag_details import Details
from bot.domain.flags import FlagDraft
from bot.domain.identifiers import identify
from bot.domain.markings import Marking, Tlp
from bot.domain.offered_names import Field
from bot.domain.operations import read_operation
from bot.domain.people import Person
from bot.domain.references import ALPHABET, RANDOM_CHARACTERS, check_character
from bot.domain.subjects import SubjectKind
from bot.factory import Program, open_program
from bot.terminal import read_toml
from storage.migrate import migrate
from storage.tables import case_names, cases, subjects
from tests.bench.cases import OPERATION_FILE, hanging_on, referred, settings_for
from tests.bench.commands import ANALYSTS, TEAM
from tests.bench.processes import BenchError
from tests.bench.texts import WORDS, Stored

MADE = (Tlp.GREEN, Tlp.AMBER_STRICT)
BRAND, PORT = "Northwind Audio", "Cincinnati"
"""What every flag says: the worst there is for a look at which names there are."""
HUNDRED = 100
FEW, MANY = 1_000, 1_000_000
SOME = 1_000
"""How many are asked for, at the most."""

COPIED = 2001
"""The year in the references of copies: no case made by the program has it."""
NOWHERE = 10_000_000
"""Beyond every number that a copy can have."""

SPACE = len(ALPHABET) ** RANDOM_CHARACTERS
SPREAD = 20_005_697
"""Any odd number: multiplied by it, no two numbers come to the same place."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Some of what a filled database holds."""

    stored: list[Stored]
    """Which its owner may see."""
    shared: list[Stored]
    """Which every organisation may see."""


def seller(number: int) -> str:
    """The id of the ``number``-th seller, beginning with 1."""
    return f"A{number:09}XYZW"


def reference(year: int, number: int) -> str:
    """A reference of its own for each number, in no order that could be seen."""
    digits, rest = [], number * SPREAD % SPACE
    for _ in range(RANDOM_CHARACTERS):
        rest, digit = divmod(rest, len(ALPHABET))
        digits.append(ALPHABET[digit])
    characters = "".join(digits)
    return f"OFA-{year}-{characters}{check_character(characters)}"


def absent(number: int) -> Stored:
    """What is in no filled database, as it would be called.

    It would stand among all that is there: what stands behind everything else is found where many have just looked.
    """
    neighbour = number * SPREAD % MANY
    return Stored(reference(COPIED, NOWHERE + number), seller(neighbour).replace("W", "V"))


_KEY = identify(SubjectKind.SELLER, seller(0)).subject.key


def _key(number: int) -> str:
    return _KEY.replace(seller(0), seller(number))


async def fill(url: str, slack: str, how_many: int) -> Filled:
    """Make the tables, apply the example operation and store so many cases; ``slack`` is the address of a fake one."""
    settings = settings_for(url, slack)
    async with open_program(settings) as program:
        await migrate(program.database)
        await program.services.members.apply(read_operation(read_toml(OPERATION_FILE)))
    for number, tlp in enumerate(MADE, 1):
        # Each time a new program: one that has just posted to a channel waits a second before it posts again.
        async with open_program(settings) as program, program.installation.known(program.slack):
            await _make(program, number, tlp)
    with _hurried(url) as connection:
        _repeat(connection, HUNDRED - len(MADE), only=len(MADE))
        _repeat(connection, how_many // HUNDRED - 1)
        connection.execute(text("ANALYZE"))
        found = connection.execute(select(func.count()).select_from(cases)).scalar_one()
        every, shared = _some(connection, true()), _some(connection, cases.c.marking == Tlp.GREEN.value)
    if found != how_many:
        raise BenchError(f"{found} cases are stored instead of {how_many}")
    return Filled(every, shared)


def _some(connection: Connection, condition: ColumnElement[bool]) -> list[Stored]:
    """Cases from everywhere in the tables, the same in every run."""
    query = select(cases.c.reference, subjects.c.number).join(subjects).where(condition)
    scattered = query.order_by(cases.c.id * SPREAD % SPACE).limit(SOME)
    return [Stored(row.reference, row.number) for row in connection.execute(scattered)]


async def _make(program: Program, number: int, tlp: Tlp) -> None:
    services = program.services
    author = await services.members.actor(Person(TEAM, ANALYSTS[0]), TEAM)
    if author is None:
        raise BenchError(f"{OPERATION_FILE.name} does not name {ANALYSTS[0]}")
    about = identify(SubjectKind.SELLER, seller(number)).subject
    draft = FlagDraft(about, WORDS, Marking(tlp), details=Details(brand=BRAND, port=PORT))
    await services.flags.raise_flag(author, draft, received=f"made {number}")
    while await services.alerts.deliver_due():
        pass
    async with program.database.read() as tx:
        if await tx.sending.waiting():
            raise BenchError("the cases that are to be repeated have not been told to everybody")


@contextmanager
def _hurried(url: str) -> Iterator[Connection]:
    """One transaction without what makes others wait: nothing is lost that the next run does not make anew."""
    address = make_url(url)
    on_sqlite = address.get_backend_name() == "sqlite"
    engine = create_engine(address if on_sqlite else address.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        for setting in HURRY_ON_SQLITE if on_sqlite else HURRY_ON_POSTGRESQL:
            connection.execute(text(setting))
        connection.commit()
        with connection.begin():
            yield connection
    engine.dispose()


HURRY_ON_SQLITE = (
    "PRAGMA synchronous = OFF",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA cache_size = -400000",
    "PRAGMA temp_store = MEMORY",
)
HURRY_ON_POSTGRESQL = (
    "SET session_replication_role = replica",  # what the rows refer to is there: it need not be looked for
    "SET synchronous_commit = off",
)

names = Table(
    "names",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("reference", Text),
    Column("number", Text),
    Column("key", Text),
    prefixes=["TEMPORARY"],
)
"""What the copies are called: the one thing in which they differ besides their numbers."""


def _repeat(connection: Connection, times: int, only: int | None = None) -> None:
    """Copy every row that hangs on a subject so many times; ``only``: those of this one subject and its case."""
    tables = [table for table in hanging_on(subjects) if _holds_rows(connection, table)]
    steps = {
        table: connection.execute(select(func.max(table.c.id))).scalar_one()
        for table in tables
        if "id" in table.c and isinstance(table.c.id.type.as_generic(), Integer)
    }
    if steps[subjects] != steps[cases]:
        raise BenchError("a case and its subject have not one number")
    _name(connection, times, steps[cases], only)
    for table in tables:
        _copy(connection, table, steps, times, only)


def _holds_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(literal(1)).select_from(table).limit(1)).first() is not None


def _name(connection: Connection, times: int, step: int, only: int | None) -> None:
    names.drop(connection, checkfirst=True)
    names.create(connection)
    originals = [only] if only else list(connection.execute(select(cases.c.id)).scalars())
    new = (original + turn * step for turn in range(1, times + 1) for original in originals)
    rows = ((id_, reference(COPIED, id_), seller(id_), _key(id_)) for id_ in new)
    with closing(connection.connection.cursor()) as cursor:
        if connection.dialect.name == "sqlite":
            cursor.executemany("INSERT INTO names VALUES (?, ?, ?, ?)", cast("Any", rows))
        else:
            with cursor.copy("COPY names FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
    connection.execute(text("ANALYZE names"))


def _copy(
    connection: Connection, table: Table, steps: Mapping[Table, int], times: int, only: int | None
) -> None:
    """So many copies of each row of the table, its references moved along with what they refer to."""
    series = select(literal(1).label("n")).cte("series", recursive=True)
    series = series.union_all(select(series.c.n + 1).where(series.c.n < times))
    original = table.alias("original")
    source = series.join(original, true())
    values: dict[str, ColumnElement[Any]] = dict(original.c)
    for column in table.columns:
        owner = table if column.name == "id" else referred(column)
        if owner is not None and owner in steps:
            values[column.name] = original.c[column.name] + series.c.n * steps[owner]
        elif column.name == "id":
            values[column.name] = _new_id(connection)
    if table in (subjects, cases):
        source = source.join(names, names.c.id == values["id"])
        values |= {name: names.c[name] for name in ("reference", "number", "key") if name in table.c}
    if table is case_names:
        source = source.join(names, names.c.id == values["case_id"])
        values["beginning"] = _called_otherwise(original.c)
    rows = select(*values.values()).select_from(source)
    if only:
        whose = next(name for name in ("case_id", "subject_id", "id") if name in table.c)
        rows = rows.where(original.c[whose] == only)
    connection.execute(insert(table).from_select(list(values), rows))
    if connection.dialect.name == "postgresql" and table in steps:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery())))


def _called_otherwise(original: Any) -> ColumnElement[str]:
    """What a copy is found by: the names that its flag says, and the seller's own in both turns."""
    platform, number = "amazon:", func.lower(names.c.number)
    return case(
        (original.field != Field.SELLER.value, original.beginning),
        (original.beginning.startswith(platform), literal(platform) + number),
        else_=number + literal(f" {platform}"),
    )


def _new_id(connection: Connection) -> ColumnElement[str]:
    if connection.dialect.name == "sqlite":
        return func.lower(func.hex(func.randomblob(16)))
    return func.gen_random_uuid().cast(String)
