"""Laboratory results: what is one, in which unit it is compared, and what is said of the side on which it lies."""

from __future__ import annotations

import pytest

from answers import Nutrace
from answers.render import markdown
from retriever import Question, Retriever
from retriever.units import UnitNames, converted


def shown(engine: Nutrace, message: str, *history: str) -> str:
    return markdown(engine.respond(message, history))


@pytest.mark.parametrize(
    ("message", "value", "unit"),
    [
        ("mcv 104", 104, ""),
        ("25(oh)d 38 nmol/l", 38, "nmol/l"),
        ("transferrin saturation 58%", 58, "%"),
        ("zinc 55 ug/dl", 55, "µg/dl"),
        ("hb 9.8", 9.8, ""),
        ("vit d came back 14", 14, ""),
        ("hgb 10.1 f 34", 10.1, ""),
        ("egfr 38 potassium 5.4", 5.4, ""),
        ("ferritin 420 man", 420, ""),
        ("14 ng/ml for vitamin d", 14, "ng/ml"),
        ("phosphate 0.6 mmol/l eating again after flu", 0.6, "mmol/l"),
    ],
)
def test_a_result_is_read_with_its_unit_and_answered(engine: Nutrace, message: str, value: float, unit: str) -> None:
    answer = engine.respond(message)
    assert [(reading.value, reading.unit) for reading in answer.question.readings] == [(value, unit)]
    assert answer.status == "answered" and answer.question.aspect == "testing"
    assert "**Your value**" in markdown(answer)


@pytest.mark.parametrize(
    "message",
    [
        "vitamin d 2000",
        "iron 65 mg",
        "zinc 50",
        "magnesium 400",
        "magnesium 4 sleep",
        "my mum is 68, potassium",
        "iron levels at 28 weeks pregnant",
        "ferritin test 2 weeks ago",
        "calcium 1200 a day",
        "potassium in 2 bananas",
        "iron for women of 30",
        "vitamin d 50000 iu weekly",
        "my baby is 4 weeks old and breastfed does she need vit d",
    ],
)
def test_ages_doses_and_dates_are_no_results(retriever: Retriever, message: str) -> None:
    question = retriever.understand(message)
    assert question.readings == () and question.value is None


def test_a_babys_age_in_weeks_asks_for_no_blood_test(engine: Nutrace) -> None:
    text = shown(engine, "my baby is 4 weeks old and breastfed does she need vit d")
    assert "breastfed babies need a supplement of 10 µg (400 IU) a day" in text
    assert "usual range" not in text.casefold()


@pytest.mark.parametrize(
    ("message", "side"),
    [
        ("25 oh d 38 nmol/l", "low"),
        ("25 oh d 38 ng/ml", "within"),
        ("calcium 2.75 mmol/L", "high"),
        ("albumin 28 g/l", "low"),
        ("hb 98", "low"),
        ("mma 500 nmol/l", "high"),
        ("vitamin d 38", "unit"),
        ("calcium 240 mg/dl", "impossible"),
        ("ferritin 9 mmol/l", "other-unit"),
        ("my iron is 9", "which"),
        ("albumin 30 g/l pregnant", "whom"),
        ("my 8 year old hemoglobin 10.9", "low"),
        ("hemoglobin 9.8 g/dl at 28 weeks pregnant", "low"),
    ],
)
def test_a_value_is_compared_in_its_own_unit_with_the_range_of_the_person(
    engine: Nutrace, message: str, side: str
) -> None:
    answer = engine.respond(message)
    assert side in {one.why or one.side for one in answer.evidence.tests if one.reading}
    assert markdown(answer).count("**Your value**") == 1


@pytest.mark.parametrize("message", ["ferritin 9 woman", "potassium 5.9 mmol/l", "ferritin 60 woman"])
def test_a_value_gets_its_range_and_no_verdict(engine: Nutrace, message: str) -> None:
    value = next(line for line in markdown(engine.respond(message)).splitlines() if "**Your value**" in line)
    said = message.partition(" ")[2].removesuffix(" woman")
    assert value.removesuffix(" (no unit given)") == f"- **Your value** “{said}”"


