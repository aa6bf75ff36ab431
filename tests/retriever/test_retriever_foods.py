"""Rankings, intakes and cautions: which rows are chosen for whom."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answers import Nutrace, data
from corpus import Row
from retriever import Filters, Retriever
from retriever.foods import FoodTable
from retriever.intakes import Intakes

NUTRIENTS = ("magnesium", "iron", "potassium", "calcium", "vitamin-b12", "omega-3", "vitamin-d", "zinc")
DIETS = ("vegan", "vegetarian", "pescatarian", "halal", "kosher", "gluten-free", "dairy-free", "lactose-free")
ANIMAL = {"meat", "poultry", "fish", "shellfish", "dairy", "egg", "honey", "gelatin"}
UNITS = {"100g": "100 g", "100kcal": "100 kcal"}


@pytest.fixture(scope="module")
def table(retriever: Retriever) -> FoodTable:
    return retriever.gatherer.foods


@pytest.fixture(scope="module")
def intakes(engine: Nutrace) -> Intakes:
    return Intakes(engine.corpus)


def lower(engine: Nutrace, row: Row, column: str) -> float | None:
    """The lower value where data sets disagree; None where unknown."""
    value = row.number_of(column)
    others = engine.corpus.tables["food_alternatives"].rows
    found = [
        o.number_of("other_value") for o in others if (o.text("food_id"), o.text("nutrient_column")) == (row.id, column)
    ]
    return None if value is None else min([value, *(other for other in found if other is not None)])


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from(NUTRIENTS), min_size=1, max_size=2, unique=True),
    st.sampled_from((None, *DIETS)),
    st.lists(
        st.sampled_from(("dairy", "fish", "nuts", "soy", "gluten", "spinach", "nuts-and-seeds")),
        max_size=2,
        unique=True,
    ),
    st.sampled_from(("serving", "100g", "100kcal")),
    st.integers(0, 2),
)
def test_a_ranking_suits_the_person_one_row_a_family(
    table: FoodTable, nutrients: list[str], diet: str | None, exclude: list[str], basis: str, page: int
) -> None:
    filters = Filters(diet=diet, exclude=tuple(exclude))
    foods = table.rank(nutrients, filters, basis=basis, page=page)  # type: ignore[arg-type]
    families = [line.row.text("family") for line in foods.rows]
    assert len(families) == len(set(families))
    assert all(table.suits(line.row, filters) for line in foods.rows)
    assert all(dict(line.values)[nutrient] is not None for line in foods.rows for nutrient in nutrients)
    before = table.rank(nutrients, filters, basis=basis, page=page - 1).rows if page else ()  # type: ignore[arg-type]
    assert not set(families) & {line.row.text("family") for line in before}


@pytest.mark.parametrize("nutrient", NUTRIENTS)
@pytest.mark.parametrize("diet", DIETS)
def test_a_diet_leaves_out_by_what_foods_contain(engine: Nutrace, table: FoodTable, nutrient: str, diet: str) -> None:
    entry = next(d for d in engine.corpus.vocabulary["diets"]["diets"] if d["id"] == diet)
    for line in table.rank([nutrient], Filters(diet=diet)).rows:
        assert not set(line.row.items("contains")) & set(entry["exclude"]), line.row.id


def test_a_vegan_sees_nothing_of_an_animal(table: FoodTable) -> None:
    for nutrient in NUTRIENTS:
        rows = table.rank([nutrient], Filters(diet="vegan")).rows
        assert not [line.row.id for line in rows if ANIMAL & set(line.row.items("contains"))]
        assert not [
            line.row.id for line in rows if line.row.text("group") in ("meat", "poultry", "fish", "dairy", "eggs")
        ]


@pytest.mark.parametrize("nutrient", ["magnesium", "iron", "potassium", "calcium", "zinc"])
@pytest.mark.parametrize("basis", ["serving", "100g", "100kcal"])
def test_foods_stand_in_order_of_the_lower_value(engine: Nutrace, table: FoodTable, nutrient: str, basis: str) -> None:
    column = engine.corpus.tables["nutrients"].by_id[nutrient].text("column")
    rows = [line.row for line in table.rank([nutrient], Filters(), basis=basis).rows]  # type: ignore[arg-type]
    scores = []
    for row in rows:
        value, grams, energy = lower(engine, row, column), row.number_of("serving_grams"), row.number_of("energy_kcal")
        assert value is not None
        scores.append(
            {"serving": value * (grams or 0) / 100, "100g": value, "100kcal": 100 * value / (energy or 1)}[basis]
        )
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 10


def test_the_richest_food_of_all_that_are_usual_comes_first(engine: Nutrace, table: FoodTable) -> None:
    """Nothing richer was left out but by its family, its group's share of the page, or because nobody eats it."""
    unasked = set(engine.corpus.vocabulary["diets"]["left_out_unless_asked"])
    usual = [row for row in table.rows if row.cells["everyday"] and row.text("group") not in unasked]
    for nutrient, column in (("magnesium", "magnesium_mg"), ("potassium", "potassium_mg"), ("iron", "iron_mg")):
        best = max(usual, key=lambda row: (lower(engine, row, column) or 0) * (row.number_of("serving_grams") or 0))
        assert table.rank([nutrient], Filters()).rows[0].row.text("family") == best.text("family")


