"""The corpus that is shipped: its references lead somewhere, and answers do its arithmetic right."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest

from answers import Nutrace, data
from corpus import Corpus, Document, Row
from corpus.types import ASPECTS
from retriever.linked import STRENGTHS

STRIDE = 41
"""Every so many rows of the food table are asked for."""
ASKED = ("magnesium", "iron", "potassium", "vitamin-c")
DANGLING = re.compile(
    r"(?:this|that|it|they|these|those|he|she|such|however|but|also|therefore|so|and|or|both|another|others|the former"
    r"|the latter|in addition|for example|as a result)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def corpus(engine: Nutrace) -> Corpus:
    return engine.corpus


def rows(corpus: Corpus, table: str) -> tuple[Row, ...]:
    return corpus.tables[table].rows


def nutrients(corpus: Corpus) -> set[str]:
    return set(corpus.tables["nutrients"].by_id)


def sentences(document: Document, aspect: str | None = None) -> Iterator[str]:
    for section in document.sections:
        if aspect in (None, section.aspect):
            yield from (document.text[start:end] for start, end in section.sentences)


# --- references


def test_the_topics_of_every_document_are_known(corpus: Corpus) -> None:
    known = set(corpus.documents) | nutrients(corpus)
    assert {d.id: set(d.topics) - known for d in corpus.documents.values() if set(d.topics) - known} == {}


def test_every_document_is_about_itself_first_and_named_after_its_id(corpus: Corpus) -> None:
    documents = corpus.documents.values()
    assert [d.id for d in documents if not d.topics or d.topics[0] != d.id] == []
    assert [d.id for d in documents if d.path.stem != d.id.rpartition(":")[2]] == []
    assert [d.id for d in documents if d.kind != "nutrient" and not d.id.startswith(f"{d.kind}:")] == []


def test_every_nutrient_document_has_its_row(corpus: Corpus) -> None:
    assert {d.id for d in corpus.documents.values() if d.kind == "nutrient"} <= nutrients(corpus)


def test_subjects_and_nutrients_of_links_are_known_and_strengths_are_of_the_closed_list(corpus: Corpus) -> None:
    links = rows(corpus, "links")
    assert [row.number for row in links if row.text("subject") not in corpus.documents] == []
    assert [row.number for row in links if row.text("nutrient") not in nutrients(corpus)] == []
    assert [row.number for row in links if row.text("strength") not in STRENGTHS] == []
    assert [row.number for row in links if row.text("direction") not in ("deficiency", "excess", "either")] == []


def test_every_link_has_a_sentence_of_its_own_that_names_the_nutrient(engine: Nutrace) -> None:
    corpus, missing = engine.corpus, []
    shown: dict[tuple[str, str, int, int], int] = {}
    for subject in dict.fromkeys(row.text("subject") for row in rows(corpus, "links")):
        for link in engine.retriever.links.of(subject):
            if link.why is None:
                missing.append(f"{subject} {link.nutrient}: no sentence")
                continue
            document = corpus.documents[link.why.document]
            text = document.text[slice(*link.why.span)]
            row = corpus.tables["nutrients"].by_id[link.nutrient]
            named = corpus.documents.get(link.nutrient)
            names = {row.text("name"), row.text("short"), *(named.synonyms if named else ()), link.nutrient}
            if document.id != subject or text not in sentences(document, "linked-nutrients"):
                missing.append(f"{subject} {link.nutrient}: not of its linked-nutrients section: {text}")
            elif not any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) for name in names):
                missing.append(f"{subject} {link.nutrient}: not named in: {text}")
            shown[subject, link.nutrient, *link.why.span] = shown.get((subject, link.nutrient, *link.why.span), 0) + 1
    assert missing == []
    assert [key for key, count in shown.items() if count > 1] == []


@pytest.mark.parametrize(
    "table", ["nutrients", "daily_values", "intakes", "interactions", "cautions", "tests", "test_meanings"]
)
def test_every_source_that_a_table_uses_is_known(corpus: Corpus, table: str) -> None:
    columns = [name for name in corpus.tables[table].columns if name in ("source", "note_source")]
    cells = {row.text(name) for row in rows(corpus, table) for name in columns} - {""}
    assert cells - set(corpus.sources) == set()


def test_every_source_leads_to_a_page(corpus: Corpus) -> None:
    listed = [source for document in corpus.documents.values() for source in document.sources]
    wrong = [s.url for s in (*listed, *corpus.sources.values()) if not re.fullmatch(r"https?://[^\s<>\"]+", s.url)]
    assert wrong == []


def test_nutrients_named_in_tables_are_known(corpus: Corpus) -> None:
    for table in ("intakes", "daily_values", "tests", "food_extra"):
        assert {row.text("nutrient") for row in rows(corpus, table)} - nutrients(corpus) == set(), table
    for table in ("interactions", "cautions"):
        assert {row.text("nutrient") for row in rows(corpus, table)} - nutrients(corpus) <= {"any"}, table


def test_whom_cautions_and_interactions_name_is_known(corpus: Corpus) -> None:
    people, medicines = corpus.vocabulary["people"], corpus.vocabulary["medicines"]
    who = {entry["id"] for kind in ("conditions", "life_stages") for entry in people[kind]} | {"everyone"}
    assert {row.text("who") for row in rows(corpus, "cautions")} - who == set()
    drugs = {part["id"] for entry in medicines for part in (entry, *(entry.get("members") or ()))}
    assert {row.text("medicine") for row in rows(corpus, "interactions")} - drugs == set()


def test_foods_named_in_tables_are_known_and_columns_too(corpus: Corpus) -> None:
    foods = set(corpus.tables["foods"].by_id)
    for table in ("food_portions", "food_alternatives", "food_extra"):
        assert {row.text("food_id") for row in rows(corpus, table)} - foods == set(), table
    columns = set(corpus.tables["foods"].columns)
    assert {row.text("nutrient_column") for row in rows(corpus, "food_alternatives")} <= columns
    used = {part for row in rows(corpus, "nutrients") for part in row.text("column").split("+") if part}
    assert used <= columns


# --- sentences


def test_every_sentence_of_the_corpus_is_a_whole_line(corpus: Corpus) -> None:
    """The corpus is written one sentence a line: found here by lines alone, without the program's own cutting."""
    wrong = []
    for document in corpus.documents.values():
        for section in document.sections:
            lines = document.text[section.start : section.end].splitlines()
            bare = (re.sub(r"\[\^[^\]]+\]", "", re.sub(r"^\s*[-*+]\s+", "", line)).strip() for line in lines)
            if [line for line in bare if line] != [document.text[a:b] for a, b in section.sentences]:
                wrong.append(f"{document.id} / {section.heading}")
    assert wrong == []


