"""API keys as admins read them, the form that makes one, and the one time that a key is shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.api_keys import LONGEST_NAME, ApiKey
from bot.domain.errors import InvalidInput
from bot.domain.organisations import Organisation
from bot.messages.blocks import (
    Block,
    Message,
    actions,
    button,
    confirm,
    escape,
    field_input,
    field_value,
    header,
    mention,
    modal,
    option,
    plain,
    section,
    when,
)
from bot.messages.lists import done, turning
from bot.messages.members import OPTIONS_LIMIT

KEYS_PREVIOUS, KEYS_NEXT = "keys.previous", "keys.next"
KEY_MAKE, KEY_REVOKE = "key.make", "key.revoke"
KEY_MAKE_FORM = "key.make.form"


@dataclass(frozen=True, slots=True)
class ApiKeyPage:
    """A part of the list of API keys."""

    keys: tuple[ApiKey, ...]
    start: int
    total: int
    size: int


def key_list(page: ApiKeyPage, lead: str = "") -> Message:
    """Which keys there are, whose they are and when each was last used; each with a way to revoke it."""
    title = f"API keys ({page.total})"
    blocks: list[Block] = [header(title), *([section(lead)] if lead else [])]
    blocks += actions([button("Make a key", KEY_MAKE, "make", style="primary")])
    if not page.total:
        blocks.append(section("No system has a key yet. With one, a partner’s own system flags over HTTP."))
    for key in page.keys:
        line = section(_line(key))
        if key.revoked_at is None:
            question = confirm(
                "Revoke this key?",
                f"Requests with {key.name} are refused from now on. This cannot be undone; a new key can be made.",
                "Revoke",
                "Keep",
            )
            value = f"{page.start} {key.name}"
            line["accessory"] = button("Revoke", KEY_REVOKE, value, style="danger", confirm=question)
        blocks.append(line)
    blocks += turning(page.start, page.size, page.total, KEYS_PREVIOUS, KEYS_NEXT)
    said = "; ".join(f"{key.name} of {escape(key.organisation_name)}{_state(key)}" for key in page.keys)
    return Message(f"{lead} {title}: {said or 'none yet'}".strip(), blocks)


def _line(key: ApiKey) -> str:
    maker = mention(key.made_by) if key.made_by else "the operator"
    used = f"last used on {key.last_used_on:%Y-%m-%d} (UTC)" if key.last_used_on else "never used"
    revoked = f"\n*Revoked* {when(key.revoked_at)}" if key.revoked_at else ""
    return (
        f"*{escape(key.name)}* · {escape(key.organisation_name)} · begins with `{escape(key.hint)}`\n"
        f"Made by {maker} {when(key.made_at)} · {used}{revoked}"
    )


def _state(key: ApiKey) -> str:
    return ", revoked" if key.revoked_at else ""


def key_make_form(organisations: Sequence[Organisation]) -> Block:
    """The form that makes a key."""
    options = [option(each.name, each.key) for each in organisations[:OPTIONS_LIMIT]]
    select: Block = {"type": "static_select", "options": options, "placeholder": plain("Choose one")}
    name: Block = {
        "type": "plain_text_input",
        "max_length": LONGEST_NAME,
        "placeholder": plain("dhl-screening"),
    }
    hint = "The system that will use it. The name stands wherever something was done with the key."
    return modal(
        KEY_MAKE_FORM,
        "Make an API key",
        [
            field_input("organisation", "For which organisation?", select),
            field_input("name", "Name", name, hint=hint),
        ],
        submit="Make",
    )


def read_key_form(view: Block) -> tuple[str, str]:
    """The organisation's key and the name, as the form says them; whether they hold is for the service to say."""
    organisation = field_value(view, "organisation")
    if not organisation:
        raise InvalidInput("Choose an organisation.", "organisation")
    return organisation, field_value(view, "name") or ""


def key_made(key: ApiKey, token: str) -> Block:
    """The key, once. It stands in this modal and nowhere else, and is gone when it is closed."""
    return done(
        "Copy it now",
        f"*{escape(key.name)}* acts for *{escape(key.organisation_name)}*:\n```{token}```\n"
        "This is the only time it is shown. Put it where the system keeps its secrets, never into a message. "
        "If it is lost, revoke it with `/op keys` and make another.",
    )


def revoked_lead(key: ApiKey) -> str:
    """What stands above the list after a key was revoked."""
    return f"*{escape(key.name)}* is revoked."


def in_lines(keys: Iterable[ApiKey]) -> list[str]:
    """The list as the command line shows it, a key a line."""
    return [
        f"{key.name:<{LONGEST_NAME}}  {key.organisation:<12}  {key.hint}…  made {key.made_at:%Y-%m-%d}  "
        + (f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else _used(key))
        for key in keys
    ]


def _used(key: ApiKey) -> str:
    return f"last used {key.last_used_on:%Y-%m-%d}" if key.last_used_on else "never used"
