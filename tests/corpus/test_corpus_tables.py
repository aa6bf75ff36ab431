"""Tables: what is right is typed; what is wrong is refused in one line that says where, what and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_support import assert_one_line
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import CorpusError, Table
from corpus.tables import read_table, read_tables

COLUMNS = {"id": "text!", "name": "text!", "amount": "number", "tags": "list", "fresh": "flag"}
HEADER = "id,name,amount,tags,fresh\n"


def table(folder: Path, content: str | bytes, columns: dict[str, str] | None = None) -> Table:
    path = folder / "foods.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, columns or COLUMNS)


def refused(folder: Path, content: str | bytes) -> CorpusError:
    with pytest.raises(CorpusError) as caught:
        table(folder, content)
    return caught.value


@pytest.mark.parametrize(
    ("content", "line", "named"),
    [
        pytest.param("id,name,amount,tags,fresh,colour\n", 1, "'colour'", id="unknown column"),
        pytest.param("id,name,amount,tags\na,A,1,\n", 1, "'fresh'", id="missing column"),
        pytest.param("id,name,amount,tags,fresh,name\na,A,1,,,B\n", 1, "'name'", id="the same column twice"),
        pytest.param("", 1, "'id'", id="empty file"),
        pytest.param(HEADER + "a,A,1,,\nb,B,some,,\n", 3, "'some'", id="no number"),
        pytest.param(HEADER + "a,A,nan,,\n", 2, "'nan'", id="NaN"),
        pytest.param(HEADER + "a,A,-inf,,\n", 2, "'-inf'", id="infinite"),
        pytest.param(HEADER + 'a,A,"1,000",,\n', 2, "'1,000'", id="thousands apart"),
        pytest.param(HEADER + "a,A,1_000,,\n", 2, "'1_000'", id="underscore in a number"),
        pytest.param(HEADER + "a,A,٣,,\n", 2, "'٣'", id="digits of another script"),
        pytest.param(HEADER + "a,A,1e999,,\n", 2, "'1e999'", id="too large to hold"),
        pytest.param(HEADER + "a,A,trace,,\n", 2, "'amount'", id="a word for a number, column named"),
        pytest.param(HEADER + "a,A,1,,\nb,B,2,,\na,C,3,,\n", 4, "'a'", id="duplicate id"),
        pytest.param(HEADER + "a,A,1,,,extra\n", 2, "6", id="a cell too many"),
        pytest.param(HEADER + "a,A,1\n", 2, "3", id="cells too few"),
        pytest.param(HEADER + "a,A,1,,\n\nb,B,1,,\n", 3, "0", id="a blank line"),
        pytest.param(HEADER + "a,,1,,\n", 2, "'name'", id="blank where required"),
        pytest.param(HEADER + "a,   ,1,,\n", 2, "'name'", id="only blanks where required"),
        pytest.param(HEADER + "a,A,1,,maybe\n", 2, "'maybe'", id="no flag"),
        pytest.param(HEADER + 'a,"A,1,,\n', None, "", id="a quote that never ends"),
        pytest.param(HEADER + 'a,A,"x\ny",,\n', 3, "'x\\ny'", id="a line break in a number"),
        pytest.param((HEADER + "a,A,1,,\nb,B").encode() + b"\xff,1,,\n", 3, "0xff", id="bad UTF-8"),
        pytest.param((HEADER + "a,A,1,,\n").encode("utf-16"), 1, "0xff", id="UTF-16"),
    ],
)
def test_a_malformed_table_is_refused_in_one_line(
    tmp_path: Path, content: str | bytes, line: int | None, named: str
) -> None:
    error = refused(tmp_path, content)
    assert named in str(error)
    assert_one_line(error, tmp_path / "foods.csv", line or error.line)


def test_cells_are_typed_and_blank_is_unknown_never_zero(tmp_path: Path) -> None:
    read = table(tmp_path, HEADER + "a,Kale,0,green; leafy ;,yes\nb,Beef,,,no\n")
    assert [dict(row.cells) for row in read.rows] == [
        {"id": "a", "name": "Kale", "amount": 0.0, "tags": ("green", "leafy"), "fresh": "yes"},
        {"id": "b", "name": "Beef", "amount": None, "tags": (), "fresh": None},
    ]
    assert [row.number for row in read.rows] == [2, 3]
    assert read.by_id["b"].number_of("amount") is None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_newlines_and_a_mark_at_the_start_change_no_cell(tmp_path: Path, newline: str, bom: bytes) -> None:
    content = bom + (HEADER + 'a,"Kale, ""curly""",1.5,x;y,\n').replace("\n", newline).encode()
    (row,) = table(tmp_path, content).rows
    assert (row.text("name"), row.number_of("amount"), row.items("tags")) == ('Kale, "curly"', 1.5, ("x", "y"))


