"""Says at the end of a run how many cases of the block rules were put to the test.

A plugin of pytest, named by the tests of the rules. Where tests run in several processes the run itself must name it
(``-p tests.sandbox.counted``), since only the parent writes.
"""

import re
from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counted: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", ()):
        case = re.search(r"test_rules\w*\.py::test_slack_(\w+)\[", report.nodeid)
        if case is not None and report.when == "call":
            counted[case[1].replace("_", " ")] += 1
    if counted:
        terminalreporter.write_line(f"block rules: {counted.total()} cases passed")
        for kind, number in counted.most_common():
            terminalreporter.write_line(f"  {number:5} Slack {kind}")
