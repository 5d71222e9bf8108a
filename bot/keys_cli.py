"""``python -m bot keys``: the API keys of partners' own systems."""

from typing import Annotated

import typer

from bot.messages.api_keys import in_lines
from bot.services.api_keys import ApiKeys
from bot.terminal import explaining, on_database
from storage.database import utc_now

keys = typer.Typer(help="The API keys with which partners’ own systems flag over HTTP.", no_args_is_help=True)

Organisation = Annotated[str, typer.Argument(help="Its short name, as in the operation file.")]
Name = Annotated[str, typer.Argument(help="Of the system that uses it, such as dhl-screening.")]


@keys.command()
def make(organisation: Organisation, name: Name) -> None:
    """Make a key for an organisation, and show it. It is never shown again: only its hash is kept."""
    with explaining():
        made = on_database(lambda database: ApiKeys(database, utc_now).make(None, organisation, name))
        typer.echo(
            f"{made.key.name} acts for {made.key.organisation_name}. Its key, shown this once:", err=True
        )
        typer.echo(made.token)


@keys.command("list")
def list_keys() -> None:
    """One line for each key: whose it is, how it begins, when it was made, last used or revoked."""
    with explaining():
        for line in in_lines(on_database(lambda database: ApiKeys(database, utc_now).all())):
            typer.echo(line)


@keys.command()
def revoke(name: Name) -> None:
    """End a key: its next request is refused. This cannot be undone; make another."""
    with explaining():
        key = on_database(lambda database: ApiKeys(database, utc_now).revoke(None, name))
        typer.echo(f"{key.name} of {key.organisation_name} is revoked")
