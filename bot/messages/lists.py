"""What the lists of members and of organisations have in common."""

from bot.domain.errors import NotFound
from bot.messages.blocks import Block, actions, button, context, notice, section


def turning(start: int, size: int, total: int, previous: str, following: str) -> list[Block]:
    """Buttons to the pages before and after, and where one is; nothing where there is one page."""
    if total <= size:
        return []
    buttons = []
    if start > 0:
        buttons.append(button("Previous", previous, str(max(0, start - size))))
    if start + size < total:
        buttons.append(button("Next", following, str(start + size)))
    return [context(f"{start + 1} to {min(start + size, total)} of {total}"), *actions(buttons)]


def start_of_page(value: str) -> int:
    """Where a page begins, as a button says it; one of another shape was not made by us."""
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise NotFound("This list is too old. Type /op again.")
    return int(value)


def done(title: str, text: str) -> Block:
    """What stands in place of a form that has been carried out."""
    return notice(title, [section(text)])
