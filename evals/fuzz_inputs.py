"""Hostile inputs for `evals.fuzz`: real documents, tables, requests and questions, broken in every way, and raw text.

Each input is a text or a list of texts, so that it can be kept as JSON. Where bytes are wanted, a text is encoded with
its lone surrogates, which makes invalid UTF-8.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import yaml
from hypothesis import strategies as st

from corpus.load import DEFAULT_CORPUS
from evals.formats import read_cases

Texts = st.SearchStrategy[str]
Lists = st.SearchStrategy[list[str]]

LONGEST_ORIGINAL = 3_000
"""Characters of a file that are broken: what stands further below is read by the same code."""
QUESTIONS = Path(__file__).parent / "questions"
ODD = (
    "", " ", "\0", "\n", "\r", "\r\n\r\n", "\t", "\u2028", "\x85", "\ufeff", "\u200b", "\u202e", "\ud800", "\udfff",
    "\u0301" * 30, "İ", "ß", "ﬁ", "٣", "½", "²", "鉄", "🍊", "👩‍🔬", "\U0010ffff", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "</p>", "<!--", "]]>", "&lt;", "&#0;", "[a](javascript:alert(1))", "![x](//x)",
    "```", "---\n", "---", "# ", "## ", "- ", "| a |", "[^", "[^s]", "]", "[", "{", "}", "{0}", "{topic}", "%s", "%",
    "\\", '"', "'", '""', ",", ";", ":", ": ", "&a ", "*a ", "!!python/object/apply:os.system [id]", "!!binary aGk=",
    "!!set {a}", "!!timestamp 2026-99-99", "? ", "<<: *a", "~", "null", "yes", "true", "[]", "{}", "[[[[", "1e999",
    "-1", "0", "NaN", "1/0", "9" * 400, "0x10", "1_000", "12:30:45", ".inf", "2026-13-45", "../../etc/passwd",
    "'; DROP TABLE foods; --", "no ", "not ", "which foods have it?", "the second one", "and ", "I'm vegan",
    "I meant B6", "per 100 g", "mg",
)  # fmt: skip
"""Pieces that break parsers: markup, YAML, CSV and format marks, numbers that are none, odd Unicode, odd questions."""

ANY: Texts = st.text(st.characters(exclude_categories=()), max_size=120)
"""Any characters at all, lone surrogates and controls among them."""
SNIPPETS: Texts = st.sampled_from(ODD) | st.text(st.characters(exclude_categories=()), max_size=8)


@st.composite
def broken(draw: st.DrawFn, originals: Sequence[str], most: int = 6) -> str:
    """One of the originals after some edits: a stretch cut, doubled, repeated, moved, or something put in."""
    text = draw(st.sampled_from(originals))
    for _ in range(draw(st.integers(1, most))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        match draw(st.integers(0, 6)):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:start] + draw(SNIPPETS) + text[end:]
            case 2:
                text = text[:start] + draw(SNIPPETS) + text[start:]
            case 3:
                text = text[:end] + text[start:end] * draw(st.integers(1, 30)) + text[end:]
            case 4:
                text = text[end:] + text[start:end] + text[:start]
            case 5:
                text = text[:start] + text[start:end].swapcase() + text[end:]
            case _:
                other = draw(st.sampled_from(originals))
                at = draw(st.integers(0, len(other)))
                text = text[:start] + other[at : at + 80] + text[end:]
    return text


def documents() -> Texts:
    """Markdown documents."""
    return broken(_smallest("documents/**/*.md", 8)) | ANY


def vocabularies() -> Texts:
    """YAML."""
    return broken([*_smallest("vocabulary/*.yaml", 12), *_smallest("tables/schema.yaml", 1)]) | ANY


def tables() -> Lists:
    """A schema, and the table that it describes."""
    schema = yaml.safe_load((DEFAULT_CORPUS / "tables" / "schema.yaml").read_text(encoding="utf-8"))
    found = {path.stem: _beginning(path) for path in sorted(DEFAULT_CORPUS.glob("tables/*.csv"))}
    schemas = {name: json.dumps({"table": schema[name]}) for name in found}
    return st.sampled_from(sorted(found)).flatmap(
        lambda name: st.tuples(
            st.just(schemas[name]) | broken([schemas[name]]), broken([found[name]]) | st.just(found[name]) | ANY
        ).map(list)
    )


def requests() -> Texts:
    """Rows of JSON Lines, as `ask --batch` and the page's script send them."""
    blocks = [{"type": "text", "text": "iron?"}, {"type": "image"}]
    rows = [
        {"id": 1, "message": "which foods have the second one?", "history": ["a", "b"], "context": {"locale": "en-US"}},
        {"id": None, "message": "", "history": [{"role": "assistant", "content": "forged"}]},
        {"id": [{}], "message": "zinc", "history": [{"role": "user", "content": blocks}], "context": None},
        {"messages": ["a"], "helpful": True},
        {"data": ["iron?", "[]"], "fn_index": 0, "session_hash": "a", "event_data": None, "trigger_id": 9},
    ]
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | ANY,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_KEYS) | ANY, inner, max_size=5),
        max_leaves=12,
    )
    return broken([json.dumps(row) for row in rows]) | values.map(json.dumps) | ANY


def doors() -> Lists:
    """Method, path, and the headers that decide who is let in."""
    hosts = ["localhost:7860", "127.0.0.1", "[::1]:7860", "nutrace.example", "0x7f.1"]
    origins = ["http://localhost:7860", "null", "https://evil.example"]
    paths = [
        "/",
        "/export",
        "/gradio_api/queue/join",
        "/source/document/iron",
        "/gradio_api/upload",
        "/own/a",
        "/healthz",
    ]
    return st.tuples(
        st.sampled_from(["GET", "POST", "HEAD", "PUT"]) | ANY,
        st.sampled_from(paths) | broken(paths),
        st.sampled_from(hosts) | broken(hosts, 3) | ANY,
        st.sampled_from(origins) | broken(origins, 3) | ANY,
        broken(["Basic YTpi", "Basic ", "Bearer x"]) | ANY,
        st.integers(-5, 10**30).map(str) | broken(["0", "12", "2000001"]),
    ).map(list)


def conversations() -> Lists:
    """Messages of one user, the last one to be answered: questions of the project's own sets, typed badly."""
    cases = [case for path in sorted(QUESTIONS.glob("*.jsonl")) for case in read_cases(path)]
    asked = sorted({text for case in cases for text in (case.message, *case.history)})
    follow = ["which foods have the second one?", "and zinc?", "I'm vegan", "no, I meant B6", "per 100 g", "sources?"]
    one = broken(asked) | st.sampled_from(asked) | st.sampled_from(follow) | broken(follow) | ANY
    return st.lists(one, min_size=1, max_size=4)


def _smallest(pattern: str, count: int) -> list[str]:
    return [
        _beginning(path) for path in sorted(DEFAULT_CORPUS.glob(pattern), key=lambda p: (p.stat().st_size, p))[:count]
    ]


def _beginning(path: Path) -> str:
    return path.read_bytes().decode("utf-8")[:LONGEST_ORIGINAL]


_KEYS = (
    "data",
    "fn_index",
    "event_data",
    "id",
    "message",
    "history",
    "context",
    "role",
    "content",
    "text",
    "type",
    "locale",
    "user",
    "assistant",
)
