"""What the syntax tree says of the one door: who makes a view, who sees a case, and through what it is found."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FOR_PEOPLE = frozenset({"reader"})
"""The parameter by which a query of the storage says that its answer is for somebody."""

DOORS = frozenset({"visible_to", "keys_of"})


def _trees(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT), ast.parse(path.read_text())


def _names(tree: ast.AST) -> set[str]:
    """Every name that is used, imported or written in an annotation as text."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                found |= {
                    part for alias in names for part in (alias.name.split(".")[-1], alias.asname) if part
                }
            case (
                ast.arg(annotation=ast.Constant(value=str(text)))
                | ast.AnnAssign(annotation=ast.Constant(value=str(text)))
            ):
                found |= _names(ast.parse(text))
    return found


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    yield name


def test_only_the_sharing_door_makes_a_view_of_a_case() -> None:
    makers = {str(path) for path, tree in _trees("bot", "handlers", "storage") if "CaseView" in _calls(tree)}

    assert makers == {"bot/domain/sharing.py"}


def test_nobody_gets_a_changed_view_by_replacing_a_part_of_one() -> None:
    for path, tree in _trees("bot/messages", "bot/services", "handlers"):
        if "CaseView" in _names(tree):
            assert not _ways_to_replace(tree), f"{path} makes views of its own"


def _ways_to_replace(tree: ast.AST) -> list[str]:
    """The calls that copy a dataclass with changes, whatever they are imported as; ``"text".replace`` is none."""
    modules, functions = {"dataclasses", "copy"}, {"__replace__"}
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules |= {alias.asname for alias in names if alias.name in modules and alias.asname}
            case ast.ImportFrom(module="dataclasses" | "copy", names=names):
                functions |= {alias.asname or alias.name for alias in names if "replace" in alias.name}
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [
        ast.unparse(called)
        for called in calls
        if (isinstance(called, ast.Name) and called.id in functions)
        or (isinstance(called, ast.Attribute) and called.attr in functions)
        or ast.unparse(called) in {f"{module}.replace" for module in modules}
    ]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from dataclasses import replace\nreplace(view)", ["replace"]),
        ("from dataclasses import replace as changed\nchanged(view)", ["changed"]),
        ("import dataclasses\ndataclasses.replace(view)", ["dataclasses.replace"]),
        ("import dataclasses as d\nd.replace(view)", ["d.replace"]),
        ("view.__replace__()", ["view.__replace__"]),
        ("'a'.replace('a', 'b')", []),
    ],
)
def test_however_it_is_written_a_replacement_is_found(code: str, found: list[str]) -> None:
    assert _ways_to_replace(ast.parse(code)) == found


def test_no_renderer_and_no_handler_names_a_case_as_it_is_stored() -> None:
    for path, tree in _trees("bot/messages", "handlers"):
        stored = {"Case", "Entry", "Flag", "view_of", "may_see"} & _names(tree)
        assert not stored, f"{path} names {', '.join(sorted(stored))}"


def test_no_handler_and_no_renderer_imports_the_storage() -> None:
    """But the health page, which asks the database whether it is there."""
    for path, tree in _trees("handlers/slack", "bot/messages", "bot/domain"):
        for node in ast.walk(tree):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in modules if name.split(".")[0] == "storage"], (
                f"{path} imports storage"
            )


def test_every_query_for_somebody_goes_through_the_one_condition() -> None:
    queries = 0
    for path, tree in _trees("storage"):
        methods = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)}
        for name, node in methods.items():
            if not FOR_PEOPLE & {argument.arg for argument in node.args.args}:
                continue
            queries += 1
            through = {call for call in _calls(node) if call in methods and call != name}
            called = {*_calls(node), *(call for other in through for call in _calls(methods[other]))}
            assert DOORS & called, f"{path}: {name} finds cases for a reader without asking who may"
    assert queries >= 7, "the look at the queries finds none"


def test_services_find_cases_for_people_only_by_those_queries() -> None:
    """A service that loads a case by its id has the id from a query for the same reader, or looks by ``view_of``."""
    for path, tree in _trees("bot/services"):
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)):
            loads = [
                node
                for node in ast.walk(function)
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("get", "get_many")
                and ast.unparse(node.func.value).endswith(".cases")
            ]
            returned = ast.unparse(function.returns) if function.returns else ""
            if loads and "View" in returned:
                assert {"view_of", "_seen", "seen"} & set(_calls(function)), f"{path}: {function.name}"


PLAYED = frozenset(
    {
        *("chat.postMessage", "chat.postEphemeral", "chat.update", "views.open", "views.push"),
        "views.update",
        *("auth.test", "conversations.info", "conversations.members"),  # these only ask
    }
)
"""Slack's methods by which the plays of this folder see the bot say something, or ask."""

METHOD = re.compile(r"(?:chat|views|files|conversations|users|auth|reactions|canvases|bookmarks)\.[\w.]+")


def test_the_bot_says_nothing_by_a_method_that_the_plays_do_not_see() -> None:
    """Whoever begins to use ``views.publish`` or ``chat.unfurl`` has them played here, with what is hidden, first."""
    named = {
        node.value
        for _, tree in _trees("bot", "handlers")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and METHOD.fullmatch(node.value)
    }
    called = {
        call
        for _, tree in _trees("bot", "handlers")
        for call in _calls(tree)
        if METHOD.fullmatch(call.replace("_", ".", 1))
    }

    assert named == PLAYED
    assert not called, "by the SDK's own functions, whose names are no methods' names"
