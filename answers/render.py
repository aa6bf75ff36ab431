"""An answer as Markdown and as the JSON of the contract."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from answers.types import (
    Answer,
    Block,
    Calculation,
    Citation,
    Echo,
    Figure,
    Food,
    Grid,
    Line,
    Operand,
    Phrase,
    Piece,
    Quote,
)
from retriever import Filters

_LOOSE = re.compile(r"\s+")


def escape(text: str) -> str:
    """Text that Markdown and HTML show as it is: one line, special characters escaped."""
    flat = _LOOSE.sub(" ", text).strip()
    named = flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]#|~$])", r"\\\1", named)


def markdown(answer: Answer) -> str:
    """The whole reply as Markdown, the disclaimer included."""
    return "\n\n".join(filter(None, _joined([_block(block) for block in answer.blocks], answer.blocks)))


def _joined(texts: list[str], blocks: tuple[Block, ...]) -> list[str]:
    """Items of one list stand on lines of their own without a gap."""
    joined: list[str] = []
    for number, (text, block) in enumerate(zip(texts, blocks, strict=True)):
        item = isinstance(block, Line) and block.style == "item"
        before = blocks[number - 1] if number else None
        if item and isinstance(before, Line) and before.style == "item":
            joined[-1] += "\n" + text
        else:
            joined.append(text)
    return joined


def _block(block: Block) -> str:
    if isinstance(block, Grid):
        return _grid(block)
    text = _pieces(block.pieces, set_off=block.style in ("item", "closing", "warning"))
    marks = {"item": "- ", "banner": "> **", "warning": "> ", "understood": "*", "disclaimer": "*"}
    ends = {"banner": "**", "understood": "*", "disclaimer": "*"}
    return f"{marks.get(block.style, '')}{text}{ends.get(block.style, '')}"


def _grid(grid: Grid) -> str:
    lines = ["| " + " | ".join(_pieces(cell) or " " for cell in grid.head) + " |", "|" + " --- |" * len(grid.head)]
    for number, row in enumerate(grid.rows):
        cells = [_pieces(cell, cite=False) for cell in row]
        cited = next((p.citation for cell in row for p in cell if isinstance(p, Quote | Figure)), None)
        cells[0] += f" [{cited}]" if cited and cells[0] else ""
        if number in grid.marked:
            cells = [f"**{cell}**" if cell else cell for cell in cells]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _pieces(pieces: tuple[Piece, ...], set_off: bool = False, cite: bool = True) -> str:
    parts: list[str] = []
    for number, piece in enumerate(pieces):
        text = escape(piece.text)
        if set_off and number == 0 and piece.kind == "phrase":
            text = f"**{text}**"
        if isinstance(piece, Quote) and cite:
            text += f" [{piece.citation}]"
        elif isinstance(piece, Echo):
            text = f"“{text}”"
        before = pieces[number - 1] if number else None
        if isinstance(piece, Phrase | Calculation) and isinstance(before, Calculation | Figure) and cite:
            parts[-1] += ";"
        parts.append(text)
    labels = _labels(pieces)
    if labels:
        return f"{parts[0]} ({', '.join(parts[1:labels])}): {' '.join(parts[labels:])}".rstrip(": ")
    return " ".join(parts)


def _labels(pieces: tuple[Piece, ...]) -> int:
    """How many phrases stand before the first quote of a link: its name and its labels."""
    if not pieces or not isinstance(pieces[0], Phrase) or pieces[0].id != "link":
        return 0
    return sum(1 for piece in pieces if piece.kind == "phrase")


# --- JSON


def data(answer: Answer) -> dict[str, Any]:
    """The reply as data, with its digest; no id, no times."""
    question, filters = answer.question, answer.question.filters
    reply: dict[str, Any] = {
        "message": answer.message,
        "understood": answer.understood,
        "status": answer.status,
        "unanswered": list(answer.unanswered),
        "urgency": answer.urgency,
        "asked": _asked(answer),
        "topics": list(answer.topics),
        "not_linked": list(answer.not_linked),
        "aspect": question.aspect,
        "filters": filters_data(filters),
        "text": markdown(answer),
        "disclaimer": answer.disclaimer,
        "pieces": [piece_data(piece) for piece in answer.pieces],
        "citations": [citation_data(citation) for citation in answer.citations],
        "foods": [food_data(food) for food in answer.foods],
        "ranked_by": {"nutrient": answer.ranked_by[0], "basis": answer.ranked_by[1]} if answer.ranked_by else None,
        "suggestions": list(answer.suggestions),
    }
    reply["digest"] = digest(reply)
    reply["scores"] = {"confidence": answer.evidence.confidence}
    return reply


def digest(reply: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON of a reply without id, digest, scores and times."""
    kept = {key: value for key, value in reply.items() if key not in ("id", "digest", "scores", "timings")}
    text = json.dumps(kept, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _asked(answer: Answer) -> list[str]:
    parts = answer.question.parts or (answer.question,)
    if answer.evidence.parts:
        parts = tuple(part for part, _ in answer.evidence.parts)
    return list(dict.fromkeys(id_ for part in parts for id_ in part.asked))


def filters_data(filters: Filters) -> dict[str, Any]:
    """The filters as the contract has them."""
    return {
        "diet": filters.diet,
        "exclude": list(filters.exclude),
        "sex": filters.sex,
        "age": filters.age,
        "life_stage": filters.life_stage.removeprefix("life-stage:") if filters.life_stage else None,
        "conditions": list(filters.conditions),
        "medicines": list(filters.medicines),
        "about": filters.about,
    }


def piece_data(piece: Piece) -> dict[str, Any]:
    """One piece as the contract has it."""
    shown: dict[str, Any] = {"kind": piece.kind, "text": piece.text}
    if isinstance(piece, Quote):
        where = ("document", "start", "end") if piece.document else ("table", "row", "column")
        return shown | {name: getattr(piece, name) for name in (*where, "citation")}
    if isinstance(piece, Figure):
        names = ("table", "row", "column", "value", "unit", "basis", "preparation", "population", "citation")
        return shown | {name: getattr(piece, name) for name in names}
    if isinstance(piece, Calculation):
        operands = [_operand(operand) for operand in piece.operands]
        return shown | {"operands": operands, "operator": piece.operator, "value": piece.value, "unit": piece.unit}
    return shown | ({"id": piece.id} if piece.kind == "phrase" else {})


def _operand(operand: Operand) -> dict[str, Any]:
    shown: dict[str, Any] = {"value": operand.value, "unit": operand.unit}
    inner = operand.figure or operand.calculation
    return shown | ({inner.kind: piece_data(inner)} if inner else {"given": operand.given})


def citation_data(citation: Citation) -> dict[str, Any]:
    """One citation as the contract has it."""
    shown: dict[str, Any] = {"number": citation.number, "title": citation.title}
    if citation.document:
        shown |= {
            "document": citation.document,
            "heading": citation.heading,
            "start": citation.start,
            "end": citation.end,
        }
        shown["reviewed"] = citation.reviewed
    else:
        shown |= {"table": citation.table, "row": citation.row}
    return shown | {"sources": [{"title": s.title, "publisher": s.publisher, "url": s.url} for s in citation.sources]}


def food_data(food: Food) -> dict[str, Any]:
    """One food as the contract has it."""
    values = [
        {
            "nutrient": value.nutrient,
            "unit": value.unit,
            "per_serving": value.per_serving,
            "per_100g": value.per_100g,
            "percent_dv": value.percent_dv,
            "citation": value.citation,
        }
        for value in food.values
    ]
    shown = {"id": food.id, "name": food.name, "fdc_id": food.fdc_id or None, "serving": food.serving}
    return shown | {"grams": food.grams, "preparation": food.preparation, "values": values}