@pytest.mark.parametrize("nutrient", ["potassium", "sodium", "phosphorus", "vitamin-k", "iron"])
def test_what_is_low_in_a_nutrient_is_something_to_eat(engine: Nutrace, table: FoodTable, nutrient: str) -> None:
    """Oil, sugar and a spoonful of cheese hold little of anything; fruit, vegetables and grains make a meal."""
    rows = [line.row for line in table.rank([nutrient], Filters(), least=True).rows]
    groups = [row.text("group") for row in rows]
    assert {"fruit", "vegetables", "grains"} <= set(groups)
    assert not set(groups) & set(engine.corpus.vocabulary["diets"]["little_of"]["no_meal"])
    assert all((row.number_of("serving_grams") or 0) > 30 for row in rows)
    shares = [table.share(row, nutrient) for row in rows]
    assert shares == sorted(shares) and shares[-1] <= 0.05


def test_low_in_two_nutrients_is_low_in_each(table: FoodTable) -> None:
    rows = [line.row for line in table.rank(["potassium", "phosphorus"], Filters(), least=True).rows]
    assert rows and all(table.share(row, n) <= 0.05 for row in rows for n in ("potassium", "phosphorus"))


def test_a_group_asked_for_is_listed_whole_its_common_foods_first(table: FoodTable) -> None:
    first = table.rank(["potassium"], Filters(), ["fruit"], least=True).rows
    assert "plum" in {line.row.text("family") for line in first}
    assert "olives" not in {line.row.text("family") for line in first}
    nuts = table.rank(["sodium"], Filters(), ["nuts"], least=True).rows
    assert "almonds" in {line.row.text("family") for line in nuts}  # a handful is all that anybody eats of them


def test_blank_is_never_zero(table: FoodTable) -> None:
    for nutrient in NUTRIENTS:
        columns = table.columns(nutrient)
        blank = [row for row in table.rows if all(row.cells[column] is None for column in columns)]
        assert all(table.per_100g(row, nutrient) is None for row in blank)
        least = table.rank([nutrient], Filters(), least=True).rows
        assert not {line.row.id for line in least} & {row.id for row in blank}


def test_an_unknown_amount_is_shown_as_unknown(engine: Nutrace, table: FoodTable) -> None:
    row = next(row for row in table.rows if row.cells["vit_e_mg"] is None and row.cells["default"])
    reply = data(engine.respond(f"how much vitamin e is in {row.text('name')}?"))
    food = next(food for food in reply["foods"] if food["id"] == row.id)
    assert food["values"][0] | {"citation": 0} == {
        "nutrient": "vitamin-e",
        "unit": "mg",
        "per_serving": None,
        "per_100g": None,
        "percent_dv": None,
        "citation": 0,
    }


