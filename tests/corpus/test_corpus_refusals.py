"""Broken documents and vocabulary: refused in one line that says where, what was expected, found, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_support import assert_one_line, document_text, front_matter
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import CorpusError, load_corpus
from corpus.markdown import read_document

BODY = "# Iron\n\n## Head\n\nIron is a metal.[^a]\n"
SECTION = "\n  - {heading: Head, aspect: overview}"


def written(block: str, body: str = BODY) -> str:
    return f"---\n{block}---\n\n{body}"


def changed(**changes: str | None) -> str:
    return written(front_matter(["Head"], **changes))


def refused(folder: Path, content: str | bytes) -> CorpusError:
    path = folder / "iron.md"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CorpusError) as caught:
        read_document(path)
    return caught.value


@pytest.mark.parametrize(
    ("content", "at", "named"),
    [
        pytest.param("", None, "---", id="empty file"),
        pytest.param(BODY, "# Iron", "---", id="no front matter"),
        pytest.param("---\nid: iron\n\n# Iron\n", "---", "---", id="front matter that never ends"),
        pytest.param("\n" + changed(), "", "---", id="a line before it"),
        pytest.param("---\n---\n" + BODY, None, "", id="empty front matter"),
        pytest.param(written("just words\n"), "just words", "", id="words"),
        pytest.param(written("- a\n- b\n"), "- a", "", id="a list"),
        pytest.param(written("id: iron\ntitle: Iron: the metal\n"), "title", "", id="a colon in a value"),
        pytest.param(written("id: iron\nx: [1, 2\ny: 3\n"), None, "", id="a bracket that never closes"),
        pytest.param(written("id: iron\n\ttitle: Iron\n"), "\ttitle", "", id="a tab"),
        pytest.param(written("id: !!python/object/apply:os.system ['true']\n"), "id", "", id="a Python object"),
        pytest.param(changed(reviewed=" 2026-99-99"), None, "", id="no date"),
        *(
            pytest.param(changed(**{key: None}), None, f"`{key}:`", id=f"no {key}")
            for key in ("id", "title", "kind", "topics", "sources", "sections")
        ),
        pytest.param(changed(id=""), None, "`id:`", id="blank id"),
        pytest.param(changed(topics=" iron"), None, "`topics:`", id="topics that are no list"),
        pytest.param(changed(sources=" ods"), None, "`sources:`", id="sources that are no list"),
        pytest.param(changed(sources=" [ods]"), None, "'ods'", id="a source that is a word"),
        pytest.param(changed(sources=" [{id: a, title: T, publisher: P}]"), None, "url", id="a source without url"),
        pytest.param(changed(sections=" Head"), None, "`sections:`", id="sections that are no list"),
        pytest.param(changed(sections=" [Head]"), None, "", id="a section that is a word"),
        pytest.param(changed(sections=" [{heading: Head}]"), None, "aspect", id="a section without aspect"),
        pytest.param(changed(sections=" [{heading: Head, aspect: taste}]"), "## Head", "'taste'", id="unknown aspect"),
        pytest.param(
            changed(sections=" [{heading: Head, aspect: overview, questions: what is iron}]"),
            None,
            "questions",
            id="questions that are no list",
        ),
        pytest.param(changed(synonyms=" ferrum"), None, "synonyms", id="synonyms that are no list"),
        pytest.param(changed(kind=" metal"), "kind", "'metal'", id="unknown kind"),
        pytest.param(
            changed(sections=f"{SECTION}\n  - {{heading: More, aspect: foods}}"), None, "'More'", id="a heading missing"
        ),
        pytest.param(
            written(front_matter(["Head"]), f"{BODY}\n## Extra\n\nMore.\n"),
            "## Extra",
            "'Extra'",
            id="a heading too many",
        ),
        pytest.param(
            written(front_matter(["B", "A"]), "## A\n\nOne.\n\n## B\n\nTwo.\n"),
            "## A",
            "'A'",
            id="headings in another order",
        ),
        pytest.param(written(front_matter(["head"])), "## Head", "'Head'", id="a heading in other letters"),
        pytest.param(
            written(front_matter(["Head"]), "## Head\n\nFine.\n\nIron.[^zz]\n"),
            "Iron.[^zz]",
            "[^zz]",
            id="a mark without a source",
        ),
    ],
)
def test_a_broken_document_is_refused_in_one_line(tmp_path: Path, content: str, at: str | None, named: str) -> None:
    error = refused(tmp_path, content)
    assert named in str(error)
    lines = content.split("\n")
    expected = error.line if at is None else next(n for n, line in enumerate(lines, 1) if line.startswith(at))
    assert_one_line(error, tmp_path / "iron.md", expected)
    assert 1 <= error.line <= len(lines)


def test_bytes_that_are_no_utf8_are_refused_at_their_line(tmp_path: Path) -> None:
    raw = changed().encode()
    error = refused(tmp_path, raw.replace(b"a metal", b"m\xe9tal"))
    assert "0xe9" in str(error)
    assert_one_line(error, tmp_path / "iron.md", raw[: raw.index(b"a metal")].count(b"\n") + 1)
    assert_one_line(refused(tmp_path, changed().encode("utf-16")), tmp_path / "iron.md", 1)


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=150), st.text(max_size=60))
def test_any_front_matter_is_a_document_or_a_one_line_error(
    tmp_path_factory: pytest.TempPathFactory, block: str, body: str
) -> None:
    path = tmp_path_factory.mktemp("documents") / "x.md"
    path.write_bytes(f"---\n{block}\n---\n{body}".encode("utf-8", "replace"))
    try:
        read_document(path)
    except CorpusError as error:
        assert_one_line(error, path, error.line)


VALUES = st.recursive(
    st.sampled_from(["iron", "1", "null", "true", "2026-01-01", "''", "0o17", "~", "1.5", "'a: b'"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(inner, max_size=3).map(
            lambda items: "{" + ", ".join(f"k{n}: {v}" for n, v in enumerate(items)) + "}"
        )
    ),
    max_leaves=5,
)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(["id", "title", "kind", "topics", "synonyms", "reviewed", "sources", "sections"]), VALUES)
def test_any_value_of_any_key_is_taken_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: str
) -> None:
    path = tmp_path_factory.mktemp("documents") / "x.md"
    path.write_text(changed(**{key: f" {value}"}), encoding="utf-8")
    try:
        read_document(path)
    except CorpusError as error:
        assert_one_line(error, path, error.line)


# --- a whole corpus


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus of one document and one table, to be broken."""
    for name in ("documents", "tables", "vocabulary"):
        (tmp_path / name).mkdir()
    (tmp_path / "documents" / "iron.md").write_text(document_text({"Head": ["Iron is a metal."]}), encoding="utf-8")
    (tmp_path / "tables" / "schema.yaml").write_text("foods: {id: text!}\n", encoding="utf-8")
    (tmp_path / "tables" / "foods.csv").write_text("id\nfood:kale\n", encoding="utf-8")
    (tmp_path / "vocabulary" / "phrases.yaml").write_text("disclaimer: none\n", encoding="utf-8")
    return tmp_path


