"""Tables of pictures and their classes, read strictly: what a row says is not guessed. The standard library alone."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from runtime.data.split_names import split_of
from runtime.data.unusable import UnusableError
from runtime.data.walk import is_picture_name

if TYPE_CHECKING:
    from _csv import Reader

_LARGEST: Final = 256_000_000
"""Bytes."""
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}
_HEAD: Final = 64
"""Bytes at the beginning that tell what is no table."""
_EXCEL: Final = "save it as UTF-8; in Excel, as 'CSV UTF-8'"
_OTHERS: Final = (
    (b"PK\3\4", "an Excel workbook or a zip archive", f"{_EXCEL}; an archive, unpack"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook", _EXCEL),
    (b"\x1f\x8b", "packed by gzip", "unpack it"),
    (b"[", "JSON", "write it as a table: pandas.read_json(path).to_csv(path, index=False)"),
    (b"{", "JSON", "write it as a table: pandas.read_json(path).to_csv(path, index=False)"),
    (b"<", "a page or XML", "download the file itself, or save it as CSV"),
)
"""The first bytes of what is no table, what it is, and what to do."""
_QUOTES: Final = 'close each quote on its line, and write quotes within a text twice: ""'


class Row(NamedTuple):
    """A picture and its class."""

    line: int
    """On which it begins."""
    image: str
    label: str
    splits: tuple[tuple[str, str], ...] = ()
    """Other columns that keep images apart, each with the part that it says of this one."""


def rows(file: Path, image: str, label: str) -> Iterator[Row]:
    """The rows of a table in UTF-8 with a header and commas; `image` and `label` name its columns.

    Raises UnusableError, naming the line, where it is anything else, and OSError where it cannot be read.
    """
    if file.is_dir():
        raise UnusableError(
            f"{file} is a folder, not a table", f'for a folder for each class: data folder "{file.name}"'
        )
    if file.stat().st_size > _LARGEST:
        raise UnusableError(f"it is larger than {_LARGEST:,} bytes", "keep the columns of pictures and classes alone")
    try:
        with file.open("rb") as content:
            _check_beginning(content.read(_HEAD))
        with file.open(encoding="utf-8-sig", newline="") as content:
            lines = _lines(csv.reader(content, strict=True))
            _, columns = next(lines, (0, []))
            _check_columns(columns, image, label, lines)
            places = columns.index(image), columns.index(label)
            others = [place for place in range(len(columns)) if place not in places]
            for line, fields in lines:
                row = _row(line, fields, columns, places)
                # A column that says no part in one row keeps nothing apart.
                others = [place for place in others if _part(fields[place])]
                yield row._replace(splits=tuple((columns[place], _part(fields[place])) for place in others))
    except UnicodeDecodeError as error:
        raise UnusableError("it is not encoded in UTF-8", _EXCEL) from error


def _part(cell: str) -> str:
    split = split_of(cell.strip())
    return split.part if split and not split.rest else ""


def _lines(reader: "Reader") -> Iterator[tuple[int, list[str]]]:
    """The fields of each row that has any, with the line on which it begins."""
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what = str(error)
            if "unexpected end" in what or "field limit" in what:
                what = "a quote is opened and never closed"
            raise UnusableError(f"line {line}: {what}", _QUOTES) from error
        if fields:
            yield line, fields


def _row(line: int, fields: list[str], columns: list[str], places: tuple[int, int]) -> Row:
    if len(fields) != len(columns):
        raise UnusableError(
            f"line {line} has {_counted(len(fields))}, the first line {_counted(len(columns))}",
            "put texts that hold commas into quotes"
            if len(fields) > len(columns)
            else "each line has as many fields as the first one: fill it up, or leave it out",
        )
    for place in places:
        if not fields[place].strip():
            raise UnusableError(
                f"line {line}: the column '{columns[place]}' is empty", "fill it in, or leave the row out"
            )
        if "\n" in fields[place] or "\r" in fields[place]:
            raise UnusableError(f"line {line}: the column '{columns[place]}' goes on over the end of the line", _QUOTES)
    if any("\n" in field and _holds_row(field, len(columns), places[0]) for field in fields):
        raise UnusableError(f"line {line}: a quote that is opened there holds whole rows", _QUOTES)
    return Row(line, fields[places[0]], fields[places[1]])


def _holds_row(field: str, columns: int, image: int) -> bool:
    """Whether a line within a field looks like a row: what a quote that nobody closed has taken in."""
    parted = (line.split(",") for line in field.splitlines())
    return any(len(each) >= columns and is_picture_name(each[image].strip()) for each in parted)


def _counted(fields: int) -> str:
    return f"{fields:,} field{'s' * (fields != 1)}"


def _check_beginning(head: bytes) -> None:
    """Raises UnusableError for what other programs write, and is no table in text."""
    for start, what, remedy in _OTHERS:
        if head.startswith(start):
            raise UnusableError(f"it is no table in text, but {what}", remedy)
    if not head.strip():
        raise UnusableError("it is empty", "give it a line with the names of its columns, and one for each picture")


def _check_columns(columns: list[str], image: str, label: str, lines: Iterator[tuple[int, list[str]]]) -> None:
    """Raises UnusableError where a table does not have the columns that the spec names, each once."""
    if image == label:
        raise UnusableError(
            f"image and label name the same column '{image}'", "name the column of the classes: label=…"
        )
    for column in (image, label):
        if columns.count(column) > 1:
            raise UnusableError(f"it has more than one column '{column}'", "give its columns names of their own")
    missing = [column for column in (image, label) if column not in columns]
    if not missing:
        return
    for separator, name in _SEPARATORS.items():
        words = columns[0].split(separator) if len(columns) == 1 else []
        if len(words) > 1 and (separator != " " or {image, label} <= {*words}):
            raise UnusableError(
                f"its columns are separated by {name}, not by commas",
                f"save it with commas: pandas.read_csv(path, sep={separator!r}).to_csv(path, index=False)",
            )
    line, second = next(lines, (0, []))
    if {image, label} <= {*second}:
        raise UnusableError(f"the names of its columns stand on line {line}", f"remove what stands above line {line}")
    there = ", ".join(map(repr, columns))
    pictures = [is_picture_name(column.strip()) for column in columns]
    if any(pictures):
        names = [image if is_picture else label for is_picture in pictures]
        raise UnusableError(
            f"it seems to have no header: its first line is {there}",
            f"write a line above it that names its columns: {','.join(names)}"
            if sorted(names) == sorted((image, label))
            else f"write a line above it that names its columns, {image} and {label} among them",
        )
    if missing[0] in map(str.strip, columns):
        raise UnusableError(
            f"it has blanks beside the names of its columns: {there}",
            "save it without: pandas.read_csv(path, skipinitialspace=True).to_csv(path, index=False)",
        )
    others = [column for column in columns if column and column not in (image, label)]
    # Of several that it might be, none is guessed.
    free = iter(others if len(others) == len(missing) else ())
    named = {
        option: column if column in columns else next(free, "…")
        for option, column in (("image", image), ("label", label))
    }
    options = " ".join(f"{option}={_bare(column)}" for option, column in named.items())
    raise UnusableError(
        f"it has no column '{missing[0]}', only {there}",
        f"rename its columns, or name them behind the path in the spec: {options}",
    )


def _bare(name: str) -> str:
    """A name as a spec writes it."""
    return name if name.isidentifier() or name == "…" else f'"{name}"'
