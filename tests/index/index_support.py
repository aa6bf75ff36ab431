"""What the tests of the index share, beside fixtures: small corpora, and an encoder that notes what it embeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from index.torch_encoder import SentenceTransformerEncoder
from index.types import Matrix, Progress

WriteCorpus = Callable[..., Path]
"""Writes a corpus folder; a fixture."""
FACTS = {
    "magnesium": [
        "Magnesium helps muscles and nerves work.[^s]",
        "Low magnesium can cause muscle twitching and cramps.",
        "Almonds and spinach are rich in magnesium.",
    ],
    "iron": [
        "Iron helps red blood cells carry oxygen.[^s]",
        "Low iron can cause tiredness and pale skin.",
        "Lentils and beef hold much iron.",
    ],
    "vitamin-d": [
        "Vitamin D helps the body take up calcium.[^s]",
        "Low vitamin D can cause bone pain and weak muscles.",
        "Salmon and egg yolk hold vitamin D.",
    ],
}
ASPECTS = {"overview": "What it does", "deficiency-signs": "Signs of a lack", "foods": "Foods with it"}


def document_text(name: str, sentences: Sequence[str]) -> str:
    """A document with a section for each sentence, each answering two questions."""
    title = name.replace("-", " ").title()
    sections = "".join(
        f"  - heading: {heading}\n    aspect: {aspect}\n"
        f"    questions: [{name} {aspect}, tell me about {name} {heading}]\n"
        for aspect, heading in ASPECTS.items()
    )
    body = "".join(
        f"\n## {heading}\n\n{sentence}\n" for heading, sentence in zip(ASPECTS.values(), sentences, strict=True)
    )
    return (
        f"---\nid: {name}\ntitle: {title}\nkind: nutrient\ntopics: [{name}]\nsources:\n"
        "  - {id: s, title: T, publisher: P, url: 'https://example.org'}\n"
        f"sections:\n{sections}---\n\n# {title}\n{body}"
    )


def corpus_folder(folder: Path, facts: Mapping[str, Sequence[str]]) -> Path:
    """Writes a corpus of these documents, and returns its folder."""
    for part in ("documents", "tables", "vocabulary"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "tables" / "schema.yaml").write_text("{}\n")
    for name, sentences in facts.items():
        (folder / "documents" / f"{name}.md").write_text(document_text(name, sentences), encoding="utf-8")
    return folder


class CountingEncoder(SentenceTransformerEncoder):
    """The real encoder, which also notes what it embedded, and fails after `allowed` texts."""

    encoded: list[str]
    allowed: float = float("inf")

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Matrix:
        self.encoded += texts
        if len(self.encoded) > self.allowed:
            raise RuntimeError("the lights went out")
        return super().encode(texts, progress)


def alter(path: Path, at: int = -1) -> None:
    """Change one byte."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.unlink()  # it may be a link to a file that others use
    path.write_bytes(bytes(data))


def only_build(root: Path) -> Path:
    """The folder of the one built index."""
    (manifest,) = root.glob("*/manifest.json")
    return manifest.parent
