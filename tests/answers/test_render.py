"""Markdown that shows text as it is, and data as the contract says."""

from __future__ import annotations

import hashlib
import html
import json
import re
from typing import Any

import pytest
from answers_support import TWITCHING, Answering, Case, plain
from hypothesis import example, given, settings
from hypothesis import strategies as st

from answers import Nutrace, data, markdown
from answers.render import digest, escape
from corpus.types import ASPECTS

ANY = st.text(st.characters(exclude_categories=()), max_size=80)
HOSTILE = st.lists(
    st.sampled_from(
        [
            "<",
            ">",
            "&",
            "&lt;",
            "*",
            "_",
            "`",
            "[",
            "]",
            "(",
            ")",
            "#",
            "|",
            "~",
            "$",
            "\\",
            "{",
            "}",
            "!",
            "\n",
            " ",
            "a",
            "1",
            ". ",
            "-",
            "<script>",
            "javascript:",
            "http://x.org",
            "![x](y)",
            "**",
            "\n\n# ",
            "\n- ",
            "\n> ",
            "```",
            "$$",
            "|---|",
            "\u2028",
            "\x00",
            "\u202e",
        ]
    ),
    max_size=25,
).map("".join)
SPECIAL = re.compile(r"(?<!\\)(?:\\\\)*([`*_{}\[\]#|~$])")
URGENCIES = ("none", "doctor_soon", "same_day", "emergency", "poisoning", "crisis", "eating_disorder")
NUMBER = (int, float)


# --- Markdown


@given(ANY | HOSTILE)
@example("\\*")
@example("\\\\<b>")
@example("&amp;lt;")
def test_escaped_text_holds_no_markup_and_no_special_character(text: str) -> None:
    shown = escape(text)
    assert not set("<>") & set(shown)
    assert SPECIAL.search(shown) is None
    assert not re.search(r"&(?!amp;|lt;|gt;)", shown)
    assert not re.search(r"[\n\r\u2028\u2029\x0b\x0c\x85]", shown)


@given(ANY | HOSTILE)
def test_escaped_text_is_shown_as_it_was(text: str) -> None:
    shown = html.unescape(re.sub(r"\\([\\`*_{}\[\]#|~$])", r"\1", escape(text)))
    assert shown.split() == text.split()


@settings(deadline=None, max_examples=25)
@given(HOSTILE)
@example("<img src=x onerror=alert(1)> [click](javascript:alert(1)) **bold** | cell | `code` $x$ ")
def test_a_users_message_adds_no_markup_to_the_reply(engine: Nutrace, text: str) -> None:
    for message in (text, f"which foods have {text} zinc?", f"magnisium{text}"):
        answer = engine.respond(message)
        shown = markdown(answer)
        assert not re.search(r"<|(?<!^)(?<!\n)>", shown)
        for piece in answer.pieces:
            if piece.kind == "echo":
                assert escape(piece.text) in shown
                assert SPECIAL.search(escape(piece.text)) is None


def test_only_the_marks_of_the_layout_stand_in_a_reply(cases: list[Case]) -> None:
    """What is left once pieces and citations are taken out is layout alone."""
    for case in cases:
        rest = case.reply["text"]
        for piece in sorted(case.reply["pieces"], key=lambda piece: -len(piece["text"])):
            rest = rest.replace(escape(piece["text"]), "", 1)
        rest = re.sub(r"\[\d+\]", "", rest)
        assert not re.search(r"[^\s*>|\-.,:;()“”]", rest), (case.message, rest)


def test_every_piece_stands_in_the_text_in_its_order(cases: list[Case]) -> None:
    for case in cases:
        at = 0
        for piece in case.reply["pieces"]:
            found = case.reply["text"].find(escape(piece["text"]), at)
            assert found >= 0, (case.message, piece["text"])
            at = found + len(escape(piece["text"]))


def test_grids_are_tables_of_even_width(cases: list[Case]) -> None:
    for case in cases:
        for block in case.reply["text"].split("\n\n"):
            if block.startswith("|"):
                widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.split("\n")}
                assert len(widths) == 1, block


def test_citation_numbers_in_the_text_are_those_of_the_citations(cases: list[Case]) -> None:
    for case in cases:
        shown = {int(number) for number in re.findall(r"(?<!\\)\[(\d+)\]", case.reply["text"])}
        assert shown <= {citation["number"] for citation in case.reply["citations"]}


# --- the contract


FIELDS: dict[str, Any] = {
    "message": str,
    "understood": str,
    "status": str,
    "unanswered": list,
    "urgency": str,
    "asked": list,
    "topics": list,
    "aspect": str,
    "filters": dict,
    "text": str,
    "disclaimer": str,
    "pieces": list,
    "citations": list,
    "foods": list,
    "not_linked": list,
    "ranked_by": (dict, type(None)),
    "suggestions": list,
    "digest": str,
}
FILTERS: dict[str, Any] = {
    "diet": (str, type(None)),
    "exclude": list,
    "sex": (str, type(None)),
    "age": (*NUMBER, type(None)),
    "life_stage": (str, type(None)),
    "conditions": list,
    "medicines": list,
    "about": str,
}
PIECES: dict[str, dict[str, Any]] = {
    "figure": {
        "table": str,
        "row": str,
        "column": str,
        "value": float,
        "unit": str,
        "basis": str,
        "preparation": str,
        "population": str,
        "citation": int,
    },
    "calculation": {"operands": list, "operator": str, "value": float, "unit": str},
    "phrase": {"id": str},
    "echo": {},
}
QUOTE_OF_DOCUMENT = {"document": str, "start": int, "end": int, "citation": int}
QUOTE_OF_TABLE = {"table": str, "row": str, "column": str, "citation": int}
FOOD = {
    "name": str,
    "fdc_id": (str, type(None)),
    "serving": str,
    "grams": float,
    "preparation": str,
    "values": list,
}
VALUE: dict[str, Any] = {
    "nutrient": str,
    "unit": str,
    "per_serving": (float, type(None)),
    "per_100g": (float, type(None)),
    "percent_dv": (float, type(None)),
    "citation": int,
}