@pytest.mark.parametrize(
    ("said", "basis"), [("per 100 kcal", "100kcal"), ("per 100 g", "100g"), ("per calorie", "100kcal"), ("", "serving")]
)
def test_the_basis_asked_for_is_the_basis_ranked_by(engine: Nutrace, said: str, basis: str) -> None:
    reply = data(engine.respond(f"foods highest in magnesium {said}"))
    assert reply["ranked_by"] == {"nutrient": "magnesium", "basis": basis}
    assert UNITS.get(basis, "serving") in reply["text"]


def test_more_goes_on_where_the_page_ended(engine: Nutrace) -> None:
    pages = [
        data(engine.respond(message, ["foods high in iron", "more"][:at]))
        for at, message in enumerate(["foods high in iron", "more", "more"])
    ]
    ids = [food["id"] for page in pages for food in page["foods"]]
    assert len(ids) == len(set(ids)) >= 25


# --- intakes

PERSONS: list[tuple[str, dict[str, object], str, float]] = [
    ("magnesium", {"sex": "male", "age_months": 25 * 12}, "19", 400.0),
    ("magnesium", {"sex": "male", "age_months": 31 * 12}, "31", 420.0),
    ("magnesium", {"sex": "female", "age_months": 25 * 12}, "19", 310.0),
    ("magnesium", {"sex": "female", "age_months": 70 * 12}, "women", 320.0),
    ("magnesium", {"sex": "female", "age_months": 35 * 12, "life_stage": "life-stage:pregnant"}, "pregnan", 360.0),
    (
        "magnesium",
        {"sex": "female", "age_months": 25 * 12, "life_stage": "life-stage:breastfeeding"},
        "breastfeed|lactat",
        310.0,
    ),
    ("magnesium", {"age_months": 4 * 12}, "children", 130.0),
    ("magnesium", {"age_months": 10 * 12}, "", 240.0),
    ("magnesium", {"age_months": 6}, "infants", 30.0),
    ("magnesium", {"age_months": 9}, "infants", 75.0),
    ("magnesium", {"sex": "male", "age_months": 16 * 12}, "boys|male", 410.0),
    ("magnesium", {"sex": "female", "age_months": 16 * 12}, "girls|female", 360.0),
    ("iron", {"sex": "female", "age_months": 30 * 12}, "women", 18.0),
    ("iron", {"sex": "female", "age_months": 60 * 12}, "women", 8.0),
    ("iron", {"sex": "male", "age_months": 30 * 12}, "men", 8.0),
    ("iron", {"sex": "female", "life_stage": "life-stage:pregnant", "age_months": 28 * 12}, "pregnan", 27.0),
    ("iron", {"age_months": 9}, "infants", 11.0),
    ("iron", {"age_months": 24}, "children", 7.0),
    ("calcium", {"sex": "female", "age_months": 55 * 12}, "women", 1_200.0),
    ("calcium", {"sex": "male", "age_months": 55 * 12}, "", 1_000.0),
    ("calcium", {"sex": "male", "age_months": 75 * 12}, "", 1_200.0),
    ("potassium", {"sex": "male", "age_months": 40 * 12}, "men", 3_400.0),
    ("potassium", {"sex": "female", "age_months": 40 * 12}, "women", 2_600.0),
    ("potassium", {"sex": "female", "age_months": 30 * 12, "life_stage": "life-stage:pregnant"}, "pregnan", 2_900.0),
    ("vitamin-d", {"age_months": 72 * 12}, "", 20.0),
    ("vitamin-d", {"age_months": 30 * 12}, "", 15.0),
    ("folate", {"sex": "female", "age_months": 30 * 12, "life_stage": "life-stage:pregnant"}, "pregnan", 600.0),
    ("vitamin-c", {"sex": "male", "age_months": 30 * 12}, "men", 90.0),
    ("vitamin-c", {"sex": "female", "age_months": 30 * 12}, "women", 75.0),
    ("zinc", {"sex": "male", "age_months": 30 * 12}, "men", 11.0),
]


