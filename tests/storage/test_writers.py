"""SQLite's one writer: one at a time, people first, and nobody is forgotten."""

import asyncio

import pytest

from storage.writers import BACKGROUND, TURNS, Writers


class Line:
    """Remembers in which order those who wait come to write."""

    def __init__(self) -> None:
        self.writers = Writers()
        self.order: list[str] = []
        self.inside = 0

    async def write(self, name: str, *, background: bool = False) -> None:
        BACKGROUND.set(background)
        async with self.writers:
            self.inside += 1
            assert self.inside == 1
            self.order.append(name)
            await asyncio.sleep(0)
            self.inside -= 1

    def wait(self, name: str, *, background: bool = False) -> asyncio.Task[None]:
        return asyncio.create_task(self.write(name, background=background))


async def let_them_queue() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


@pytest.fixture
def line() -> Line:
    return Line()


async def test_people_write_before_the_background_in_the_order_they_came(line: Line) -> None:
    async with line.writers:
        waiting = [line.wait("worker", background=True), line.wait("first"), line.wait("second")]
        await let_them_queue()
    await asyncio.gather(*waiting)
    assert line.order == ["first", "second", "worker"]


async def test_the_background_has_its_turn_however_many_people_come(line: Line) -> None:
    async with line.writers:
        waiting = [line.wait("worker", background=True), *(line.wait("person") for _ in range(3 * TURNS))]
        await let_them_queue()
    await asyncio.gather(*waiting)
    assert line.order.index("worker") < TURNS


async def test_who_gives_up_waiting_is_passed_over(line: Line) -> None:
    async with line.writers:
        leaving, staying = line.wait("leaving"), line.wait("staying")
        await let_them_queue()
        leaving.cancel()
    await staying
    assert line.order == ["staying"]


async def test_who_is_cancelled_as_their_turn_comes_gives_it_on(line: Line) -> None:
    async with line.writers:
        leaving, staying = line.wait("leaving"), line.wait("staying")
        await let_them_queue()
    leaving.cancel()  # its turn has been called, and it has not begun yet
    await staying
    assert line.order == ["staying"]


async def test_what_raises_gives_its_turn_on(line: Line) -> None:
    with pytest.raises(ZeroDivisionError):
        async with line.writers:
            raise ZeroDivisionError
    await line.write("next")
    assert line.order == ["next"]
