"""Who is asking, what they leave out, and what they take back."""

from __future__ import annotations

from typing import Any

import pytest

from answers import Nutrace, data
from retriever import Filters, Retriever

Q = "how much iron do I need? "
SAID: dict[str, dict[str, Any]] = {
    # ages and sexes
    "I'm 70": {"age": 70, "sex": None},
    "im 34": {"age": 34, "sex": None},
    "I am a 25 year old man": {"age": 25, "sex": "male"},
    "34F": {"age": 34, "sex": "female"},
    "50 M": {"age": 50, "sex": "male"},
    "im 19 and female": {"age": 19, "sex": "female"},
    "man over 50": {"age": 51, "sex": "male"},
    "my 4-year-old": {"age": 4},
    "my 14 yo son": {"age": 14, "sex": "male", "about": "son"},
    "my daughter is 9": {"age": 9, "sex": "female", "about": "daughter"},
    "my baby is 6 months old": {"age": 0.5, "about": "baby"},
    "18 month old": {"age": 1.5},
    "my dad is 80": {"age": 80, "sex": "male", "about": "father"},
    "for my mom": {"sex": "female", "about": "mother"},
    "I'm a woman": {"sex": "female"},
    "teenage girl": {"sex": "female", "life_stage": "life-stage:teen"},
    # life stages
    "I'm pregnant": {"life_stage": "life-stage:pregnant", "sex": "female"},
    "pregnant woman, 30": {"life_stage": "life-stage:pregnant", "age": 30},
    "I'm 30 and pregnant": {"life_stage": "life-stage:pregnant", "age": 30},
    "I'm 8 weeks pregnant": {"life_stage": "life-stage:pregnant", "age": None},
    "my wife is 34 weeks and her iron is low": {"life_stage": "life-stage:pregnant", "about": "wife"},
    "im 34 weeks": {"life_stage": "life-stage:pregnant", "age": None},
    "my baby is 34 weeks old": {"life_stage": "life-stage:infant"},
    "am i pregnant?": {"life_stage": None},
    "breastfeeding my 2 month old, should I take more?": {"life_stage": "life-stage:breastfeeding", "age": None},
    "I'm breastfeeding, my baby is 2 months old. Do I need more?": {"life_stage": "life-stage:breastfeeding"},
    "my wife is pregnant": {"life_stage": "life-stage:pregnant", "about": "wife"},
    "I'm breastfeeding": {"life_stage": "life-stage:breastfeeding"},
    "I'm not pregnant": {"life_stage": None},
    "for kids": {"life_stage": "life-stage:child"},
    "for the elderly": {"life_stage": "life-stage:older-adult"},
    # no age
    "I ate 70 g of beef": {"age": None},
    "for 3 years I have been tired": {"age": None},
    "I take 25 mg": {"age": None},
    "I have been tired for 6 months": {"age": None, "life_stage": None},
    # diets and exclusions
    "I'm vegan": {"diet": "vegan"},
    "plant-based": {"diet": "vegan"},
    "I'm a vegetarian, no eggs": {"diet": "vegetarian", "exclude": ("egg",)},
    "pescatarian": {"diet": "pescatarian"},
    "halal": {"diet": "halal"},
    "I have lactose intolerance": {"diet": "lactose-free"},
    "I'm not vegan": {"diet": None},
    "no dairy": {"exclude": ("dairy",)},
    "without fish": {"exclude": ("fish",)},
    "I don't eat meat": {"exclude": ("meat",)},
    "I can't stand liver": {"exclude": ("liver",)},
    "I'm allergic to peanuts": {"exclude": ("peanut",)},
    "no dairy, no fish and no nuts": {"exclude": ("dairy", "fish", "nuts")},
    # conditions and medicines
    "I have kidney disease": {"conditions": ("condition:kidney-disease",)},
    "i've got ckd": {"conditions": ("condition:kidney-disease",)},
    "I'm coeliac": {"conditions": ("condition:celiac-disease",), "diet": "gluten-free"},
    "I'm on dialysis": {"conditions": ("condition:dialysis", "condition:kidney-disease")},
    "I'm on metformin": {"medicines": ("medicine:metformin",)},
    "I take lisinopril": {"medicines": ("medicine:lisinopril",)},
    "I don't have diabetes": {"conditions": ()},
}


def value(filters: Filters, name: str) -> Any:
    found = getattr(filters, name)
    return tuple(sorted(found)) if isinstance(found, tuple) else found


