"""Files into rows: CSV, JSON lines and Parquet, each value as text, each row with its line number."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from regulars.interfaces.commandline.imports.rows import Problem, Row
from regulars.kernel.errors import Refusal

ROWS_AT_A_TIME = 1_000
SAMPLE_ROWS = 1_000
"""How many JSON lines are looked at to learn the columns."""
CHUNK = 1 << 20
LARGEST_VALUE = 1 << 20
"""Characters in one CSV value. A missing quotation mark would otherwise swallow the rest of the file."""
DEEPEST = 4
"""Levels of nested objects that are looked at; no export keeps its members deeper."""
GUARD = "'"
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What begins so is a formula to a spreadsheet: the errors file puts GUARD before it, reading that file removes it."""
NOTES = ("import line", "import problem", "import remedy")
"""Columns that the errors file adds."""

_NESTED = (dict, list)
_DELIMITERS = {"tab": "\t", "\\t": "\t"}

# Numbers stay as they are written: 12.10 is not to become 12.1 or 12.099999.
_decode = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str).decode

Read = Iterator[Row | Problem]


@dataclass(frozen=True, slots=True)
class Source:
    """A file ready to be read, as often as wanted. size: bytes of a text file, rows of a Parquet file.

    column: the values of one column, quicker than `rows`; nothing for nested records, which hold a whole order each.
    """

    path: Path
    kind: str
    columns: tuple[str, ...]
    size: int
    rows: Callable[[], Read]
    column: Callable[[str], Iterator[str]]


def open_source(path: Path, *, encoding: str = "utf-8", delimiter: str | None = None) -> Source:
    """Look at the file and prepare to read it. Raises Refusal when it cannot be read at all."""
    if not path.is_file():
        raise _bad_file(path, "there is no such file", "Check the name and the folder.")
    if path.stat().st_size == 0:
        raise _bad_file(path, "it is empty", "Export it again.")
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except OSError as error:
        raise _bad_file(path, f"it cannot be opened ({error.strerror})", "Check who may read it.") from None
    suffix = path.suffix.lower()
    if head == b"PAR1":
        return _parquet(path)
    if head[:2] == b"PK" or head == b"\xd0\xcf\x11\xe0":
        raise _bad_file(path, "it is a spreadsheet or an archive", "Save the sheet as CSV UTF-8, or unpack it.")
    if head[:2] == b"\x1f\x8b":
        raise _bad_file(path, "it is compressed with gzip", f"Unpack it first: gunzip {path.name}")
    if suffix == ".parquet":
        raise _bad_file(path, "it is named .parquet but does not begin as one", "Export it again.")
    _check_encoding(path, encoding)
    if suffix in (".jsonl", ".ndjson", ".json"):
        return _json_lines(path, encoding)
    return _csv(path, encoding, delimiter)


# --- text ---------------------------------------------------------------------------------------------------------


