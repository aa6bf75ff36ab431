"""The corpus checker: each rule finds what breaks it, and the real corpus breaks none."""

from __future__ import annotations

import re
from pathlib import Path
from time import perf_counter

import pytest
from check_support import FILES, findings

from corpus import load_corpus
from corpus.check import check_corpus
from corpus.check_sentences import MAX_WORDS
from corpus.check_vocabulary import _replacement
from corpus.readability import grade, syllables

IRON, TIREDNESS = "documents/nutrients/iron.md", "documents/symptoms/tiredness.md"
LAST = "Iron works beside vitamin B12 in people with type 2 diabetes."
LONG = "Iron " + "and iron " * (MAX_WORDS // 2) + "helps."

FINDING = re.compile(r"[^\n]+:[1-9]\d*: expected [^\n]+, found [^\n]+; [^\n]+")

BROKEN = {
    "a topic nobody knows": (IRON, "topics: [iron]", "topics: [iron, gold]", "'gold'"),
    "another topic first": (TIREDNESS, "[symptom:tiredness, iron", "[iron, symptom:tiredness", "own id first"),
    "an id that is not the file name": (TIREDNESS, "id: symptom:tiredness", "id: symptom:tired", "named tired.md"),
    "no review": (IRON, "reviewed: 2026-11-22", "reviewed: soon", "day of the last review"),
    "one question": (IRON, "[how much iron, iron a day]", "[how much iron]", "at least 2 questions"),
    "no address": (IRON, "https://example.org/efsa", "example.org", "an http(s) URL"),
    "a blank publisher": (IRON, "publisher: EFSA", 'publisher: " "', "a publisher"),
    "an uncited source": (IRON, "adults.[^efsa]", "adults.[^dri]", "names source 'efsa'"),
    "a long sentence": (IRON, LAST, LONG, f"at most {MAX_WORDS} words"),
    "a dangling start": (IRON, LAST, "It works beside vitamin B12.", "names its subject"),
    "a sentence that goes on from another": (IRON, LAST, "However, iron helps.", "names its subject"),
    "no end": (IRON, LAST, "Iron works", "ends with . ! or ?"),
    "Markdown": (IRON, LAST, "Iron **works**.", "plain text"),
    "a British part of a word": (IRON, LAST, "Iron mends anaemia.", "'anemia'"),
    "a British word": (IRON, LAST, "Iron tablets are grey.", "'gray'"),
    "a number without a source": (IRON, LAST, "Iron is in 300 enzymes.", "a footnote behind"),
    "an intake of other people": (IRON, "men of that age 8 mg", "men of that age 18 mg", "iron and male"),
    "a wrong intake": (IRON, "need 18 mg", "need 15 mg", "a figure of intakes.csv for iron"),
    "a wrong upper limit": (IRON, LAST, "The upper limit for iron is 40 mg a day for adults.[^dri]", "45,000 µg"),
    "units that differ": (IRON, LAST, "Adults need 15 µg (400 IU) of vitamin D a day.[^dri]", "expected 600 IU"),
    "two limits of one authority": (TIREDNESS, "give 40 mg", "give 45 mg", "'45 mg'"),
    "a wrong food content": (IRON, "has 3.3 mg", "has 6.6 mg", "3.3 mg, as foods.csv gives"),
    "a link without a sentence": (TIREDNESS, "Vitamin D has", "Sunlight has", "that names vitamin-d"),
    "a link of nobody": ("tables/links.csv", "symptom:tiredness,iron", "symptom:tired,iron", "the id of a document"),
    "a strength of its own": ("tables/links.csv", "unproven", "doubtful", "well-established |"),
    "a link twice": ("tables/links.csv", "tiredness,vitamin-d,unproven", "tiredness,iron,possible", "in line 2"),
    "an unknown nutrient": ("tables/tests.csv", "ferritin,iron", "ferritin,gold", "'gold'"),
    "an unknown food": ("tables/food_portions.csv", "food:lentils", "food:lentil", "a food of foods.csv"),
    "an unknown medicine": ("tables/interactions.csv", "medicine:omeprazole", "medicine:prilosec", "medicines.yaml"),
    "an unknown condition": ("tables/cautions.csv", "condition:kidney-disease", "condition:kidneys", "people.yaml"),
    "an unknown life stage": ("tables/intakes.csv", "611,pregnant", "611,expecting", "'expecting'"),
    "an unknown source": ("tables/daily_values.csv", "mg,fda", "mg,label", "a source of sources.csv"),
    "a source without address": ("tables/sources.csv", "https://example.org/fda", "fda.gov", "an http(s) URL"),
    "a range upside down": ("tables/tests.csv", "12,150", "150,12", "at most high"),
    "two daily values": ("tables/daily_values.csv", "iron,18", "iron,14", "18.0 mg"),
    "a column that is none": ("tables/nutrients.csv", "iron_mg", "iron_ug", "columns of foods.csv"),
    "a weightless serving": ("tables/foods.csv", "1001,100", "1001,0", "serving_grams above 0"),
    "a weightless portion": ("tables/food_portions.csv", "198", "0", "more than 0 grams"),
    "no default": ("tables/foods.csv", "100,yes", "100,", "one default food"),
    "a slip of unit": ("tables/foods.csv", "3.3,0", "3300,0", "of the daily value of iron"),
    "more than the food": ("tables/foods.csv", "fish,0.4,11", "fish,0.4,110000000", "in 100 g"),
    "a tag that no food has": ("vocabulary/diets.yaml", "exclude: [fish]", "exclude: [fishes]", "'fishes'"),
    "a drifted copy": ("tables/food_alternatives.csv", "3.3,2.2", "3.2,2.2", "sr_value 3.3"),
    "an alternative that is none": ("tables/food_alternatives.csv", "3.3,2.2", "3.3,3.3", "that differs"),
    "an alternative of no column": ("tables/food_alternatives.csv", "iron_mg", "iron", "a column of foods.csv"),
    "wrong arithmetic": ("tables/food_extra.csv", "9.4,85,11", "11,85,11", "= 9.35"),
    "a family that is none": ("tables/food_groups.csv", ",,salmon", ",,salmons", "a family of foods.csv"),
    "a pattern that does not compile": ("vocabulary/people.yaml", "pregnant\\b'", "(pregnant\\b'", "a regular"),
    "a document that is none": (
        "vocabulary/people.yaml",
        "words: [kidney",
        "document: topic:none, words: [kidney",
        "'topic:none'",
    ),
    "an id twice": ("vocabulary/medicines.yaml", "{id: medicine:omeprazole", "{id: medicine:ppis", "one entry"),
    "no disclaimer": ("vocabulary/phrases.yaml", "This is no medical advice.", "", "a disclaimer"),
    "a table cell that dangles": ("tables/cautions.csv", "Iron tablets can", "They can", "names its subject"),
    "a table cell in British": ("tables/tests.csv", "Low ferritin means", "Anaemia means", "'anemia'"),
}


@pytest.fixture(scope="module")
def real() -> list[str]:
    return check_corpus(load_corpus())


def test_the_real_corpus_has_no_finding(real: list[str]) -> None:
    assert real == []


def test_the_whole_corpus_is_checked_in_seconds() -> None:
    corpus = load_corpus()
    began = perf_counter()
    check_corpus(corpus)
    assert perf_counter() - began < 5 * 4  # under 5 s here; a loaded runner of CI gets four times that


def test_a_sound_small_corpus_has_no_finding(tmp_path: Path) -> None:
    assert findings(tmp_path) == []


@pytest.mark.parametrize("rule", BROKEN)
def test_what_breaks_a_rule_is_found_in_one_line_that_says_where_and_what_to_do(rule: str, tmp_path: Path) -> None:
    name, old, new, expected = BROKEN[rule]
    found = findings(tmp_path, name, old, new)
    assert any(expected in line for line in found), found
    assert [line for line in found if not FINDING.fullmatch(line)] == []


def test_a_finding_names_the_line(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, IRON, LAST, "Iron tablets are grey.")
    line = FILES[IRON].splitlines().index(LAST) + 1
    assert found.startswith(f"{tmp_path / IRON}:{line}: ")


def test_a_pattern_is_found_on_its_line(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, "vocabulary/diets.yaml", "'\\bno {x}\\b'", "'\\bno ({x}\\b'")
    assert found.startswith(f"{tmp_path / 'vocabulary/diets.yaml'}:2: ")


def test_synonyms_and_questions_may_be_british(tmp_path: Path) -> None:
    assert findings(tmp_path, IRON, "[how much iron, iron a day]", "[iron for anaemia, grey hair]") == []


def test_a_number_that_stands_in_a_table_needs_no_footnote(tmp_path: Path) -> None:
    assert findings(tmp_path, IRON, LAST, "Women over 50 need 8 mg of iron a day.") == []


@pytest.mark.parametrize(
    "name", ["vitamin B12", "omega-3", "type 2 diabetes", "COVID-19", "vitamin D3", "GLP-1", "CYP3A4"]
)
def test_a_digit_of_a_name_is_no_number(name: str, tmp_path: Path) -> None:
    assert findings(tmp_path, IRON, LAST, f"Iron has nothing to do with {name}.") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Pregnant women need 27 mg of iron a day, and men over 50 need 8 mg.",
        "Adults need 15 µg (600 IU) of vitamin D a day up to age 70, and the upper limit is 100 µg.",
        "The upper limit for iron is 45 mg a day for adults.",
        "Smokers need 35 mg more iron a day than others.",
    ],
)
def test_what_agrees_with_the_table_is_let_pass(sentence: str, tmp_path: Path) -> None:
    assert findings(tmp_path, IRON, LAST, f"{sentence}[^dri]") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Pregnant women need 18 mg of iron a day.",
        "Men over 50 need 18 mg of iron a day.",
        "Women aged 19 to 50 need 8 mg of iron a day.",
        "Adults need 15 µg of vitamin D a day over 71.",
        "The upper limit for vitamin D is 45 mg a day.",
    ],
)
def test_the_number_of_other_people_is_a_contradiction(sentence: str, tmp_path: Path) -> None:
    found = findings(tmp_path, IRON, LAST, f"{sentence}[^dri]")
    assert len(found) == 1
    assert "a figure of intakes.csv" in found[0]


