"""Every command, button and form there is, asked for what is hidden. One that is new tomorrow is asked too."""

import json

from handlers.slack import register
from handlers.slack.dispatch import Dispatcher
from handlers.slack.inflight import Inflight
from tests.leaks.oracle import Case, Mark
from tests.leaks.people import ADMIN, STRANGER
from tests.leaks.world import World, seller

OUTSIDERS = ("U0CBP1", "U0CBP9", ADMIN, STRANGER)


def _doors(world: World) -> Dispatcher:
    program = world.bot.program
    dispatcher = Dispatcher(program.services, program.installation, program.slack, Inflight())
    register(dispatcher)
    return dispatcher


def _hidden(world: World) -> list[Case]:
    """A case for each reason to be hidden from the outsiders."""
    cases = [
        world.flag("U0AMAZON1", seller(), Mark("amber", frozenset({"dhl"}))),
        world.flag("U0IPRC1", seller(), Mark("red")),
    ]
    world.names_are_open = True  # who is on which list is no secret of a case
    return [case for case in cases if case is not None]


def test_no_command_tells_of_what_is_hidden(world: World) -> None:
    hidden = _hidden(world)
    commands = _doors(world).commands
    assert len(commands) >= 4

    with world.held_back():
        for user in OUTSIDERS:
            for command in commands:
                for text in ("", "help", "mine", "now", "members", "organisations", "keys"):
                    world.types(user, f"{command} {text}")
                for case in hidden:
                    for text in (
                        case.reference,
                        case.subject,
                        f"seller {case.subject}",
                        f"{case.reference} disclosures",
                    ):
                        if command != "/flag":
                            world.types(user, f"{command} {text}")


def test_no_button_tells_of_what_is_hidden(world: World) -> None:
    hidden = _hidden(world)
    actions = _doors(world).actions
    assert len(actions) >= 10

    with world.held_back():
        for user in OUTSIDERS:
            for action in actions:
                for case in hidden:
                    world.clicks_and_closes(user, action, case.reference)
                    world.clicks_and_closes(user, action, f"{case.reference} 1")


def test_no_form_tells_of_what_is_hidden(world: World) -> None:
    hidden = _hidden(world)
    forms = _doors(world).forms
    assert len(forms) >= 4

    with world.held_back():
        for user in OUTSIDERS:
            for form in forms:
                for case in hidden:
                    for number in (None, 1):
                        named = {"reference": case.reference, "number": number, "response_url": ""}
                        world.submits_forged(user, form, json.dumps(named))


def test_no_list_of_options_tells_of_what_is_hidden(world: World) -> None:
    hidden = _hidden(world)
    options = _doors(world).options
    assert len(options) >= 3

    with world.held_back():
        for user in OUTSIDERS:
            for field in options:
                for query in ("", "A", *(case.subject[:3] for case in hidden)):
                    world.is_offered(user, field, query)


def test_no_shortcut_on_a_message_tells_of_what_is_hidden(world: World) -> None:
    hidden = _hidden(world)
    shortcuts = _doors(world).shortcuts
    assert shortcuts

    with world.held_back():
        for user in OUTSIDERS:
            for shortcut in shortcuts:
                for case in hidden:
                    world.uses_shortcut(user, shortcut, f"{case.reference} {case.subject}")
