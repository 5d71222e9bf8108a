"""``python -m bot apply``: what it shows, and that it takes nobody's access away unasked."""

from pathlib import Path

import pytest

from tests.e2e.bots import OPERATION_FILE
from tests.e2e.conftest import StartProcess

pytestmark = pytest.mark.long

LAST_MEMBER = """[[members]]
slack_user = "U0CBP2"
organisation = "cbp"
roles = ["liaison"]
"""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_shows_a_plan_and_asks_before_it_takes(start: StartProcess, tmp_path: Path) -> None:
    fewer = tmp_path / "fewer.toml"
    content = OPERATION_FILE.read_text(encoding="utf-8")
    assert LAST_MEMBER in content
    fewer.write_text(content.replace(LAST_MEMBER, ""), encoding="utf-8")

    first = start("apply", str(OPERATION_FILE))
    assert first.ends() == 0
    assert "+ organisation dhl (DHL)" in first.out
    assert "+ member U0CBP2 of cbp: liaison" in first.out
    again = start("apply", str(OPERATION_FILE))
    assert again.ends() == 0
    assert again.out[0] == "nothing to change"

    unasked = start("apply", str(fewer))
    assert unasked.ends() == 1
    assert unasked.out == ["- member U0CBP2 of cbp: liaison"]
    assert any("nothing was changed; add --yes" in line for line in unasked.log)
    still = start("apply", str(OPERATION_FILE))
    assert still.ends() == 0
    assert still.out[0] == "nothing to change"

    asked = start("apply", str(fewer), "--yes")
    assert asked.ends() == 0
    assert asked.out[0] == "- member U0CBP2 of cbp: liaison"
    after = start("apply", str(OPERATION_FILE))
    assert after.ends() == 0
    assert after.out[0] == "+ member U0CBP2 of cbp: liaison"
