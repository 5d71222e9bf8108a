"""Says at the end of a run how many items of traffic and lines of the log the leak tests have looked at.

A plugin of pytest, named on the command line (``-p tests.leaks.counted``): where tests run in several processes,
only the parent writes.
"""

import pytest

WHEN = {"teardown": "traffic inspected", "call": "plays inspected"}
"""The report in which a count comes, so that each is counted once."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    inspected = sum(
        int(str(value))
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == WHEN.get(getattr(report, "when", ""))
    )
    if inspected:
        terminalreporter.write_line(f"leak tests: {inspected} items of traffic and log inspected")
