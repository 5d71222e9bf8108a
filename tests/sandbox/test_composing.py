"""What somebody types becomes what Slack's composer makes of it."""

from typing import Any

import pytest

from sandbox.client import Sandbox
from sandbox.persona import Persona


def text(words: str, *styles: str) -> dict[str, Any]:
    return {"type": "text", "text": words} | ({"style": dict.fromkeys(styles, True)} if styles else {})


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


@pytest.mark.parametrize(
    ("typed", "elements"),
    [
        ("a *bold* word", [text("a "), text("bold", "bold"), text(" word")]),
        ("_so_, ~not~", [text("so", "italic"), text(", "), text("not", "strike")]),
        ("*_both_*", [text("both", "italic", "bold")]),
        ("`a *raw* @dhl-analyst-1 <b>`", [text("a *raw* @dhl-analyst-1 <b>", "code")]),
        ("*ask @dhl-analyst-1*", [
            text("ask ", "bold"), {"type": "user", "user_id": "U0DHL1", "style": {"bold": True}},
        ]),
        ("2*3*4, a_b_c and * alone *", [text("2*3*4, a_b_c and * alone *")]),
        ("https://shop.example/_a_/x", [{"type": "link", "url": "https://shop.example/_a_/x"}]),
    ],
)  # fmt: skip
def test_signs_in_the_composer_become_styles(
    analyst: Persona, typed: str, elements: list[dict[str, Any]]
) -> None:
    message = analyst.says(typed, "C0OPS").raw
    assert message["blocks"][0]["elements"] == [section(*elements)]


def test_the_text_keeps_the_signs_and_escapes_what_stands_between_them(analyst: Persona) -> None:
    assert analyst.says("*<b>* `a & b`", "C0OPS").raw["text"] == "*&lt;b&gt;* `a &amp; b`"


def test_quotes_and_fences_are_parts_of_their_own(analyst: Persona) -> None:
    message = analyst.says("see\n> what *they* said\n> twice\n```\nparcel *1*\n```\nthen", "C0OPS").raw
    kinds = [(part["type"], part["elements"]) for part in message["blocks"][0]["elements"]]
    assert kinds == [
        ("rich_text_section", [text("see")]),
        ("rich_text_quote", [text("what "), text("they", "bold"), text(" said\ntwice")]),
        ("rich_text_preformatted", [text("parcel *1*")]),
        ("rich_text_section", [text("then")]),
    ]
    assert message["text"] == "see\n&gt; what *they* said\n&gt; twice\n```parcel *1*```\nthen"


def test_a_command_is_sent_as_it_was_typed(sandbox: Sandbox, analyst: Persona) -> None:
    analyst.types("/flag parcel *3318810025* _fake_", "C0AMAZON")
    (sent,) = sandbox.awaits_traffic("/flag")
    assert "parcel+%2A3318810025%2A+_fake_" in sent["request"]["body"]
