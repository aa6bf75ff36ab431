"""Read typed CSV tables. The schema is data: `tables/schema.yaml`."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from corpus.errors import CorpusError
from corpus.types import Row, Table, Value
from corpus.utf8 import decoded
from corpus.yaml_text import BadYaml, parse_yaml

TYPES = ("text", "number", "list", "flag")
"""`list` is semicolon-separated; `flag` is yes or blank. A trailing `!` in the schema: never blank."""


_NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")
"""Python reads more as a number: 1_000, and the digits of every script."""


def read_tables(folder: Path) -> dict[str, Table]:
    """All tables that the folder's `schema.yaml` describes. Raises CorpusError."""
    schema = _schema(folder / "schema.yaml")
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in schema:
            raise CorpusError(path, 1, f"a table of schema.yaml ({', '.join(schema)})", path.name, "describe it there")
    return {name: read_table(folder / f"{name}.csv", columns) for name, columns in schema.items()}


def read_table(path: Path, columns: Mapping[str, str]) -> Table:
    """Read one CSV against its columns (name → type). Raises CorpusError naming file, line and column."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise CorpusError(path, 1, "this table, named in schema.yaml", "no file", "add it, or drop it there") from None
    try:
        lines = csv.reader(io.StringIO(decoded(path, raw, "utf-8-sig"), newline=""), strict=True)
        header = next(lines, [])
        _check_header(path, header, columns)
        rows, seen = [], dict[str, Row]()
        for cells in lines:
            row = _row(path, lines.line_num, header, cells, columns)
            if row.id in seen:
                raise CorpusError(path, row.number, "an id of its own", repr(row.id), "rename or merge the rows")
            seen[row.id] = row
            rows.append(row)
    except csv.Error as error:
        raise CorpusError(path, 1, "a CSV file", str(error), "quote cells that hold commas or quotes") from None
    digest = hashlib.sha256(raw).hexdigest()
    return Table(path.stem, path, tuple(header), tuple(rows), digest, MappingProxyType(seen))


def _schema(path: Path) -> dict[str, dict[str, str]]:
    try:
        schema: Any = parse_yaml(decoded(path, path.read_bytes()))
    except FileNotFoundError:
        raise CorpusError(path, 1, "the schema of the tables", "no file", "see corpus/README.md") from None
    except BadYaml as error:
        raise CorpusError(path, error.line, "YAML", error.problem, "mend it") from None
    if not _is_named(schema) or not all(_is_named(columns) for columns in schema.values()):
        raise CorpusError(path, 1, "tables, each with its columns and their types", "something else", "mend it")
    for name, columns in schema.items():
        for column, kind in columns.items():
            if str(kind).rstrip("!") not in TYPES:
                raise CorpusError(path, 1, f"{name}.{column}: {' | '.join(TYPES)}", repr(kind), "mend the type")
    return {name: {column: str(kind) for column, kind in columns.items()} for name, columns in schema.items()}


def _is_named(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) for name in value)


def _check_header(path: Path, header: list[str], columns: Mapping[str, str]) -> None:
    for name in header:
        if name not in columns:
            raise CorpusError(path, 1, f"the columns {', '.join(columns)}", f"unknown column {name!r}", "rename it")
    for name in columns:
        if header.count(name) != 1:
            found, remedy = ("two", "drop one") if name in header else ("none", "add it to the header")
            raise CorpusError(path, 1, f"a column {name!r}", found, remedy)


def _row(path: Path, line: int, header: list[str], cells: list[str], columns: Mapping[str, str]) -> Row:
    if len(cells) != len(header):
        raise CorpusError(path, line, f"{len(header)} cells", str(len(cells)), "quote cells that hold a comma")
    values = {
        name: _value(path, line, name, cell.strip(), columns[name]) for name, cell in zip(header, cells, strict=True)
    }
    identity = values.get("id")
    return Row(str(identity) if identity else str(line), line, MappingProxyType(values))


def _value(path: Path, line: int, column: str, cell: str, kind: str) -> Value:
    required, kind = kind.endswith("!"), kind.rstrip("!")
    if not cell:
        if required:
            raise CorpusError(path, line, f"a value in {column!r}", "a blank cell", "fill it in")
        return () if kind == "list" else None
    if kind == "number":
        return _number(path, line, column, cell)
    if kind == "list":
        return tuple(item.strip() for item in cell.split(";") if item.strip())
    if kind == "flag" and cell not in ("yes", "no"):
        raise CorpusError(path, line, f"yes, no or blank in {column!r}", repr(cell), "mend the cell")
    return cell if cell != "no" or kind != "flag" else None


def _number(path: Path, line: int, column: str, cell: str) -> float:
    try:
        value = float(cell) if _NUMBER.fullmatch(cell) else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        remedy = "write digits with a point; leave it blank where unknown"
        raise CorpusError(path, line, f"a number in {column!r}", repr(cell), remedy)
    return value