def conforms(value: dict[str, Any], fields: dict[str, Any]) -> None:
    for name, kinds in fields.items():
        assert name in value, f"no {name} in {value}"
        assert isinstance(value[name], kinds), f"{name}: {value[name]!r}"
        assert kinds is not int or not isinstance(value[name], bool)


def is_reply(reply: dict[str, Any]) -> None:
    """Every field of the contract, with its type."""
    conforms(reply, FIELDS)
    conforms(reply["filters"], FILTERS)
    assert reply["status"] in ("answered", "no_answer", "clarify", "small_talk")
    assert reply["urgency"] in URGENCIES
    assert reply["aspect"] in ASPECTS
    texts = (*reply["unanswered"], *reply["asked"], *reply["topics"], *reply["not_linked"], *reply["suggestions"])
    assert all(isinstance(text, str) for text in texts)
    for piece in reply["pieces"]:
        kind = piece["kind"]
        assert isinstance(piece["text"], str)
        if kind == "quote":
            conforms(piece, QUOTE_OF_DOCUMENT if "document" in piece else QUOTE_OF_TABLE)
        else:
            conforms(piece, PIECES[kind])
    for citation in reply["citations"]:
        conforms(citation, {"number": int, "title": str, "sources": list})
        if "document" in citation:
            conforms(citation, {"document": str, "heading": str, "start": int, "end": int})
        else:
            conforms(citation, {"table": str, "row": str})
        for source in citation["sources"]:
            conforms(source, {"title": str, "url": str})
    for food in reply["foods"]:
        conforms(food, FOOD)
        for value in food["values"]:
            conforms(value, VALUE)
    if reply["ranked_by"]:
        conforms(reply["ranked_by"], {"nutrient": str, "basis": str})


def test_every_reply_has_every_field_with_its_type(cases: list[Case]) -> None:
    for case in cases:
        is_reply(case.reply)
        is_reply(json.loads(json.dumps(case.reply)))


def test_replies_of_every_status_were_looked_at(cases: list[Case]) -> None:
    assert {case.reply["status"] for case in cases} == {"answered", "no_answer", "clarify", "small_talk"}


def test_a_reply_that_is_no_answer_gives_none(cases: list[Case]) -> None:
    for case in cases:
        if case.reply["status"] != "answered":
            assert case.reply["topics"] == case.reply["foods"] == case.reply["citations"] == []
            assert case.reply["ranked_by"] is None


def test_canonical_ids_are_lower_case_with_hyphens(engine: Nutrace, cases: list[Case]) -> None:
    form = re.compile(r"(?:(?:symptom|topic|food|group|condition|medicine):)?[a-z0-9]+(?:-[a-z0-9]+)*")
    for case in cases:
        for id_ in (*case.reply["asked"], *case.reply["topics"], *case.reply["not_linked"]):
            assert form.fullmatch(id_), id_
        assert set(case.reply["topics"]) <= set(engine.corpus.tables["nutrients"].by_id)


def test_foods_are_one_row_a_family_and_stand_in_the_text_in_their_order(engine: Nutrace, ask: Answering) -> None:
    table = engine.corpus.tables["foods"].by_id
    for message in ("which foods have iron?", "calcium foods for vegans", "foods high in potassium per 100 kcal"):
        reply = ask(message).reply
        families = [table[food["id"]].text("family") for food in reply["foods"]]
        assert len(families) == len(set(families)) > 5
        places = [plain(reply["text"]).find(f"| {food['name']}") for food in reply["foods"]]
        assert places == sorted(places)
        assert places[0] > 0


def test_where_a_citation_points_holds_what_is_quoted(cases: list[Case]) -> None:
    for case in cases:
        citations = {citation["number"]: citation for citation in case.reply["citations"]}
        for piece in case.reply["pieces"]:
            if piece["kind"] == "quote":
                citation = citations[piece["citation"]]
                if "document" in piece:
                    assert citation["document"] == piece["document"]
                    assert citation["start"] <= piece["start"] < piece["end"] <= citation["end"]
                else:
                    assert (citation["table"], citation["row"]) == (piece["table"], piece["row"])


# --- the digest


def test_the_digest_is_that_of_the_canonical_json(cases: list[Case]) -> None:
    """As the design says it, and as another program would compute it from the line it reads."""
    for case in cases:
        read = json.loads(json.dumps({"id": 7, **case.reply, "timings": {"total": 1.5}}))
        digest_said = read.pop("digest")
        for name in ("id", "scores", "timings"):
            read.pop(name, None)
        canonical = json.dumps(read, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "surrogatepass"
        )
        assert hashlib.sha256(canonical).hexdigest() == digest_said


def test_the_digest_hangs_on_every_field_but_id_scores_and_times(ask: Answering) -> None:
    reply = ask(TWITCHING).reply
    for name in ("id", "digest", "scores", "timings"):
        assert digest({**reply, name: "other"}) == reply["digest"]
    for name in reply.keys() - {"id", "digest", "scores", "timings"}:
        assert digest({**reply, name: "other"}) != reply["digest"], name


@pytest.mark.parametrize("message", ["\ud800", "\udfff\ud800 magnesium", "\x00", "é", "e\u0301"])
def test_odd_unicode_has_a_digest_too(engine: Nutrace, message: str) -> None:
    reply = data(engine.respond(message))
    assert reply["digest"] == digest(json.loads(json.dumps(reply)))
    assert reply["message"] == message
