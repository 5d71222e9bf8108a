"""Slack's door. Adding a command, button, form or event is a line in its module's table."""

from handlers.slack import cases, channels, deliveries, digests, flags
from handlers.slack.dispatch import Dispatcher


def register(dispatcher: Dispatcher) -> None:
    """Everything Slack can ask of us."""
    dispatcher.commands |= flags.COMMANDS | cases.COMMANDS | digests.COMMANDS
    dispatcher.actions |= flags.ACTIONS | cases.ACTIONS | deliveries.ACTIONS | channels.ACTIONS
    dispatcher.forms |= flags.FORMS | cases.FORMS
    dispatcher.events |= channels.EVENTS