@pytest.mark.parametrize("message", SAID)
def test_what_is_said_about_a_person_is_kept(retriever: Retriever, message: str) -> None:
    filters = retriever.understand(Q + message).filters
    wanted = {name: tuple(sorted(v)) if isinstance(v, tuple) else v for name, v in SAID[message].items()}
    assert {name: value(filters, name) for name in wanted} == wanted


def test_a_question_alone_says_nothing_about_a_person(retriever: Retriever) -> None:
    for message in (
        "which foods have iron?",
        "What deficiencies cause muscle twitching?",
        "is spinach rich in iron",
        "b12",
    ):
        assert retriever.understand(message).filters == Filters(), message


@pytest.mark.parametrize(
    ("history", "wanted"),
    [
        (["I'm vegan", "forget vegan"], {"diet": None}),
        (["I'm vegan", "I'm not vegan anymore"], {"diet": None}),
        (["I'm vegan", "actually I'm vegetarian"], {"diet": "vegetarian"}),
        (["no fish please", "I can eat fish"], {"exclude": ()}),
        (["no fish and no dairy", "fish is fine"], {"exclude": ("dairy",)}),
        (["I'm pregnant", "I'm not pregnant"], {"life_stage": None}),
        (["I have kidney disease", "I don't have kidney disease"], {"conditions": ()}),
        (["I take warfarin", "I stopped taking warfarin"], {"medicines": ()}),
        (["I'm vegan, 40 and on metformin", "start over"], {"diet": None, "age": None, "medicines": ()}),
        (["I'm 40", "I'm 41"], {"age": 41}),
        (["I'm vegan", "and zinc?", "what about calcium?"], {"diet": "vegan"}),
        (["I have kidney disease", "and zinc?", "bananas?"], {"conditions": ("condition:kidney-disease",)}),
    ],
)
def test_what_was_said_holds_until_it_is_taken_back(
    retriever: Retriever, history: list[str], wanted: dict[str, Any]
) -> None:
    filters = retriever.understand("which foods have iron?", ["which foods have magnesium?", *history]).filters
    assert {name: value(filters, name) for name in wanted} == wanted


def test_somebody_elses_body_is_another_body(retriever: Retriever) -> None:
    history = ["I'm 30, pregnant and on warfarin. which foods have iron?"]
    filters = retriever.understand("and for my dad, he's 80?", history).filters
    assert (filters.about, filters.age, filters.sex) == ("father", 80, "male")
    assert (filters.life_stage, filters.medicines) in ((None, ()), ("life-stage:older-adult", ()))


def test_what_is_asked_in_general_says_nothing_about_the_user(retriever: Retriever) -> None:
    history = ["are vegans at risk of b12 deficiency?", "is folate important in pregnancy?"]
    filters = retriever.understand("which foods have zinc?", history).filters
    assert (filters.life_stage, filters.sex, filters.conditions) == (None, None, ())


@pytest.mark.parametrize(
    ("said", "tags"),
    [
        ("I have a nut allergy", {"nuts", "peanut"}),
        ("I'm allergic to shellfish", {"shellfish"}),
        ("I have celiac disease", {"gluten", "wheat"}),
        ("I'm lactose intolerant", {"dairy"}),
        ("I have an egg allergy", {"egg"}),
        ("I'm allergic to soy", {"soy"}),
    ],
)
@pytest.mark.parametrize("nutrient", ["magnesium", "calcium", "selenium"])
def test_what_somebody_is_allergic_to_is_never_offered(
    engine: Nutrace, said: str, tags: set[str], nutrient: str
) -> None:
    table = engine.corpus.tables["foods"].by_id
    for message, history in ((f"{said}. which foods have {nutrient}?", []), (f"which foods have {nutrient}?", [said])):
        foods = data(engine.respond(message, history))["foods"]
        assert foods
        assert [food["id"] for food in foods if tags & set(table[food["id"]].items("contains"))] == []


@pytest.mark.parametrize(
    ("message", "months"),
    [
        ("and his baby sister, 9 months", 9),
        ("my nephew 14 months old", 14),
        ("my sister, 9", 108),
        ("grandad is 82 and lives on toast", 984),
        ("he is seventy one", 852),
        ("my daughters 9", 108),
    ],
)
def test_an_age_in_months_is_no_age_in_years(retriever: Retriever, message: str, months: int) -> None:
    assert retriever.said(message).mentions.age_months == months


