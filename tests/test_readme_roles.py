"""The README's table of roles is made from the one that decides: ``pytest tests/test_readme_roles.py --update-data``."""

from pathlib import Path

import pytest

from bot.domain.roles import Action, Role, roles_that_may

README = Path(__file__).parent.parent / "README.md"
BEGINNING, END = "<!-- roles -->\n", "<!-- /roles -->"


def table_of_roles() -> str:
    """Each right, and who has it."""
    lines = [f"| a member may | {' | '.join(Role)} |", f"|---|{':-:|' * len(Role)}"]
    for action in Action:
        may = roles_that_may(action)
        lines.append(f"| {action} | {' | '.join('yes' if role in may else '' for role in Role)} |")
    return "\n".join(lines) + "\n"


def test_the_readme_s_table_of_roles_is_the_one_that_decides(pytestconfig: pytest.Config) -> None:
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGINNING)
    written, end, after = rest.partition(END)
    assert end, f"README.md has no table between {BEGINNING.strip()} and {END}"
    if pytestconfig.getoption("--update-data"):
        README.write_text(before + BEGINNING + table_of_roles() + END + after, encoding="utf-8")
        return
    assert written == table_of_roles()