def loading(folder: Path) -> CorpusError:
    with pytest.raises(CorpusError) as caught:
        load_corpus(folder)
    return caught.value


def test_a_corpus_in_order_is_loaded_with_the_hash_of_each_file(folder: Path) -> None:
    corpus = load_corpus(folder)
    assert set(corpus.documents) == {"iron"}
    assert set(corpus.files) == {
        "documents/iron.md",
        "tables/foods.csv",
        "tables/schema.yaml",
        "vocabulary/phrases.yaml",
    }


def test_two_documents_of_one_id_are_refused(folder: Path) -> None:
    path = folder / "documents" / "topics" / "other.md"
    path.parent.mkdir()
    path.write_text(document_text({"Head": ["Iron."]}), encoding="utf-8")
    error = loading(folder)
    assert "'iron'" in str(error)
    assert_one_line(error, error.path, error.line)


@pytest.mark.parametrize(("text", "line"), [(b"a: [1\nb: 2\n", 2), (b"a: 1\n b: 2\n", 2), (b"a: \xff\n", 1)])
def test_a_vocabulary_file_that_is_no_yaml_is_refused(folder: Path, text: bytes, line: int) -> None:
    path = folder / "vocabulary" / "phrases.yaml"
    path.write_bytes(text)
    assert_one_line(loading(folder), path, line)


def test_a_folder_that_is_no_corpus_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        assert_one_line(loading(path), path, 1)


def test_any_changed_byte_changes_the_fingerprint(folder: Path) -> None:
    before = load_corpus(folder).fingerprint
    assert load_corpus(folder).fingerprint == before
    path = folder / "tables" / "foods.csv"
    path.write_bytes(path.read_bytes() + b"food:beef\n")
    assert load_corpus(folder).fingerprint != before
