import random

import pytest

from spec_lang import Source, decode
from spec_lang.language_server.positions import UNITS, Place, Positions, line_end, normalised, replaced

EMOJI = "a🙂é b"  # 1, 2 and 4 bytes in UTF-8; a surrogate pair in UTF-16


@pytest.mark.parametrize(
    ("encoding", "columns"),
    [("utf-8", [0, 1, 5, 7, 8, 9]), ("utf-16", [0, 1, 3, 4, 5, 6]), ("utf-32", [0, 1, 2, 3, 4, 5])],
)
def test_columns_count_units_of_the_encoding(encoding: str, columns: list[int]) -> None:
    positions = Positions(Source("n", f"x\n{EMOJI}\n"), encoding)
    assert [positions.place(2 + offset) for offset in range(6)] == [Place(1, column) for column in columns]
    assert [positions.offset(1, column) for column in columns] == [2 + offset for offset in range(6)]


@pytest.mark.parametrize("encoding", UNITS)
def test_positions_beyond_a_line_or_the_text_are_clamped(encoding: str) -> None:
    positions = Positions(Source("n", "ab\n🙂\n"), encoding)
    assert positions.offset(0, 99) == 2
    assert positions.offset(1, 99) == 4
    assert positions.offset(2, 5) == 5
    assert positions.offset(9, 0) == 5
    assert positions.offset(-1, 3) == 0
    assert positions.offset(0, -3) == 0
    assert positions.place(99) == Place(2, 0)


def test_a_position_inside_a_character_is_that_before_it() -> None:
    assert Positions(Source("n", "🙂x"), "utf-16").offset(0, 1) == 0
    assert Positions(Source("n", "🙂x"), "utf-8").offset(0, 3) == 0


@pytest.mark.parametrize("no_line_end", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_only_the_line_ends_of_the_protocol_end_lines(no_line_end: str) -> None:
    text = f"a{no_line_end}b\nc"
    assert Positions(Source("n", text), "utf-32").place(4) == Place(1, 0)
    assert replaced(text, Place(1, 0), Place(1, 1), "d", "utf-32") == f"a{no_line_end}b\nd"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts_once(end: str) -> None:
    text = f"one{end}two{end}{end}four"
    assert replaced(text, Place(3, 0), Place(3, 4), "4", "utf-16") == f"one{end}two{end}{end}4"
    assert replaced(text, Place(0, 99), Place(1, 0), " ", "utf-16") == f"one two{end}{end}four"
    assert Positions(Source("n", normalised(text)), "utf-16").place(9) == Place(3, 0)
    assert line_end(text) == end


def test_a_text_is_normalised_as_a_file_is() -> None:
    text = "\ufeffa\r\nb\rc\n\r\n"
    assert normalised(text) == decode(text.encode())


def test_a_byte_order_mark_counts_where_the_client_has_one() -> None:
    positions = Positions(Source("n", "ab"), "utf-16", marked=True)
    assert positions.place(1) == Place(0, 2)
    assert positions.offset(0, 2) == 1
    assert positions.offset(0, 0) == 0


def test_lone_surrogates_count_too() -> None:
    positions = Positions(Source("n", "\ud800x"), "utf-8")
    assert positions.offset(0, positions.place(1).character) == 1


@pytest.mark.parametrize("encoding", UNITS)
def test_random_edits_give_the_text_of_the_client(encoding: str) -> None:
    """A client of our own, which knows its text as the units of the encoding, edits; both end with one text."""
    random_ = random.Random(5)
    text = "conv 32 3x3 relu  # 🙂 é\r\nflatten\rdense 10 softmax\n"
    pieces = ["🙂", "é", "\n", "\r\n", "\r", "conv", " ", "\u2028", "\x0b", "𝒳"]
    for _ in range(1000):
        start, end = sorted(random_.randrange(len(text) + 1) for _ in range(2))
        end = min(end, start + 6)
        if _splits_a_line_end(text, start) or _splits_a_line_end(text, end):
            continue
        new = "".join(random_.choices(pieces, k=random_.randrange(4)))
        first, last = (_place_by_hand(text, offset, encoding) for offset in (start, end))
        expected = text[:start] + new + text[end:]
        assert replaced(text, first, last, new, encoding) == expected
        text = expected


def _splits_a_line_end(text: str, offset: int) -> bool:
    return text[offset - 1 : offset + 1] == "\r\n"


def _place_by_hand(text: str, offset: int, encoding: str) -> Place:
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n"), before.rpartition("\n")[2]
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    return Place(line, len(column.encode(encoding if encoding == "utf-8" else f"{encoding}-le")) // width)