def test_no_sentence_begins_with_what_stands_outside_it(corpus: Corpus) -> None:
    texts = [(d.id, text) for d in corpus.documents.values() for text in sentences(d)]
    cells = [
        (f"{table}: {row.id}", row.text(column))
        for table, columns in (
            ("cautions", ("text", "text2")),
            ("interactions", ("effect", "advice")),
            ("tests", ("meaning", "pitfall", "note")),
            ("test_meanings", ("text",)),
        )
        for row in rows(corpus, table)
        for column in columns
    ]
    assert [(where, text) for where, text in (*texts, *cells) if DANGLING.match(text)] == []


def test_every_sentence_ends_as_a_sentence(corpus: Corpus) -> None:
    texts = [(d.id, text) for d in corpus.documents.values() for text in sentences(d)]
    assert [(where, text) for where, text in texts if not text.endswith((".", "!", "?"))] == []


def test_no_two_documents_share_a_name(corpus: Corpus) -> None:
    seen: dict[str, str] = {}
    shared = []
    for document in corpus.documents.values():
        for name in {document.title.casefold(), *(synonym.casefold() for synonym in document.synonyms)}:
            if seen.setdefault(name, document.id) != document.id:
                shared.append((name, seen[name], document.id))
    assert shared == []


def test_aspects_of_the_vocabulary_are_of_the_closed_list(corpus: Corpus) -> None:
    vocabulary = corpus.vocabulary["aspects"]
    named = {rule["aspect"] for rule in vocabulary["rules"]} | set(vocabulary["words"]) | set(vocabulary["neighbors"])
    assert named <= set(ASPECTS)


