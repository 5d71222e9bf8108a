"""Slack's door. Adding a command, button, form or event is a line in its module's table."""

from handlers.slack import (
    access_requests,
    api_keys,
    cases,
    channels,
    deliveries,
    digests,
    flags,
    members,
    mentions,
    organisations,
    own_flags,
)
from handlers.slack.dispatch import Dispatcher


def register(dispatcher: Dispatcher) -> None:
    """Everything Slack can ask of us."""
    dispatcher.commands |= flags.COMMANDS | cases.COMMANDS | digests.COMMANDS | members.COMMANDS
    dispatcher.actions |= flags.ACTIONS | cases.ACTIONS | deliveries.ACTIONS | channels.ACTIONS
    dispatcher.actions |= members.ACTIONS | organisations.ACTIONS | access_requests.ACTIONS
    dispatcher.actions |= own_flags.ACTIONS
    dispatcher.forms |= flags.FORMS | cases.FORMS | own_flags.FORMS
    dispatcher.forms |= members.FORMS | organisations.FORMS | access_requests.FORMS
    dispatcher.shortcuts |= flags.SHORTCUTS
    dispatcher.options |= flags.OPTIONS
    dispatcher.actions |= api_keys.ACTIONS
    dispatcher.forms |= api_keys.FORMS
    dispatcher.in_place |= api_keys.IN_PLACE
    dispatcher.in_place |= members.IN_PLACE | organisations.IN_PLACE | access_requests.IN_PLACE
    dispatcher.for_strangers |= access_requests.FOR_STRANGERS
    dispatcher.events |= channels.EVENTS
    dispatcher.events |= mentions.EVENTS