def _check_encoding(path: Path, encoding: str) -> None:
    """Decode the whole file once, so that a wrong encoding is found before anything is written."""
    try:
        "a".encode(encoding)
        decoder = codecs.getincrementaldecoder(encoding)()
    except LookupError:
        raise _bad_file(
            path, f"{encoding!r} is not an encoding", "Use utf-8, cp1252, iso-8859-9 or cp1254, for example."
        ) from None
    line, since, before = 1, 0, b""
    with path.open("rb") as file:
        if encoding.lower().replace("_", "-") in ("utf-8", "utf8") and file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            raise _bad_file(path, "it is UTF-16, not UTF-8", "Add --encoding utf-16, or save it as UTF-8.")
        file.seek(0)
        while True:
            chunk = file.read(CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # The decoder may have kept the first bytes of a broken character from the chunk before.
                held = len(error.object) - len(chunk)
                data, start = before[len(before) - held :] + chunk, error.start
                line += data[held:start].count(b"\n") if start > held else 0
                last = data.rfind(b"\n", 0, start)
                place = start - last if last >= 0 else since - held + start + 1
                raise _bad_encoding(path, encoding, line, place, data[start]) from None
            if not chunk:
                return
            line += chunk.count(b"\n")
            last = chunk.rfind(b"\n")
            since = len(chunk) - last - 1 if last >= 0 else since + len(chunk)
            before = chunk


def _bad_encoding(path: Path, encoding: str, line: int, place: int, byte: int) -> Refusal:
    name = path.name
    return Refusal(
        "bad_encoding",
        f"The file is not {encoding.upper()}",
        detail=f"{name}, line {line}, byte {place} of the line: 0x{byte:02X} cannot stand there in {encoding.upper()}.",
        remedy="Tell us the encoding, for example --encoding cp1252 (Windows, Western), cp1254 (Windows, Turkish), "
        f"or convert the file: iconv -f cp1252 -t utf-8 {name} > utf8-{name}",
        field="encoding",
    )


def _csv(path: Path, encoding: str, delimiter: str | None) -> Source:
    text = _text(encoding)
    with path.open(encoding=text, newline="") as file:
        first = file.readline()
    mark = _DELIMITERS.get(delimiter or "", delimiter) or max(",;\t|", key=first.count)
    if len(mark) != 1:
        raise _bad_file(path, f"--delimiter {mark!r} is not one character", "Give one, or tab.")
    columns = tuple(name.strip() for name in next(csv.reader([first], delimiter=mark), []))
    if not any(columns):
        raise _bad_file(path, "its first line is empty", "The first line must name the columns.")
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise _bad_file(path, f"it has two columns named {twice[0]!r}", "Give each column a name of its own.")
    guarded = set(NOTES) <= set(columns)

    csv.field_size_limit(LARGEST_VALUE)

    def rows() -> Read:
        with path.open("rb") as file:
            reader = csv.reader(TextIOWrapper(file, encoding=text, newline=""), delimiter=mark, strict=True)
            next(reader)
            yield from _csv_rows(reader, columns, mark, guarded, reached=file.tell)

    def column(name: str) -> Iterator[str]:
        place = columns.index(name)
        with path.open(encoding=text, newline="") as file, suppress(csv.Error):
            for cells in islice(csv.reader(file, delimiter=mark, strict=True), 1, None):
                yield cells[place].strip() if len(cells) > place else ""

    named = tuple(name for name in columns if name and name not in NOTES)
    return Source(path, "CSV", named, path.stat().st_size, rows, column)


def _csv_rows(reader: Any, columns: tuple[str, ...], mark: str, guarded: bool, reached: Callable[[], int]) -> Read:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Problem(
                line,
                f"The line cannot be read: {error}.",
                "Look for a quotation mark that is not closed or not doubled. The rest of the file was not read.",
            )
            return
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        if guarded:
            cells = [cell[1:] if cell[:1] == GUARD and cell[1:2] in RISKY else cell for cell in cells]
        # Shorter rows are common (trailing empty cells left out); longer ones have lost their columns.
        row = Row(line, _filled(zip(columns, cells, strict=False)), reached())
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            yield Problem(
                line,
                f"The line has {len(cells)} values, but the first line names {len(columns)} columns.",
                f"Put values that contain {mark!r} in quotation marks.",
                value=mark.join(cells)[:80],
                rows=(row,),
            )
        else:
            yield row


def _filled(pairs: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """The values that say something, as text without outer blanks."""
    return {
        name: text
        for name, value in pairs
        if value is not None and (text := _as_text(value)) and name and name not in NOTES
    }


def _as_text(value: object) -> str:
    return value.strip() if isinstance(value, str) else str(value).lower()


def _text(encoding: str) -> str:
    """UTF-8 files from spreadsheets begin with a byte order mark, which is no part of the first column's name."""
    return "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding


# --- JSON lines ---------------------------------------------------------------------------------------------------


def _json_lines(path: Path, encoding: str) -> Source:
    def rows() -> Read:
        with path.open("rb") as file:
            for line, text in enumerate(TextIOWrapper(file, encoding=_text(encoding)), start=1):
                if text.strip():
                    yield from _json_rows(line, text, file.tell())

    columns: dict[str, None] = {}
    for row in islice(rows(), SAMPLE_ROWS):
        if isinstance(row, Row):
            columns.update(dict.fromkeys(row.values))
    if not columns:
        raise _bad_file(
            path, "no line of it is a JSON object", 'Put one object on each line: {"order_number": "1", ...}'
        )
    return Source(path, "JSON lines", tuple(columns), path.stat().st_size, rows, column=lambda name: iter(()))


def _json_rows(line: int, text: str, reached: int, *, whole: bool = True) -> Read:
    try:
        record = _decode(text)
    except RecursionError:
        yield Problem(line, "The line is nested too deeply.", "Send flat objects.", value=text[:80])
        return
    except ValueError as error:
        yield Problem(line, f"The line is not JSON: {error}.", "Put one whole object on each line.", value=text[:80])
        return
    if not isinstance(record, dict):
        yield Problem(line, "The line is not a JSON object.", 'Write it as {"name": value}.', value=text[:80])
        return
    yield from _record_rows(line, record, reached, whole=whole)


def _record_rows(line: int, record: dict[str, Any], reached: int, *, whole: bool) -> Read:
    """A record as one row, or as one row for every element of its list of objects (an order's lines)."""
    if not any(isinstance(value, _NESTED) for value in record.values()):
        yield Row(line, _filled(record.items()), reached, whole)
        return
    flat: dict[str, Any] = {}
    lists: list[tuple[str, list[dict[str, Any]]]] = []
    for name, value in _flattened("", record):
        if isinstance(value, list) and value and all(isinstance(entry, dict) for entry in value):
            lists.append((name, value))
        elif isinstance(value, list):
            flat[name] = ", ".join(str(entry) for entry in value)
        else:
            flat[name] = value
    if not lists:
        yield Row(line, _filled(flat.items()), reached, whole)
        return
    name, entries = max(lists, key=lambda found: len(found[1]))
    outer = _filled(flat.items())
    for entry in entries:
        inner = ((f"{name}.{key}", value) for key, value in _flattened("", entry) if not isinstance(value, list))
        yield Row(line, {**outer, **_filled(inner)}, reached, whole=True)


def _flattened(prefix: str, record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """{"member": {"email": x}} -> ("member.email", x): text or lists."""
    for key, value in record.items():
        if isinstance(value, dict) and prefix.count(".") >= DEEPEST:
            continue
        if isinstance(value, dict):
            yield from _flattened(f"{prefix}{key}.", value)
        else:
            yield f"{prefix}{key}", value


# --- Parquet ------------------------------------------------------------------------------------------------------


def _parquet(path: Path) -> Source:
    try:
        with duckdb.connect() as db:
            columns = tuple(entry[0] for entry in db.execute(_PARQUET_COLUMNS, [str(path)]).description or ())
            counted = db.execute(_PARQUET_SIZE, [str(path)]).fetchone()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise _bad_file(path, f"it cannot be read as Parquet ({reason})", "Export it again.") from None

    def rows() -> Read:
        with duckdb.connect() as db:
            result = db.execute(_PARQUET_ROWS, [str(path)])
            number = 0
            while batch := result.fetchmany(ROWS_AT_A_TIME):
                for (text,) in batch:
                    number += 1
                    yield from _json_rows(number, text, number, whole=False)

    def column(name: str) -> Iterator[str]:
        if name not in columns:
            return
        with duckdb.connect() as db:
            db.read_parquet(str(path)).select(duckdb.ColumnExpression(name).cast("VARCHAR")).create_view("wanted")
            result = db.execute("select * from wanted")
            while batch := result.fetchmany(ROWS_AT_A_TIME):
                yield from (value or "" for (value,) in batch)

    learned: dict[str, None] = {}
    for row in islice(rows(), SAMPLE_ROWS):
        if isinstance(row, Row):
            learned.update(dict.fromkeys(row.values))
    # Columns that are empty in the sample count too, unless they are the shells of nested ones.
    shells = {name.partition(".")[0] for name in learned if "." in name}
    learned.update(dict.fromkeys(name for name in columns if name not in shells))
    return Source(path, "Parquet", tuple(learned), counted[0] if counted else 0, rows, column)


# Rows come as JSON: decimals keep their places, times are ISO 8601 with their offset, nested values stay whole.
_PARQUET_COLUMNS = "select * from read_parquet(?) limit 0"
_PARQUET_SIZE = "select count(*) from read_parquet(?)"
_PARQUET_ROWS = "select to_json(record)::varchar from read_parquet(?) as record"


def _bad_file(path: Path, why: str, remedy: str) -> Refusal:
    return Refusal("bad_file", "The file cannot be imported", detail=f"{path}: {why}.", remedy=remedy, field="file")