@settings(deadline=None, max_examples=50)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_comes_back_as_it_was(tmp_path_factory: pytest.TempPathFactory, value: float) -> None:
    (row,) = table(tmp_path_factory.mktemp("tables"), f"{HEADER}a,A,{value!r},,\n").rows
    assert row.number_of("amount") == value


@settings(deadline=None, max_examples=80)
@given(st.binary(max_size=120) | st.text(max_size=120).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_table_or_a_one_line_error(tmp_path_factory: pytest.TempPathFactory, tail: bytes) -> None:
    folder = tmp_path_factory.mktemp("tables")
    try:
        table(folder, HEADER.encode() + tail)
    except CorpusError as error:
        assert_one_line(error, folder / "foods.csv", error.line)


def test_asking_a_column_for_what_it_does_not_hold_is_a_type_error(tmp_path: Path) -> None:
    (row,) = table(tmp_path, HEADER + "a,A,1,x,\n").rows
    with pytest.raises(TypeError, match="name"):
        row.number_of("name")
    with pytest.raises(TypeError, match="amount"):
        row.items("amount")


def test_a_table_is_frozen(tmp_path: Path) -> None:
    read = table(tmp_path, HEADER + "a,A,1,,\n")
    with pytest.raises(TypeError):
        read.rows[0].cells["amount"] = 2.0  # type: ignore[index]
    with pytest.raises(TypeError):
        read.by_id["x"] = read.rows[0]  # type: ignore[index]


# --- the schema


@pytest.mark.parametrize(
    ("schema", "line"),
    [
        pytest.param(None, 1, id="no schema"),
        pytest.param("foods: {id: text!, amount: [}\n", 1, id="no YAML"),
        pytest.param("a: {id: text!}\nfoods: {id: text!\n  name: }}\n", None, id="no YAML further down"),
        pytest.param("foods: {id: words!}\n", 1, id="unknown type"),
        pytest.param("", 1, id="empty schema"),
        pytest.param("- foods\n- nutrients\n", 1, id="a list"),
        pytest.param("foods: [id, name]\n", 1, id="columns without types"),
        pytest.param("foods:\n", 1, id="a table without columns"),
        pytest.param(b"foods: {id: text!, n\xff: text}\n", 1, id="bad UTF-8"),
    ],
)
def test_a_malformed_schema_is_refused_in_one_line(
    tmp_path: Path, schema: str | bytes | None, line: int | None
) -> None:
    path = tmp_path / "schema.yaml"
    if schema is not None:
        path.write_bytes(schema if isinstance(schema, bytes) else schema.encode())
    with pytest.raises(CorpusError) as caught:
        read_tables(tmp_path)
    assert_one_line(caught.value, path, caught.value.line if line is None else line)


def test_a_table_named_in_the_schema_must_be_there(tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text("foods: {id: text!}\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_tables(tmp_path)
    assert_one_line(caught.value, tmp_path / "foods.csv", 1)


def test_a_table_that_the_schema_does_not_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "schema.yaml").write_text("foods: {id: text!}\n", encoding="utf-8")
    (tmp_path / "foods.csv").write_text("id\na\n", encoding="utf-8")
    (tmp_path / "fods.csv").write_text("id\na\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        read_tables(tmp_path)
    assert_one_line(caught.value, tmp_path / "fods.csv", 1)
