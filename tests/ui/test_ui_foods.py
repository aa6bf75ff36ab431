"""Foods and amounts on the page: tables that fit a phone, the switch of the basis, foods side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ui_support import OpenPage, answers, ask, tap

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser
MAGNESIUM = "Which foods have the most magnesium?"
COMPARED = "compare spinach, kale, lentils and beef liver"


def shares(answer: Locator) -> list[float]:
    """What stands behind the bars, in percent."""
    return [float(text.rstrip(" %").replace(",", "")) for text in answer.locator(".nt-bar-value").all_inner_texts()]


def widths(answer: Locator) -> list[float]:
    """How long the bars are, the longest being 100."""
    drawn = answer.locator(".nt-bar rect").evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().width)")
    return [100 * float(width) / max(drawn) for width in drawn]


@pytest.mark.parametrize(
    "message",
    [MAGNESIUM, COMPARED, "almonds or cashews for magnesium?", "foods with iron and zinc",
     "how much vitamin D do I need a day?", "how much magnesium do I need a day, I'm a woman, 34"],
)  # fmt: skip
def test_tables_fit_a_phone_without_scrolling_inside(open_page: OpenPage, message: str) -> None:
    boxes = ask(open_page(width=360), message).locator(".nt-grid .nt-scroll")
    assert boxes.count() >= 1
    assert boxes.evaluate_all("(all) => all.every((one) => one.scrollWidth <= one.clientWidth + 1)")


@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("basis", ["per 100 g", "per 100 kcal"])
def test_the_switch_ranks_and_draws_by_the_basis(open_page: OpenPage, basis: str, width: int) -> None:
    page = open_page(width=width)
    # Where data sets disagree the lower value ranks and the usual one is drawn; of zinc none on top do.
    first = ask(page, "Which foods have the most zinc?")
    assert "share of the daily value per serving" in first.locator("figcaption").inner_text()
    last = tap(page, first.get_by_role("button", name=basis, exact=True))
    assert f"share of the daily value {basis}" in last.locator("figcaption").inner_text()
    assert shares(last) == sorted(shares(last), reverse=True) != shares(first)
    assert widths(last) == pytest.approx([100 * share / shares(last)[0] for share in shares(last)], abs=1.5)
    assert basis in last.locator(".nt-sortable thead").inner_text().replace("\n", " ")
    assert last.get_by_role("button", name=basis, exact=True, pressed=True).count() == 1


def test_filters_act_on_the_conversation_and_are_taken_back(open_page: OpenPage) -> None:
    page = open_page(width=360)
    ask(page, "Which foods have the most calcium?")
    tap(page, answers(page).last.get_by_role("button", name="vegan", exact=True))
    last = tap(page, answers(page).last.get_by_role("button", name="no soy"))
    names = " ".join(last.locator(".nt-sortable tbody th").all_inner_texts()).lower()
    assert names and not any(word in names for word in ("yogurt", "cheese", "sardine", "tofu", "soy"))
    last = tap(page, last.get_by_role("button", name="vegan", pressed=True))
    assert page.locator("#nt-chat .nt-said").all_inner_texts()[1:] == ["I'm vegan", "without soy", "forget vegan"]
    assert "vegan" not in last.locator(".nt-understood").first.inner_text().replace("forget vegan", "")


@pytest.mark.parametrize("width", [360, 1200])
def test_foods_stand_side_by_side_by_nutrient(open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    table = ask(page, COMPARED).locator("table.nt-beside")
    assert table.locator("thead th").count() == 5
    rows = table.locator("tbody th").all_inner_texts()
    assert rows[0] == "serving" and len(rows) >= 4 and all("per serving" in row for row in rows[1:])
    assert table.locator(".nt-most").count() == len(rows) - 1
    table.locator("thead a.nt-cite").nth(2).click()
    page.locator("dialog mark").wait_for()
    assert "Beef liver" in page.locator("dialog h2").inner_text()


def test_a_sentence_answers_before_the_figures(open_page: OpenPage) -> None:
    page = open_page(width=360)
    for message in (MAGNESIUM, "how much zinc do I need a day?"):
        last = ask(page, message)
        quote = last.locator("p.nt-paragraph .nt-quote").first
        assert quote.bounding_box()["y"] < last.locator("table").first.bounding_box()["y"]  # type: ignore[index]


def test_a_rows_source_says_what_its_figures_are_per(open_page: OpenPage) -> None:
    page = open_page(width=360)
    ask(page, MAGNESIUM).locator("tbody a.nt-cite").first.click()
    page.locator("dialog mark").wait_for()
    assert "magnesium (mg per 100 g)" in page.locator("dialog tbody tr").first.inner_text()
    assert page.locator("dialog mark").is_visible()