# --- figures


def test_per_serving_is_per_100g_times_grams(engine: Nutrace) -> None:
    """A sample of the food table, asked for by name; the figures are taken from the file, not from the program."""
    path = engine.corpus.tables["foods"].path
    with path.open(encoding="utf-8", newline="") as file:
        table = {row["id"]: row for row in csv.DictReader(file)}
    columns = {row.id: row.text("column") for row in rows(engine.corpus, "nutrients")}
    daily = {row.text("nutrient"): row.number_of("amount") for row in rows(engine.corpus, "daily_values")}
    checked = 0
    for number, asked in enumerate(list(table)[::STRIDE]):
        nutrient = ASKED[number % len(ASKED)]
        reply = data(engine.respond(f"how much {nutrient.replace('-', ' ')} is in {table[asked]['name']}?"))
        for food in reply["foods"]:
            row = table[food["id"]]
            assert (food["name"], food["grams"]) == (row["name"], float(row["serving_grams"]))
            for value in food["values"]:
                parts = [float(row[part]) for part in columns[value["nutrient"]].split("+") if part and row[part]]
                if not parts:
                    assert value["per_100g"] is None or not columns[value["nutrient"]]
                    continue
                serving = sum(parts) * float(row["serving_grams"]) / 100
                assert value["per_100g"] == pytest.approx(sum(parts))
                assert value["per_serving"] == pytest.approx(serving, abs=1e-5)
                if value["percent_dv"] is not None:
                    assert value["percent_dv"] == pytest.approx(
                        100 * serving / (daily[value["nutrient"]] or 0), abs=0.01
                    )
                checked += 1
    assert checked >= len(list(table)[::STRIDE]) // 2


def test_numbers_in_prose_have_a_source_beside_them(corpus: Corpus) -> None:
    """Each sentence with an amount ends with a footnote mark that names a source of its document."""
    amount = re.compile(r"\d(?:[\d,.]*\d)?\s?(?:mg|µg|mcg|g|IU|%|mmol/L|ng/mL|nmol/L)\b")
    missing = []
    for document in corpus.documents.values():
        for section in document.sections:
            for start, end in section.sentences:
                if amount.search(document.text, start, end) and not document.text.startswith("[^", end):
                    missing.append((document.id, document.text[start:end]))
    assert missing == []


def test_intakes_of_a_nutrient_leave_no_age_out_and_count_none_twice(corpus: Corpus) -> None:
    wrong = []
    for nutrient in dict.fromkeys(row.text("nutrient") for row in rows(corpus, "intakes")):
        for sex in ("male", "female"):
            fitting = [
                row
                for row in rows(corpus, "intakes")
                if row.text("nutrient") == nutrient and row.text("sex") in ("any", sex) and not row.text("life_stage")
            ]
            for months in (*range(0, 240, 3), *range(240, 1200, 12)):
                low = [row for row in fitting if (row.number_of("age_from_months") or 0) <= months]
                held = [row for row in low if (row.number_of("age_to_months") or 10**6) >= months]
                if not held and months <= 12:
                    continue  # for some nutrients nobody has set an intake of infants
                if not 1 <= len(held) <= 2 or (len(held) == 2 and held[0].number_of("age_to_months") != months):
                    wrong.append((nutrient, sex, months, [row.id for row in held]))
    assert wrong == []
