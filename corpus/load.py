"""Load a corpus folder: `documents/`, `tables/`, `vocabulary/`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from corpus.errors import CorpusError
from corpus.markdown import read_document
from corpus.tables import read_tables
from corpus.types import Document, Source, Table
from corpus.utf8 import decoded
from corpus.yaml_text import BadYaml, parse_yaml

DEFAULT_CORPUS = Path(__file__).parent


@dataclass(frozen=True)
class Corpus:
    """A whole corpus in memory. `files` maps each file's path below the folder to the SHA-256 of its bytes."""

    root: Path
    documents: Mapping[str, Document]
    tables: Mapping[str, Table]
    vocabulary: Mapping[str, Any]
    files: Mapping[str, str]

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources that table cells name, by id (`tables/sources.csv`)."""
        table = self.tables.get("sources")
        rows = table.rows if table else ()
        return {row.id: Source(row.id, row.text("title"), row.text("publisher"), row.text("url")) for row in rows}

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the names and hashes of all files: changes when any byte of the corpus does."""
        lines = (f"{name}\0{digest}\n" for name, digest in sorted(self.files.items()))
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def __repr__(self) -> str:
        return f"Corpus({str(self.root)!r}, {len(self.documents)} documents, {len(self.tables)} tables)"


def load_corpus(root: Path = DEFAULT_CORPUS) -> Corpus:
    """Read and check every file of the corpus below `root`. Raises CorpusError at the first that is not right."""
    if not (root / "documents").is_dir():
        found = "a folder" if root.is_dir() else "no folder"
        raise CorpusError(root, 1, "a folder with documents/, tables/ and vocabulary/", found, "see corpus/README.md")
    documents: dict[str, Document] = {}
    for path in sorted(root.glob("documents/**/*.md")):
        document = read_document(path)
        if document.id in documents:
            other = documents[document.id].path.name
            raise CorpusError(path, 1, "an id of its own", f"{document.id!r}, which {other} has too", "rename one")
        documents[document.id] = document
    tables = read_tables(root / "tables")
    # Each hash is of the very bytes that were parsed: a file edited meanwhile cannot pass for what was read.
    files = {document.path: document.sha256 for document in documents.values()}
    files |= {table.path: table.sha256 for table in tables.values()}
    schema = root / "tables" / "schema.yaml"
    files[schema] = hashlib.sha256(schema.read_bytes()).hexdigest()
    vocabulary = {}
    for path in sorted(root.glob("vocabulary/*.yaml")):
        raw = path.read_bytes()
        vocabulary[path.stem], files[path] = _parse_yaml(path, raw), hashlib.sha256(raw).hexdigest()
    named = {path.relative_to(root).as_posix(): digest for path, digest in files.items()}
    return Corpus(root, documents, tables, vocabulary, named)


def _parse_yaml(path: Path, raw: bytes) -> Any:
    try:
        return parse_yaml(decoded(path, raw))
    except BadYaml as error:
        raise CorpusError(path, error.line, "a YAML file", error.problem, "mend it") from None
