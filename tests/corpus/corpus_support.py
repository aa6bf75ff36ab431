"""Documents and tables made up for a test, and the text that hypothesis fills them with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import strategies as st

from corpus import CorpusError, Document
from corpus.markdown import parse_document

PATH = Path("documents/made-up.md")
ONE_LINE = re.compile(r"[^\n\r]+:\d+: expected [^\n\r]+, found [^\n\r]+; [^\n\r]+")
"""File, line, what was expected, what was found, what to do."""

SPACES = (" ", "  ", "\u00a0", "\u202f", "\t", "\u3000")
WORDS = st.text(
    st.sampled_from(
        "aeioubcdxyzAEZßéñøİﬁ鉄分ダ한\u05d0\u05d5\u0644\u064b0123456789µ½٣\u0301\u0308\u0327\u200d🍊👩‍🔬(),;:'\"’“”%/–…-"
    ),
    min_size=1,
    max_size=12,
)
ENDS = st.sampled_from((".", "!", "?", "…", "。", ".)", '."', "", ".[^a]", ".[^a][^b]", "?[^b]"))


@st.composite
def sentence(draw: st.DrawFn) -> str:
    """Words with odd spaces between them, an end, now and then footnote marks."""
    parts = [draw(WORDS)]
    for word in draw(st.lists(WORDS, max_size=8)):
        parts += [draw(st.sampled_from(SPACES)), word]
    return "".join(parts) + draw(ENDS)


HEADINGS = st.text(
    st.sampled_from("abc XYZ éß鉄🍊\u0301\u00a0:'\"\\%&!?-,.()[]{}@`*_~|>0123456789"), min_size=1, max_size=30
).map(lambda text: f"H{text}h")
BLOCKS = st.one_of(
    st.lists(sentence(), min_size=1, max_size=4).map(" ".join),
    st.lists(sentence(), min_size=1, max_size=4).map("\n".join),
    st.lists(st.tuples(st.sampled_from(("- ", "* ", "+ ", "  - ", "-\t")), sentence()), min_size=1, max_size=4).map(
        lambda items: "\n".join(mark + text for mark, text in items)
    ),
)


@dataclass(frozen=True)
class Written:
    """A document's text, and the headings it was written with."""

    text: str
    headings: tuple[str, ...]

    @property
    def parsed(self) -> Document:
        """The document."""
        return parse_document(self.text, PATH, "0" * 64)


def front_matter(headings: Iterable[str], **changes: str | None) -> str:
    """The block between the `---` lines, without them. A change of None leaves a key out."""
    entries = "".join(f"  - {{heading: {json.dumps(h, ensure_ascii=False)}, aspect: overview}}\n" for h in headings)
    sources = "".join(f"  - {{id: {id_}, title: T, publisher: P, url: 'https://x.org'}}\n" for id_ in "ab")
    lines: dict[str, str | None] = {
        "id": " iron",
        "title": " Iron",
        "kind": " nutrient",
        "topics": " [iron]",
        "sources": f"\n{sources.rstrip()}",
        "sections": f"\n{entries.rstrip()}" if entries else " []",
        **changes,
    }
    return "".join(f"{key}:{value}\n" for key, value in lines.items() if value is not None)


def document_text(sections: Mapping[str, Sequence[str]], newline: str = "\n", bom: bool = False) -> str:
    """A whole document of headings and the blocks under each."""
    body = "# Iron\n\n" + "".join(f"## {head}\n\n" + "\n\n".join(blocks) + "\n\n" for head, blocks in sections.items())
    text = f"---\n{front_matter(sections)}---\n\n{body}"
    return ("\ufeff" if bom else "") + text.replace("\n", newline)


@st.composite
def documents(draw: st.DrawFn) -> Written:
    """Documents of every kind of text, newline and start."""
    headings = draw(st.lists(HEADINGS, min_size=1, max_size=4, unique=True))
    sections = {heading: draw(st.lists(BLOCKS, max_size=4)) for heading in headings}
    newline, bom = draw(st.sampled_from(("\n", "\r\n"))), draw(st.booleans())
    return Written(document_text(sections, newline, bom), tuple(headings))


def assert_one_line(error: CorpusError, path: Path, line: int) -> None:
    """The message is one line that names file and line, what was expected and found, and what to do."""
    assert ONE_LINE.fullmatch(str(error)), str(error)
    assert str(error).startswith(f"{path}:{line}: "), f"expected line {line}: {error}"
    assert (error.path, error.line) == (path, line)
