"""Says at the end of a run how many cases of the rule table were put to the test.

A plugin of pytest: ``test_rules.py`` registers it; where tests run in several processes the run's own
``conftest.py`` must name it (``pytest_plugins = ["tests.sandbox.counted"]``), since only the parent writes.
"""

from collections import Counter
from typing import Final

import pytest

PROPERTY: Final = "rule case"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counted: Counter[str] = Counter(
        str(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", None) == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    )
    if counted:
        each = ", ".join(f"{number} {kind}" for kind, number in sorted(counted.items()))
        terminalreporter.write_line(f"block rules: {counted.total()} cases ({each})")
