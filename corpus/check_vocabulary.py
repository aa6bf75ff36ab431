"""Checks of the vocabulary: regular expressions compile, ids are unique, the disclaimer is there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from corpus.findings import finding
from corpus.load import Corpus
from corpus.yaml_text import SafeLoader

WORDINGS = ("phrases", "spelling")
"""Files that hold no regular expression."""
REPLACED = ("autocorrected", "rewrites")
"""The keys whose entries are (pattern, replacement)."""
_LOOKS_LIKE_ONE = re.compile(r"[\\()\[\]^$|]")
_SLOT = re.compile(r"\{[a-z]+\}")


def check_vocabulary(corpus: Corpus) -> Iterator[str]:
    """Findings about the files of `vocabulary/`."""
    for name, content in corpus.vocabulary.items():
        path = corpus.root / "vocabulary" / f"{name}.yaml"
        if name not in WORDINGS:
            for text in dict.fromkeys(_texts(content)):
                yield from _pattern(path, text)
        for pattern, meant in _replaced(content):
            yield from _replacement(path, pattern, meant)
        for id_, count in Counter(_ids(content)).items():
            if count > 1:
                yield finding(path, _line_of(path, id_), f"one entry {id_!r}", str(count), "rename or merge them")
    yield from _people(corpus)
    phrases: Any = corpus.vocabulary.get("phrases")
    if phrases is not None and not str(phrases.get("disclaimer") or "").strip():
        path = corpus.root / "vocabulary" / "phrases.yaml"
        yield finding(path, 1, "a disclaimer", "none", "write `disclaimer:`; it stands under every reply")


def _people(corpus: Corpus) -> Iterator[str]:
    """The documents about life stages and conditions are there."""
    path = corpus.root / "vocabulary" / "people.yaml"
    people: Any = corpus.vocabulary.get("people", {})
    for entry in (*people.get("life_stages", ()), *people.get("conditions", ())):
        for id_ in filter(None, (entry.get("topic"), entry.get("document"))):
            if id_ not in corpus.documents:
                yield finding(path, _line_of(path, id_), "the id of a document", repr(id_), "mend or remove it")


def _pattern(path: Path, text: str) -> Iterator[str]:
    """A text that looks like a regular expression is one, with a word in place of its slots."""
    if not _LOOKS_LIKE_ONE.search(text):
        return
    try:
        re.compile(_SLOT.sub("word", text))
    except re.error as error:
        yield finding(path, _line_of(path, text), "a regular expression", f"{text!r} ({error})", "mend it")


def _replacement(path: Path, pattern: str, meant: str) -> Iterator[str]:
    """What stands for a pattern names only groups that it has."""
    try:
        re.compile(pattern).sub(meant, "")
    except (re.error, IndexError) as error:
        yield finding(path, _line_of(path, pattern), "a pattern and what it means", f"{meant!r} ({error})", "mend it")


def _replaced(content: Any) -> Iterator[tuple[str, str]]:
    """All patterns of a YAML file's content that something else stands for, each with that."""
    for key, value in content.items() if isinstance(content, dict) else ():
        if key in REPLACED:
            yield from ((pattern, meant) for pattern, meant, *_ in value)
        else:
            yield from _replaced(value)


def _texts(content: Any) -> Iterator[str]:
    """All texts of a YAML file's content, keys and replacements left out."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        yield from (text for key, value in content.items() if key not in REPLACED for text in _texts(value))
    elif isinstance(content, list):
        yield from (text for value in content for text in _texts(value))


def _ids(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        if isinstance(content.get("id"), str):
            yield content["id"]
        yield from (id_ for value in content.values() for id_ in _ids(value))
    elif isinstance(content, list):
        yield from (id_ for value in content for id_ in _ids(value))


def _line_of(path: Path, text: str) -> int:
    """The line on which a text stands as a YAML value; read again, since only a finding needs it."""
    nodes = [yaml.compose(path.read_text(encoding="utf-8"), Loader=SafeLoader)]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.ScalarNode) and node.value == text:
            return node.start_mark.line + 1
        if isinstance(node, yaml.SequenceNode):
            nodes += reversed(node.value)
        elif isinstance(node, yaml.MappingNode):
            nodes += [value for _, value in reversed(node.value)]
    return 1
