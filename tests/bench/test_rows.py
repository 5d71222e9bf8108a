import json
from pathlib import Path

import pytest

from tests.bench.figures import Figure, all_figures, choose
from tests.bench.load import Burst, is_whole
from tests.bench.processes import BenchError
from tests.bench.rows import Measured, row, table, write_json

FLOOR = Figure("floor.c1.rate", "1/s")
OURS = Figure("case.sqlite.c1.rate", "1/s")


def names(*words: str) -> set[str]:
    return {figure.name for figure in choose(all_figures(), words)}


def test_a_ratio_is_taken_within_each_round_and_then_its_median() -> None:
    found = row(OURS, Measured(values=[50.0, 30.0, 8.0], floor=[100.0, 50.0, 10.0]))
    assert (found.value, found.ratio) == (30.0, 0.6)


def test_the_spread_is_half_of_what_lies_between_the_rounds() -> None:
    assert row(FLOOR, Measured([90.0, 100.0, 110.0])).spread == pytest.approx(0.1)


def test_a_value_without_its_floor_is_an_error_and_no_ratio() -> None:
    with pytest.raises(ValueError, match="is shorter than"):
        row(OURS, Measured(values=[50.0, 30.0], floor=[100.0]))


@pytest.mark.parametrize(
    ("unit", "ratio", "met"), [("1/s", 0.5, True), ("1/s", 0.4, False), ("ms", 0.5, True), ("ms", 0.6, False)]
)
def test_a_target_is_met_in_the_direction_of_its_unit(unit: str, ratio: float, met: bool) -> None:
    assert Figure("made.up", unit, target=0.5).met(1.0, ratio) is met


@pytest.mark.parametrize(("ratio", "met"), [(1.04, True), (0.96, True), (1.06, False), (0.9, False)])
def test_what_may_not_tell_is_neither_slower_nor_quicker(ratio: float, met: bool) -> None:
    assert Figure("made.up", "ms", target=1.05, both_ways=True).met(1.0, ratio) is met


def test_a_comparison_is_divided_by_what_its_other_side_gave() -> None:
    (figure,) = choose(all_figures(), ["scale.sqlite.cases.million"])
    found = row(figure, Measured(values=[12.0, 13.0, 11.0], floor=[10.0, 10.0, 10.0]))
    assert figure.is_comparison
    assert (found.ratio, figure.met(found.value, found.ratio)) == (1.2, True)


def test_nothing_is_met_where_nothing_was_asked_for() -> None:
    assert OURS.met(1.0, 0.5) is None


@pytest.mark.parametrize(("value", "met"), [(24.9, True), (25.1, False)])
def test_what_stands_alone_has_a_target_of_its_own(value: float, met: bool) -> None:
    (figure,) = choose(all_figures(), ["identifiers.line"])
    found = row(figure, Measured([value]))
    assert (found.ratio, figure.met(found.value, found.ratio)) == (None, met)


def test_a_word_chooses_all_that_has_its_parts() -> None:
    assert names("flag.sqlite.c64.rate") == {"flag.sqlite.c64.rate", "flag.sqlite.slow-slack.c64.rate"}
    assert names("start", "memory.floor") >= {"start.floor", "start.postgresql"}


def test_no_word_chooses_everything() -> None:
    assert names() == {figure.name for figure in all_figures()}


def test_a_word_that_fits_nothing_is_refused_with_those_that_do() -> None:
    with pytest.raises(BenchError, match=r"nothing is called flags; names are made of: .*flag"):
        choose(all_figures(), ["flag", "flags"])


def test_the_json_has_the_promised_keys_and_three_figures_of_each_number(tmp_path: Path) -> None:
    write_json([row(OURS, Measured([0.123456], [1234.567]))], tmp_path / "rows.json")
    assert json.loads((tmp_path / "rows.json").read_text()) == [
        {
            "name": "case.sqlite.c1.rate",
            "value": 0.123,
            "unit": "1/s",
            "ratio": 0.0001,
            "target": None,
            "met": None,
        }
    ]


def test_the_table_names_direction_and_spread() -> None:
    line = table([row(FLOOR, Measured([90.0, 100.0, 110.0]))]).splitlines()[1]
    assert line.split() == ["floor.c1.rate", "100", "1/s", "±10%", "higher", "–"]


def test_a_percentile_is_the_time_within_which_that_share_of_the_answers_came() -> None:
    burst = Burst(seconds=2.0, latencies=[second / 1000 for second in range(100, 0, -1)])
    assert (burst.percentile(0.99), burst.percentile(0.5), burst.rate) == (99.0, 50.0, 50.0)


def test_an_answer_is_whole_with_the_last_byte_of_its_body() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    assert [is_whole(head[:20]), is_whole(head + b"o"), is_whole(head + b"ok")] == [False, False, True]


def test_an_answer_without_a_length_is_refused() -> None:
    with pytest.raises(BenchError, match="without a length"):
        is_whole(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