def test_two_documents_of_a_kind_share_no_synonym(tmp_path: Path) -> None:
    findings(tmp_path)
    other = (
        FILES[TIREDNESS]
        .replace("id: symptom:tiredness", "id: symptom:other")
        .replace("topics: [symptom:tiredness", "topics: [symptom:other")
    )
    (tmp_path / "documents/symptoms/other.md").write_text(other.replace("title: Tiredness", "title: Other"))
    (found,) = check_corpus(load_corpus(tmp_path))
    assert "'fatigue', which symptom:other has too" in found


def test_a_heading_without_sentences_is_found(tmp_path: Path) -> None:
    body = FILES[IRON].partition("Women aged")[2]
    found = findings(tmp_path, IRON, "Women aged" + body, "\n")
    assert any("expected sentences below 'How much iron'" in line for line in found)


def test_a_corpus_of_another_subject_needs_no_tables(tmp_path: Path) -> None:
    bees = FILES[IRON].replace("id: iron", "id: topic:bees").replace("kind: nutrient", "kind: topic")
    for name, text in (
        ("documents/topics/bees.md", bees.replace("topics: [iron]", "topics: [topic:bees]")),
        ("tables/schema.yaml", "{}"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert check_corpus(load_corpus(tmp_path)) == []


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("iron", 2),
        ("magnesium", 4),
        ("deficiency", 4),
        ("anemia", 4),
        ("diabetes", 4),
        ("causes", 2),
        ("needed", 2),
        ("18", 1),
    ],
)
def test_syllables_are_counted_as_spoken(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_is_that_of_the_published_formula() -> None:
    # 8 words, 2 sentences, 10 syllables by hand: The cat sat on the mat. Vitamins help.
    assert grade(["The cat sat on the mat.", "Vitamins help."]) == pytest.approx(0.39 * 8 / 2 + 11.8 * 10 / 8 - 15.59)
    assert grade(["Encephalopathy hurts."], "Encephalopathy") < grade(["Encephalopathy hurts."])
    assert grade([]) == 0.0


def test_a_document_of_hard_words_is_found(tmp_path: Path) -> None:
    hard = "Internationally administered supplementation necessitates multidisciplinary individualization.\n" * 6
    found = findings(tmp_path, IRON, LAST, hard)
    assert any("a reading grade of at most 12" in line for line in found)


def test_what_stands_for_a_pattern_names_only_groups_that_it_has(tmp_path: Path) -> None:
    path = tmp_path / "dialogue.yaml"
    path.write_text("autocorrected:\n  - [hoe (much), how]\n", encoding="utf-8")
    assert list(_replacement(path, "hoe (much)", r"how \1")) == []
    (found,) = _replacement(path, "hoe (much)", r"how \2")
    assert found.startswith(f"{path}:2: expected a pattern and what it means, found ")
