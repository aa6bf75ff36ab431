"""The founding question: each claim of its answer can be had, at the strength that the evidence gives it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from answers import Nutrace, data

TWITCHING = "What deficiencies cause muscle twitching?"


@pytest.fixture(scope="module")
def reply(engine: Nutrace) -> dict[str, Any]:
    return data(engine.respond(TWITCHING))


@pytest.fixture(scope="module")
def lines(reply: dict[str, Any]) -> dict[str, str]:
    """The line of each nutrient, by its name in lower case."""
    found = re.findall(r"^- \*\*(.+?)\*\* (.+)$", reply["text"], re.MULTILINE)
    return {name.casefold(): text.casefold() for name, text in found}


def said(engine: Nutrace, message: str, *history: str) -> str:
    """What the documents say to a message, in lower case."""
    reply = data(engine.respond(message, history))
    assert reply["status"] == "answered", message
    return " ".join(piece["text"] for piece in reply["pieces"] if piece["kind"] == "quote").casefold()


def test_the_question_is_answered_from_documents(reply: dict[str, Any]) -> None:
    assert reply["status"] == "answered"
    assert reply["asked"] == ["symptom:muscle-twitching"]
    assert reply["aspect"] == "linked-nutrients"
    assert sum(piece["kind"] == "quote" and "document" in piece for piece in reply["pieces"]) >= 8
    assert all(citation["sources"][0]["url"].startswith("https://") for citation in reply["citations"])


def test_every_nutrient_of_the_founding_answer_is_there_strongest_first(reply: dict[str, Any]) -> None:
    founding = {"magnesium", "calcium", "potassium", "vitamin-d", "vitamin-b12", "vitamin-b6", "thiamin"}
    assert founding <= set(reply["topics"])
    assert reply["topics"][:3] == ["magnesium", "calcium", "potassium"]


@pytest.mark.parametrize(
    ("nutrient", "strength", "words"),
    [
        (
            "magnesium",
            "well established",
            ("low magnesium", "twitching", "tremor", "gut losses", "alcohol", "medicines"),
        ),
        ("calcium", "well established", ("low calcium in the blood", "tingling", "parathyroid", "vitamin d", "kidney")),
        ("potassium", "possible|weak", ("low potassium", "cramps", "weakness", "less often twitching")),
        ("vitamin d", "indirect", ("only indirectly", "severe", "calcium")),
        ("vitamin b12", "weak", ("nerves", "rare in adults")),
        ("vitamin b6", "weak", ("weakly", "too much", "harm nerves")),
        ("thiamin (vitamin b1)", "weak", ("nerves", "not a typical sign")),
        ("sodium", "possible", ("low sodium", "too much water")),
    ],
)
def test_each_nutrient_has_its_true_strength(
    lines: dict[str, str], nutrient: str, strength: str, words: tuple[str, ...]
) -> None:
    assert re.match(rf"\((?:{strength})\b", lines[nutrient])
    assert [word for word in words if word not in lines[nutrient]] == []


def test_only_what_is_well_established_is_said_to_cause(lines: dict[str, str]) -> None:
    for nutrient, text in lines.items():
        if not text.startswith("(well established)"):
            assert not re.search(r"(?<!can )(?<!may )\bcauses?\b", text), (nutrient, text)


def test_the_common_harmless_causes_come_first(reply: dict[str, Any]) -> None:
    text = reply["text"].casefold()
    first = text.index("magnesium")
    assert all(word in text[:first] for word in ("healthy people", "stress", "caffeine", "tired"))


def test_a_doctor_is_named_for_what_lasts_or_comes_with_weakness(reply: dict[str, Any]) -> None:
    text = reply["text"].casefold()
    assert all(words in text for words in ("doctor", "two weeks", "weakness", "new medicine"))


def test_the_reply_claims_no_diagnosis(reply: dict[str, Any]) -> None:
    assert reply["disclaimer"] in reply["text"]
    assert not re.search(
        r"\byou (?:have|are|need|lack|should take)\b", reply["text"].replace(reply["disclaimer"], ""), re.I
    )


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("what else causes muscle twitching?", ("stress", "caffeine", "medicine")),
        ("other causes of twitching", ("stress", "caffeine")),
        ("which medicines cause muscle twitching?", ("lithium|salbutamol|diuretic|proton",)),
        ("can an overactive thyroid cause twitching?", ("thyroid",)),
        ("can dehydration cause muscle twitching?", ("dehydrat",)),
        ("when should i see a doctor about muscle twitching?", ("two weeks|weakness",)),
        ("does magnesium help with eyelid twitching?", ("eyelid", "no difference|no good evidence|not|only")),
        ("does magnesium help leg cramps?", ("cramps", "older adults|pregnan", "no |not|little")),
        ("can too much vitamin b6 harm nerves?", ("nerve|neuropathy", "vitamin b6")),
        ("can vitamin b12 deficiency cause twitching?", ("rare in adults",)),
        ("what are the signs of low magnesium?", ("tremor|twitch", "seizures|heart")),
        ("what are the signs of low calcium?", ("tingling", "spasm|cramp")),
        ("what are the signs of low potassium?", ("weakness", "constipation|palpitation|heart")),
        ("what are the signs of vitamin d deficiency?", ("bone", "weakness")),
        ("what causes low magnesium?", ("proton|diuretic|alcohol",)),
        ("what are the signs of thiamin deficiency?", ("beriberi|nerve|wernicke",)),
    ],
)
def test_each_claim_can_be_asked_for(engine: Nutrace, message: str, words: tuple[str, ...]) -> None:
    text = said(engine, message)
    assert [word for word in words if not re.search(word, text)] == [], text


@pytest.mark.parametrize("position", range(7))
def test_each_nutrient_of_the_answer_has_its_foods(engine: Nutrace, reply: dict[str, Any], position: int) -> None:
    names = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
    foods = data(engine.respond(f"which foods have the {names[position]} one?", (TWITCHING,)))
    assert foods["topics"] == [reply["topics"][position]]
    assert len(foods["foods"]) >= 5
    assert foods["ranked_by"] == {"nutrient": reply["topics"][position], "basis": "serving"}


def test_a_banana_is_no_top_source_of_potassium(engine: Nutrace) -> None:
    foods = [food["name"] for food in data(engine.respond("which foods are highest in potassium?"))["foods"]]
    assert not any(name.startswith("Banana") for name in foods[:5])
    assert any("otato" in name or "pricot" in name or "eet greens" in name for name in foods)


def test_the_corrections_that_popular_pages_miss(engine: Nutrace) -> None:
    limit = data(engine.respond("how much magnesium is too much?"))
    figures = {piece["value"] for piece in limit["pieces"] if piece["kind"] == "figure"}
    assert 350.0 in figures
    assert "supplement" in limit["text"]
    adequate = data(engine.respond("how much potassium does an adult need a day?"))
    values = {
        piece["value"] for piece in adequate["pieces"] if piece["kind"] == "figure" and piece["column"] == "value"
    }
    assert {3_400.0, 2_600.0} <= values
    assert 4_700.0 not in values