@pytest.mark.parametrize(
    ("message", "left_out"),
    [
        ("she cannot abide fish", "fish"),
        ("neither of them will touch meat", "meat"),
        ("i dont even like nuts", "nuts"),
        ("no lentils or beans", "legumes"),
        ("oysters are gross", "oysters"),
        ("milk makes me bloated", "dairy"),
        ("red meat won't stay down", "meat"),
    ],
)
def test_what_somebody_will_not_eat_is_left_out_however_it_is_said(
    retriever: Retriever, message: str, left_out: str
) -> None:
    assert left_out in retriever.understand(message).filters.exclude


def test_the_unborn_baby_is_asked_about_as_the_mothers(retriever: Retriever) -> None:
    history = ["positive pregnancy test today, should i take folic acid"]
    person = retriever.understand("what does it do for the baby", history).filters
    assert (person.about, person.life_stage) == ("self", "life-stage:pregnant")
    assert retriever.understand("and for my baby, 6 months", history).filters.age_months == 6
    told = retriever.understand("is my baby ok im 10 weeks pregnant").filters
    assert (told.about, told.life_stage) == ("self", "life-stage:pregnant")


@pytest.mark.parametrize(
    ("history", "message", "medicines"),
    [
        ((), "my water pill is furosemide", ("medicine:furosemide",)),
        (("i take a water pill",), "it is furosemide", ("medicine:furosemide",)),
        (("i take a water pill",), "i also take furosemide", ("medicine:diuretics", "medicine:furosemide")),
        ((), "i take a water pill and lisinopril", ("medicine:diuretics", "medicine:lisinopril")),
        ((), "i take a water pill", ("medicine:diuretics",)),
        (("isoniazid for TB, hands tingling",), "how much b6", ("medicine:isoniazid",)),
        (("is kale ok with warfarin",), "how much vitamin k in spinach", ()),
    ],
)
def test_which_medicines_somebody_takes(
    retriever: Retriever, history: tuple[str, ...], message: str, medicines: tuple[str, ...]
) -> None:
    assert retriever.understand(message, history).filters.medicines == medicines


@pytest.mark.parametrize(
    ("message", "about"),
    [
        ("my sister reckons it's lack of B12", "self"),
        ("my mum swears boiling kills the vitamin C", "self"),
        ("my wife says she is always tired", "wife"),
        ("my wife is always tired", "wife"),
        ("I took my wife's iron pills", "self"),
        ("my husband and I are trying for a baby, how much folate", "self"),
        ("my hair is falling out since I had my baby", "self"),
        ("how much iron does my baby need", "baby"),
        ("my 3 yr old is picky", "child"),
        ("my old doctor said i need iron", "self"),
        ("my hair falls out after baby 4 months ago", "self"),
    ],
)
def test_who_only_tells_or_owns_something_is_not_asked_about(retriever: Retriever, message: str, about: str) -> None:
    assert retriever.understand(message).filters.about == about


@pytest.mark.parametrize(
    ("message", "months"),
    [
        ("my blood pressure was 148 over 92, how much salt a day", None),
        ("he's now 13 months, how much iron does he need", 13),
        ("I'm 6 months pregnant, how much iron", None),
        ("women over 50, how much calcium", 51 * 12),
        ("I had my baby 4 months ago, how much iron do I need", None),
        ("my four-year-old won't eat meat, how much iron", 48),
        ("she just turned seven, how much iron", 84),
        ("my fourteen year old daughter, how much iron", 168),
        ("I'm twenty-one years old, how much iron", 252),
        ("my 1 year old, how much iron", None),
        ("I'm 1.81 m and 57 kg, how much protein", None),
    ],
)
def test_what_is_an_age(retriever: Retriever, message: str, months: int | None) -> None:
    assert retriever.understand(message).filters.age_months == months


SELF = "I'm 34 and vegan. Which nutrients matter?"
CHILD = "My daughter is 4 and won't eat vegetables. What is she missing?"