@pytest.mark.parametrize(
    ("message", "said", "unsaid"),
    [
        ("ferritin 420 man", "A high ferritin can come from", "Low ferritin means"),
        ("ferritin 9 woman", "Low ferritin means", "high ferritin"),
        ("ferritin 60 woman", "Your value", "Low ferritin means"),
        ("mcv 104", "Large red blood cells", "Small red blood cells"),
        ("mcv 70", "Small red blood cells", "Large red blood cells"),
        ("high mcv", "Large red blood cells", "Small red blood cells"),
        ("vitamin d level 150 ng/ml", "has been linked with harm", "is deficiency"),
        ("hb 9.8 g/dl pregnant 28 wks", "her doctor or midwife", "Low hemoglobin is anemia"),
    ],
)
def test_only_the_side_of_the_value_is_explained(engine: Nutrace, message: str, said: str, unsaid: str) -> None:
    text = shown(engine, message)
    assert said in text and unsaid not in text


@pytest.mark.parametrize("message", ["ferritin 1500", "ferritin 420 man", "vit d 150 ng/ml"])
def test_after_a_high_value_no_rich_foods_are_listed(engine: Nutrace, message: str) -> None:
    answer = engine.respond("which foods are high in it", [message])
    assert not answer.foods and "For this reason no list" in markdown(answer)
    assert engine.respond("which foods are high in it", ["my ferritin is 9 ng/ml"]).foods


def test_a_value_told_before_is_not_asked_for_again(engine: Nutrace) -> None:
    text = shown(engine, "stop iron?", "ferritin 420 man")
    assert "A high ferritin can come from" in text and "Low ferritin means" not in text


@pytest.mark.parametrize("message", ["calcium 11.2", "calcium 2.75 mmol/L", "potassium 5.9"])
def test_a_value_means_a_condition_in_any_unit(retriever: Retriever, message: str) -> None:
    question: Question = retriever.understand(message)
    assert question.filters.conditions


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (98, "g/l", "g/dL", 9.8),
        (60, "ug/l", "µg/dL", 6),
        (9, "ng/ml", "µg/L", 9),
        (0.5, "umol", "nmol/L", 500),
        (6.8, "mu/l", "µIU/mL", 6.8),
        (38, "nmol/l", "ng/mL", None),
        (58, "percent", "%", 58),
    ],
)
def test_units_of_one_kind_are_converted(
    engine: Nutrace, value: float, unit: str, to: str, expected: float | None
) -> None:
    names = UnitNames(engine.corpus.vocabulary["units"])
    assert converted(value, names.name(unit), to) == expected


@pytest.mark.parametrize("told", ["my vitamin d is 150 ng/ml", "calcium 13.2", "zinc 300 ug/dl", "phosphate 7.5 mg/dl"])
@pytest.mark.parametrize("asked", ["cod liver oil?", "how much is in salmon", "is milk ok", "oysters?", "apple?"])
def test_a_food_that_holds_what_is_high_has_no_figures_after_a_sign(engine: Nutrace, told: str, asked: str) -> None:
    answer = engine.respond(asked, (told, "thirsty and constipated"))
    high = engine.retriever.gatherer.much(engine.retriever.understand(asked, (told, "thirsty and constipated")))
    assert answer.status in ("answered", "no_answer")
    assert not (high and answer.foods)
    assert not (asked == "apple?" and high)


def test_low_sodium_is_no_lack_of_salt(engine: Nutrace) -> None:
    answer = engine.respond("what should i eat", ("sodium 128 on my blood test",))
    assert "condition:low-sodium" in answer.question.filters.conditions and not answer.foods


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("mcg", "µg"), ("Micrograms", "µg"), ("\u03bcg", "µg"), ("glasses", "glass"), ("glass", "glass"), ("lbs", "lb"),
        ("litres", "liter"), ("tins", "can"), ("leaves", "leaf"), ("IUs", "IU"), ("gms/l", "g/l"),
        ("µg per 100 ml", "µg/dl"), ("nmol per litre", "nmol/l"), ("umol", "µmol/l"), ("percent", "%"),
        ("uiu / ml", "miu/l"),
    ],
)  # fmt: skip
def test_a_unit_has_one_name_however_it_is_written(engine: Nutrace, written: str, name: str) -> None:
    assert UnitNames(engine.corpus.vocabulary["units"]).name(written).casefold() == name.casefold()
