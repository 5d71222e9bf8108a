"""The rules by which Slack refuses messages, modals, Home tabs and unfurls. Pure: no I/O, no clock.

``table.py`` is the one table of blocks, elements and objects; ``walk.py`` reads it; ``payload.py`` knows what
spans a whole payload; ``message.py``, ``view.py`` and ``unfurl.py`` are the three questions one can ask.
"""

from sandbox.rules.message import check_message
from sandbox.rules.payload import blocks_of
from sandbox.rules.unfurl import check_unfurl
from sandbox.rules.verdict import Verdict
from sandbox.rules.view import check_view

__all__ = ["Verdict", "blocks_of", "check_message", "check_unfurl", "check_view"]
