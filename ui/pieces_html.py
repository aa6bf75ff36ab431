"""Pieces as HTML: their text, marked by their kind, with the way to their source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from urllib.parse import quote

from answers.types import Calculation, Figure, Phrase, Piece, Quote
from ui.html import Html, join, tag
from ui.strings import ENGLISH

NUMBERS = "urgent.numbers"
"""Phrases whose numbers are those of telephones."""
_TELEPHONE = re.compile(r"\d(?:[\d -]*\d)+")


def pieces_html(pieces: Sequence[Piece], cited: bool = True) -> Html:
    """Pieces one after the other. `cited`: quotes and figures with the number of their source, numbers parted."""
    shown = [piece_html(piece, cited) for piece in pieces]
    for at, (piece, following) in enumerate(pairwise(pieces)):
        if cited and isinstance(piece, Calculation | Figure) and isinstance(following, Phrase | Calculation):
            shown[at] = join([shown[at], ";"])
    return join(shown, " ")


def piece_html(piece: Piece, cited: bool = True) -> Html:
    """One piece; a number says on hover what belongs to it."""
    if piece.kind == "echo":
        return tag("span", f"“{piece.text}”", class_="nt-echo")
    words = _callable(piece.text) if isinstance(piece, Phrase) and piece.id.startswith(NUMBERS) else piece.text
    shown = tag("span", words, class_=f"nt-{piece.kind}", title=_described(piece))
    return join([shown, cite(piece)], "\u00a0") if isinstance(piece, Quote | Figure) and cited else shown


def cite(piece: Quote | Figure) -> Html:
    """The number of a piece's source, which opens it at the piece."""
    name = ENGLISH["source.open"].format(number=piece.citation)
    return tag("a", f"[{piece.citation}]", href=source_href(piece), class_="nt-cite", aria_label=name)


def source_href(piece: Quote | Figure) -> str:
    """Where the page of a piece's source is, relative to the chat page."""
    if isinstance(piece, Quote) and piece.document:
        return f"source/document/{quote(piece.document)}?at={piece.start}-{piece.end}"
    return f"source/table/{quote(piece.table or '')}/{quote(piece.row or '')}?column={quote(piece.column or '')}"


def _callable(words: str) -> Html:
    """Words whose telephone numbers are called by a tap."""
    parts, at = [], 0
    for found in _TELEPHONE.finditer(words):
        parts += [words[at : found.start()], tag("a", found[0], href=f"tel:{re.sub('[ -]', '', found[0])}")]
        at = found.end()
    return join([*parts, words[at:]])


def _described(piece: Piece) -> str | None:
    """What a number needs beside it: basis, preparation, population; or the operation."""
    if isinstance(piece, Figure):
        return ", ".join(filter(None, (piece.basis, piece.preparation, piece.population)))
    return piece.operator.replace("_", " ") if isinstance(piece, Calculation) else None