@pytest.mark.parametrize(
    ("before", "message", "about"),
    [
        (SELF, "My sister was anemic when pregnant. Should I be worried about that too?", "self"),
        (SELF, "My husband is Norwegian. How often may I eat salmon?", "self"),
        (SELF, "My brother has the same thing and drinks cherry juice. Does that do anything?", "self"),
        (SELF, "my mum keeps saying I need b12, is she right or just being a mum", "self"),
        (CHILD, "My wife would rather buy those gummy multivitamins. Would they do the job?", "daughter"),
        (CHILD, "juice was my mums idea but her teeth.. how much iron is in raisins?", "daughter"),
        (SELF, "My mother is 82 and hardly eats. How could she get enough protein?", "mother"),
        (SELF, "My dad takes warfarin. Is kale safe for him?", "father"),
        (SELF, "What about my wife, does she need iron?", "wife"),
        (SELF, "My son drinks a liter of milk a day. Is that too much?", "son"),
        (SELF, "my brother drinks black cherry juice for his gout. any evidence behind that", "self"),
        (SELF, "my husband gets the cramps too, he's on water tablets. could it be those", "husband"),
        (SELF, "No pizza? My mother is Italian, she puts olive oil on everything! Is that also bad?", "self"),
        (SELF, "Only calcium. My mother had the same thing by the way, is it hereditary?", "self"),
        (SELF, "No. But my father had Alzheimer's and I'm 58 now, so I'm a bit scared.", "self"),
    ],
)
def test_somebody_only_mentioned_is_not_asked_about(
    retriever: Retriever, before: str, message: str, about: str
) -> None:
    assert retriever.understand(message, [before]).filters.about == about


def test_what_is_told_of_others_is_not_had(retriever: Retriever) -> None:
    message = "My sister was anemic through her pregnancy. Should I be worried about that too?"
    filters = retriever.understand(message, [SELF]).filters
    assert (filters.conditions, filters.life_stage, filters.diet, filters.age) == ((), None, "vegan", 34)


def test_who_tells_of_himself_is_asked_about_again(retriever: Retriever) -> None:
    talk = ["I'm 26. Is keto healthy?", "My colleague had headaches on keto. Why does that happen to her?"]
    assert retriever.understand("I'd rather do a vegan diet. What do I need?", talk).filters.about == "self"
    assert retriever.understand("What else should she look out for?", talk).filters.about == "colleague"


@pytest.mark.parametrize(
    "message",
    [
        "I go crabbing with my brother every weekend. Is crab rich in zinc?",
        "I'm planning a trip to Japan with my best friend. Is nori rich in iodine?",
        "I gave one of my kidneys to my sister in 2016. Is potassium salt something for me?",
    ],
)
def test_company_is_not_asked_about(retriever: Retriever, message: str) -> None:
    assert retriever.understand(message).filters.about == "self"


def test_who_lives_with_somebody_ill_asks_about_them(retriever: Retriever) -> None:
    message = "I live with my mother, she has diabetes. What should she eat?"
    assert retriever.understand(message).filters.about == "mother"


def test_one_kidney_left_is_a_matter_of_the_kidneys(retriever: Retriever) -> None:
    filters = retriever.understand("I gave one of my kidneys to my sister. How much potassium may I have?").filters
    assert "condition:kidney-disease" in filters.conditions


def test_what_is_known_of_the_asker_is_kept_while_another_is_told_of(retriever: Retriever) -> None:
    talk = ["I'm a 55 year old man with type 2 diabetes and I take metformin. What can I eat?"]
    message = "My wife won't cook two dinners, she says it's too much work. Can I eat rice, for me and the kids?"
    filters = retriever.understand(message, talk).filters
    assert (filters.about, filters.age) == ("self", 55)
    assert "medicine:metformin" in filters.medicines


@pytest.mark.parametrize(
    "message",
    [
        "My B12 is on the low side. What should I be eating?",
        "I don't like oysters. Which foods have zinc?",
        "Which of my two medicines lowers my sugar?",
    ],
)
def test_who_speaks_of_his_own_body_is_asked_about_again(retriever: Retriever, message: str) -> None:
    talk = ["I'm 47 and vegan. Which nutrients matter?", "My cousin has a peanut allergy. What should she eat?"]
    assert retriever.understand(message, talk).filters.about == "self"


def test_who_is_fine_again_is_no_emergency_any_more(retriever: Retriever) -> None:
    talk = ["Help, my son has hives all over and his lips are swelling after a peanut butter sandwich!!"]
    assert retriever.understand(talk[0]).urgency == "emergency"
    assert retriever.understand("He's fine again, we just came back from the doctor.", talk).urgency == "none"
    assert retriever.understand("He's fine with milk. Which foods have calcium?", talk).urgency == "emergency"
