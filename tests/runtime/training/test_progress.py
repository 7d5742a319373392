import io
import re
from collections.abc import Iterator
from itertools import count

import pytest
from rich.cells import cell_len
from rich.console import Console

from runtime.training.history import EpochRecord
from runtime.training.progress import Progress, duration

FIRST = EpochRecord(1, 0.41234, 0.8765, 0.31234, 0.91, 12.34)
SECOND = EpochRecord(2, 0.2, 0.95, 0.4, 0.9, 11.0)


def show(console: Console, *, validation: bool = True, clock: Iterator[float] | None = None) -> None:
    """Two epochs of ten, a second between any two looks at the clock."""
    ticks = clock or map(float, count())
    with Progress(console, 10, validation=validation, clock=lambda: next(ticks)) as progress:
        for record, best in ((FIRST, True), (SECOND, False)):
            for step in (1, 2, 3, 4):
                progress.advance(record.epoch, step / 4, 0.5, 0.875)
            progress.settle(record, best=best)


def shown_on(width: int) -> str:
    """What a terminal of that width is sent."""
    output = io.StringIO()
    show(Console(file=output, force_terminal=True, width=width, _environ={}, color_system="standard"))
    return output.getvalue()


def frames(text: str) -> list[str]:
    """The lines as they stood on the terminal one after another, without colours and cursor movements."""
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)
    return [line for line in re.split(r"[\r\n]+", plain) if line.strip()]


def test_plain_lines_where_there_is_no_terminal() -> None:
    output = io.StringIO()
    show(Console(file=output, _environ={}))
    assert output.getvalue() == (
        "epoch      loss  accuracy  val_loss  val_accuracy  seconds\n"
        " 1/10    0.4123    87.65%    0.3123        91.00%     12.3  best\n"
        " 2/10    0.2000    95.00%    0.4000        90.00%     11.0\n"
    )


def test_without_validation_there_are_no_such_columns() -> None:
    output = io.StringIO()
    show(Console(file=output, _environ={}), validation=False)
    assert "val_" not in output.getvalue()
    assert " 1/10    0.4123    87.65%     12.3  best\n" in output.getvalue()


def test_a_terminal_shows_a_live_line_and_settled_ones() -> None:
    shown = frames(shown_on(100))
    # One look at the clock at the start and one for each call: of 40 quarters, the first is done after a second.
    assert f" 1/10 {'━' * 8}{'─' * 22}  loss 0.5000  accuracy 87.50%  0:39 left" in shown
    assert f" 2/10 {'━' * 15}{'─' * 15}  loss 0.5000  accuracy 87.50%  0:34 left" in shown
    assert " 1/10    0.4123    87.65%    0.3123        91.00%     12.3  best" in shown


def test_the_live_line_is_gone_at_the_end() -> None:
    text = shown_on(100)
    assert text.endswith("\x1b[2K")  # erases the line that the cursor is on
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1  # the cursor is hidden, and shown again


def test_the_live_line_is_gone_after_an_error_too() -> None:
    output = io.StringIO()
    with pytest.raises(StopIteration):
        show(Console(file=output, force_terminal=True, width=80, _environ={}), clock=iter([0.0, 1.0, 2.0]))
    assert "\x1b[?25h" in output.getvalue()


@pytest.mark.parametrize("width", range(5, 130, 5))
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(cell_len(frame) for frame in frames(shown_on(width))) <= width


def test_a_narrow_terminal_shows_whole_figures_and_the_most_telling_ones() -> None:
    shown = frames(shown_on(40))
    assert "epoch  accuracy  val_accuracy" in shown
    assert " 1/10    87.65%        91.00%  best" in shown
    assert "  1/10  accuracy 87.50%  0:39 left".strip() in {frame.strip() for frame in shown}


def test_frames_are_few() -> None:
    quick = (tick / 1000 for tick in count())  # a millisecond from one call to the next
    output = io.StringIO()
    show(Console(file=output, force_terminal=True, width=100, _environ={}), clock=quick)
    assert output.getvalue().count(" left") <= 1


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_colours_are_left_out_on_request(variable: str, value: str) -> None:
    output = io.StringIO()
    show(Console(file=output, force_terminal=True, width=100, _environ={variable: value}))
    assert "\x1b[32m" not in output.getvalue()
    assert "\x1b[36m" not in output.getvalue()
    assert "\x1b[32m" in shown_on(100)  # the mark of the best epoch


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0:00"), (7, "0:07"), (59.6, "1:00"), (750, "12:30"), (3723, "1:02:03")]
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text