@pytest.mark.parametrize(("nutrient", "person", "population", "value"), PERSONS)
def test_the_row_that_holds_for_a_person(
    intakes: Intakes, nutrient: str, person: dict[str, object], population: str, value: float
) -> None:
    rows, marked = intakes.rows_for(nutrient, Filters(**person))  # type: ignore[arg-type]
    held = [row for row in rows if row.id in marked]
    assert {row.number_of("value") for row in held} == {value}
    assert any(part in held[0].text("population").casefold() for part in population.split("|"))


def test_of_an_unknown_person_the_adult_rows_are_shown_and_none_marked(intakes: Intakes) -> None:
    for nutrient in NUTRIENTS[:5]:
        rows, marked = intakes.rows_for(nutrient, Filters())
        assert rows
        assert marked == ()
        assert all((row.number_of("age_from_months") or 0) >= 19 * 12 and not row.cells["life_stage"] for row in rows)


@pytest.mark.parametrize(
    "message", ["my 4-year-old", "my baby is 8 months old", "for kids", "my 14 yo son", "my toddler", "for teenagers"]
)
@pytest.mark.parametrize("question", ["how much iron", "how much iron is too much", "how much vitamin d a day"])
def test_a_child_gets_no_adult_figure(engine: Nutrace, message: str, question: str) -> None:
    reply = data(
        engine.respond(f"{question} for {message}?" if not message.startswith("for") else f"{question} {message}?")
    )
    table = engine.corpus.tables["intakes"].by_id
    shown = [
        table[piece["row"]] for piece in reply["pieces"] if piece["kind"] == "figure" and piece["table"] == "intakes"
    ]
    assert shown
    assert [row.id for row in shown if (row.number_of("age_from_months") or 0) >= 19 * 12] == []


# --- cautions


def reply_to(engine: Nutrace, message: str, *history: str) -> dict[str, object]:
    return data(engine.respond(message, history))


@pytest.mark.parametrize(
    "who", ["I take lisinopril", "I have kidney disease", "I'm on dialysis", "I'm on spironolactone", "I take losartan"]
)
def test_where_potassium_is_a_danger_no_rich_foods_are_listed(engine: Nutrace, who: str) -> None:
    for reply in (
        reply_to(engine, f"{who}, which foods have potassium?"),
        reply_to(engine, "which foods have potassium?", "hi", who),
    ):
        assert reply["foods"] == []
        assert "otassium" in str(reply["text"])
        pieces: list[dict[str, object]] = reply["pieces"]  # type: ignore[assignment]
        assert [piece for piece in pieces if piece.get("table") in ("interactions", "cautions")]


def test_with_warfarin_vitamin_k_foods_are_shown_after_a_warning(engine: Nutrace) -> None:
    reply = reply_to(engine, "I take warfarin, which foods have vitamin k?")
    assert len(reply["foods"]) >= 5  # type: ignore[arg-type]
    text = str(reply["text"])
    assert 0 < text.casefold().index("warfarin") < text.index("|")


@pytest.mark.parametrize(
    "question",
    [
        "which foods have iron?",
        "which foods have vitamin a?",
        "foods high in b12",
        "which foods have vitamin a per 100 g?",
    ],
)
def test_in_pregnancy_no_liver_is_offered(engine: Nutrace, question: str) -> None:
    foods = reply_to(engine, question, "I'm pregnant")["foods"]
    assert foods
    assert [food["name"] for food in foods if "liver" in food["name"].casefold()] == []  # type: ignore[attr-defined]


def test_without_a_reason_nothing_is_hidden(engine: Nutrace) -> None:
    assert reply_to(engine, "which foods have potassium?")["foods"]
    names = [food["name"] for food in reply_to(engine, "which foods have vitamin a?")["foods"]]  # type: ignore[attr-defined]
    assert any("iver" in name for name in names)


def test_a_warning_stands_before_the_answer(engine: Nutrace) -> None:
    for who, question in (
        ("I have kidney disease", "how much potassium do I need?"),
        ("I have hemochromatosis", "which foods have iron?"),
        ("I take warfarin", "is vitamin k good for bones?"),
    ):
        pieces: list[dict[str, object]] = reply_to(engine, question, who)["pieces"]  # type: ignore[assignment]
        tables = [piece.get("table") for piece in pieces if piece["kind"] in ("quote", "figure")]
        assert tables[0] in ("cautions", "interactions"), (who, tables)


def test_a_sum_of_which_a_part_is_unknown_is_never_zero(retriever: Retriever) -> None:
    foods = retriever.gatherer.foods
    assert foods.per_100g(foods.by_id["food:flaxseed"], "omega-3") == 22.8
    assert foods.per_100g(foods.by_id["food:walnut-oil"], "omega-3") is None
    unknown = [row for row in foods.rows if row.cells["ala_g"] is None and not foods.extra(row.id, "omega-3")]
    assert len(unknown) > 500 and not [row.id for row in unknown if foods.per_100g(row, "omega-3") == 0]


def test_a_foods_own_synonyms_mean_that_food(retriever: Retriever, table: FoodTable) -> None:
    """Decaf is no coffee with caffeine, gold kiwis no green ones: not the default row of their family."""
    for row in table.rows:
        for word in row.items("synonyms"):
            found = retriever.said(word).ids("food")
            families = {table.by_id[id_].text("family") for id_ in found}
            assert row.id in found or row.text("family") not in families, (word, row.id, found)
    assert retriever.said("decaf").ids("food") == ("food:coffee-decaffeinated",)
    assert retriever.said("redcurrants").ids("food") == ("food:red-currants",)


@pytest.mark.parametrize(
    ("message", "left_out"),
    [
        ("should I avoid spinach?", ()),
        ("do I have to give up kale on warfarin?", ()),
        ("why do people on statins have to avoid grapefruit?", ()),
        ("which foods have calcium if I avoid dairy?", ("dairy",)),
        ("I have to avoid gluten. Which foods have iron?", ("gluten",)),
        ("I don't eat pork or beef. Which foods have iron?", ("beef", "pork")),
        ("no red meat please, which foods have zinc?", ("red-meat",)),
    ],
)
def test_what_is_left_out(retriever: Retriever, message: str, left_out: tuple[str, ...]) -> None:
    assert sorted(retriever.understand(message).filters.exclude) == sorted(left_out)


def test_beef_left_out_leaves_poultry(retriever: Retriever, table: FoodTable) -> None:
    filters = retriever.understand("I don't eat beef. Which foods have iron?").filters
    suited = {row.text("group") for row in table.rows if table.suits(row, filters)}
    assert {"poultry", "meat"} <= suited  # chicken, and lamb
    assert not table.suits(table.by_id["food:beef-steak-sirloin-lean-broiled"], filters)


def test_what_a_food_holds_is_not_what_it_blocks(retriever: Retriever) -> None:
    question = retriever.understand("how much iron is in milk?")
    assert (question.foods, question.aspect) == (("food:milk-whole",), "food-content")
    assert retriever.understand("can I take iron with milk?").topics == ("topic:iron-absorption",)


@pytest.mark.parametrize(
    ("message", "least"),
    [
        ("low iron what foods", False),
        ("she is low in iron which foods help", False),
        ("the doctor says i am low vitamin d what foods", False),
        ("anaemic low iron foods?", False),
        ("low b12 vegetarian foods", False),
        ("i have low potassium, good foods", False),
        ("low iron foods", False),
        ("foods low in iron", True),
        ("low iron diet for hemochromatosis", True),
        ("low potassium foods", True),
        ("can i have low sodium snacks", True),
        ("which nuts are low in iron", True),
        ("i am on a low potassium diet, what fruits", True),
    ],
)
def test_who_is_low_in_a_nutrient_wants_what_is_rich_in_it(retriever: Retriever, message: str, least: bool) -> None:
    question = retriever.understand(message)
    assert (question.aspect, question.least) == ("foods", least)


def test_kidney_disease_hides_the_list_of_protein_and_no_named_food(engine: Nutrace) -> None:
    history = ("i have kidney disease",)
    assert not engine.respond("high protein foods", history).foods
    assert engine.respond("how much protein is in an egg", history).foods
    assert engine.respond("high protein foods", ("i am on dialysis",)).foods
