"""The page in a browser, as a person uses it."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect
from ui_support import TWITCHING, OpenPage, after, answers, ask, serving, status, tap, too_wide

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror=alert(1)><script>alert(1)</script>"><svg onload=alert(1)> [a](javascript:alert(1)) **b**'


def test_the_main_conversation_and_its_evidence(open_page: OpenPage) -> None:
    page = open_page()
    first = ask(page, TWITCHING)
    assert "Magnesium" in first.inner_text() and "well established" in first.inner_text()
    assert "calcium" in ask(page, "which foods have the second one?").locator(".nt-understood").first.inner_text()
    assert "vegan" in ask(page, "I'm vegan").locator(".nt-understood").first.inner_text()
    assert "potassium" in ask(page, "and potassium?").locator(".nt-understood").first.inner_text()
    expect(page.locator("#nt-box textarea")).to_have_value("")
    quote = first.locator(".nt-items .nt-quote").first.inner_text()
    first.locator(".nt-items a.nt-cite").first.click()
    mark = page.locator("dialog mark")
    mark.wait_for()
    assert mark.inner_text() == quote
    assert mark.is_visible() and "Strength of evidence: well established" in page.locator("dialog").inner_text()
    assert "https://" in str(page.locator("dialog ol a").first.get_attribute("href"))


def test_a_question_asked_while_all_is_loading_is_answered(open_page: OpenPage) -> None:
    with serving(ready=False) as address:
        while status(f"{address}/config")[0] != 200:
            time.sleep(0.05)
        page = open_page(at=address)
        assert "Magnesium" in ask(page, TWITCHING).inner_text()
        page.locator("#nt-status:empty").wait_for(state="attached")
        assert answers(page).count() == 1
        page.close()


def test_three_taps_lead_to_a_vegan_magnesium_list(open_page: OpenPage) -> None:
    page = open_page(width=360, height=740, has_touch=True, is_mobile=True)
    tap(page, page.get_by_role("button", name="Which foods have the most magnesium?"))
    last = tap(page, page.get_by_role("button", name="I'm vegan").last)
    said = page.locator("#nt-chat .nt-said").all_inner_texts()
    assert said == ["Which foods have the most magnesium?", "I'm vegan"]
    assert "magnesium" in last.inner_text() and "vegan" in last.locator(".nt-understood").first.inner_text()
    assert last.locator(".nt-sortable tbody tr").count() >= 5


@pytest.mark.parametrize("width", [360, 320, 1200])
def test_the_page_never_scrolls_sideways(open_page: OpenPage, width: int) -> None:
    page = open_page(width=width)
    assert not too_wide(page)
    for message in (
        TWITCHING,
        "Which foods have the most magnesium?",
        "how much vitamin D do I need, I'm 34 f",
        "x" * 300,
    ):
        ask(page, message)
        assert not too_wide(page), message
    answers(page).nth(1).locator("tbody a.nt-cite").first.click()
    page.locator("dialog mark").wait_for()
    assert not too_wide(page)


def test_zoomed_to_200_percent_it_still_fits(open_page: OpenPage) -> None:
    page = open_page(width=640, height=400, device_scale_factor=2)
    ask(page, "Which foods have the most magnesium?")
    assert not too_wide(page)
    assert page.locator("#nt-send").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system_and_the_button(open_page: OpenPage, scheme: str) -> None:
    page = open_page(scheme=scheme)

    def brightness() -> int:
        return int(page.locator("body").evaluate("(e) => Number(getComputedStyle(e).backgroundColor.match(/\\d+/)[0])"))

    assert (brightness() < 100) == (scheme == "dark")
    page.locator("[data-do=theme]").click()
    assert (brightness() < 100) == (scheme == "light")
    page.reload()
    page.locator("#nt-box textarea").wait_for()
    assert (brightness() < 100) == (scheme == "light")


def test_the_keyboard_alone_is_enough(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the question box"
    page.locator("[data-say]").first.focus()
    page.keyboard.press("Enter")
    first = after(page, 0)
    link = first.locator("a.nt-cite").first
    link.focus()
    page.keyboard.press("Enter")
    page.locator("dialog mark").wait_for()
    expect(page.locator("dialog :focus")).to_have_count(1)
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="hidden")
    expect(link).to_be_focused()
    page.locator("#nt-box textarea").focus()
    page.keyboard.type("and zinc")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("?")
    page.keyboard.press("Enter")
    after(page, 1)


def test_roles_and_names_for_a_screen_reader(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, "Which foods have the most magnesium?")
    assert page.get_by_role("log").get_attribute("aria-live") == "polite"
    assert page.get_by_role("textbox", name="Ask a question").count() == 1
    assert page.get_by_role("columnheader").count() >= 4
    assert page.get_by_role("rowheader").count() >= 5
    labels = page.locator("#nt-chat [data-testid=bot]").evaluate_all("(all) => all.map((one) => one.ariaLabel)")
    assert labels == ["Answer"]
    assert page.get_by_role("button", name="per serving", pressed=True).count() == 1


@pytest.mark.parametrize("message", [HOSTILE, "<b>bold</b>", "# head\n\n- item", "$x^2$ `code` &amp; &lt;"])
def test_what_the_user_typed_is_shown_as_text(open_page: OpenPage, message: str) -> None:
    page = open_page()
    ask(page, message)
    said = page.locator("#nt-chat .nt-said")
    assert said.inner_text().split() == message.split()
    assert page.locator("#nt-chat :is(img, script, b, h1, code)").count() == 0


def test_a_table_is_sorted_by_its_heads(open_page: OpenPage) -> None:
    page = open_page()
    last = ask(page, "Which foods have the most magnesium?")
    head = last.locator(".nt-sortable thead button").last

    def column() -> list[float]:
        cells = last.locator(".nt-sortable tbody td:last-child").evaluate_all(
            "(all) => all.map((one) => one.dataset.v)"
        )
        return [float(cell) for cell in cells]

    head.click()
    assert column() == sorted(column(), reverse=True)
    expect(last.locator("th[aria-sort=descending]")).to_have_count(1)
    head.click()
    assert column() == sorted(column())


def test_controls_post_short_visible_messages(open_page: OpenPage) -> None:
    page = open_page()
    tap(page, ask(page, "Which foods have the most magnesium?").get_by_role("button", name="per 100 kcal"))
    last = tap(page, answers(page).last.get_by_role("button", name="no dairy"))
    assert page.locator("#nt-chat .nt-said").all_inner_texts()[1:] == ["per 100 kcal", "without dairy"]
    last.get_by_role("button", name="Not what I meant").click()
    expect(page.locator("#nt-box textarea")).to_have_value("no, I meant ")
    expect(page.locator("#nt-box textarea")).to_be_focused()


def test_follow_up_chips_ask_and_get_an_answer(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, TWITCHING)
    chip = page.locator("#nt-chat .option").first
    wanted = chip.inner_text()
    last = tap(page, chip)
    assert page.locator("#nt-chat .nt-said").last.inner_text() == wanted
    assert last.get_attribute("data-status") == "answered"


def test_chats_are_kept_in_the_browser(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, TWITCHING)
    ask(page, "which foods have the second one?")
    page.reload()
    after(page, 1)
    page.locator("[data-do=new]").click()
    answers(page).first.wait_for(state="detached")
    page.locator("#nt-welcome").wait_for()
    ask(page, "How much iron is in cooked spinach?")
    page.locator("[data-do=saved]").click()
    expect(page.locator("dialog .nt-saved li")).to_have_count(2)
    page.locator("dialog .nt-saved button").filter(has_text=TWITCHING).first.click()
    assert "calcium" in after(page, 1).locator(".nt-understood").first.inner_text()


def test_an_open_disclosure_stays_open_through_the_next_turn(open_page: OpenPage) -> None:
    page = open_page()
    first = ask(page, TWITCHING)
    first.locator("summary").click()
    assert "Passages, best first" in str(first.locator(".nt-how [role=region]").get_attribute("aria-label"))
    ask(page, "and zinc?")
    expect(first.locator("details[open]")).to_have_count(1)


def test_a_conversation_is_exported_copied_and_printed(open_page: OpenPage) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    first = ask(page, TWITCHING)
    with page.expect_download() as download:
        page.locator("[data-do=export]").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert TWITCHING in text and "https://" in text
    first.locator("[data-do=copy]").click()
    page.get_by_text("Copied").wait_for()
    assert "Magnesium" in str(page.locator("body").evaluate("() => navigator.clipboard.readText()"))
    expect(first.locator(".nt-print")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator("#nt-dock")).to_be_hidden()
    assert "https://" in first.locator(".nt-print").inner_text()


def test_on_paper_it_is_dark_on_white_in_either_theme(open_page: OpenPage) -> None:
    page = open_page(scheme="dark")
    first = ask(page, TWITCHING)
    page.emulate_media(media="print", color_scheme="dark")
    colours = first.evaluate(
        "(e) => [getComputedStyle(e).backgroundColor, getComputedStyle(e.querySelector('.nt-quote')).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(17, 17, 17)"]


def test_helpful_is_kept_in_the_operators_file(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, TWITCHING).get_by_role("button", name="Not helpful").click()
    page.get_by_text("Kept, thank you").wait_for()
    line = Path(os.environ["NUTRACE_TEST_FEEDBACK"]).read_text().splitlines()[-1]
    assert json.loads(line)["helpful"] is False and json.loads(line)["messages"] == [TWITCHING]


def test_the_persons_row_is_marked(open_page: OpenPage) -> None:
    page = open_page()
    last = ask(page, "how much magnesium do I need a day, I'm a woman, 34")
    assert last.locator("tr[aria-current=true]").count() >= 1


def test_nothing_is_loaded_from_elsewhere(open_page: OpenPage, address: str) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.locator("#nt-box textarea").wait_for()
    ask(page, TWITCHING)
    assert asked and all(url.startswith((address, "data:", "blob:")) for url in asked)


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (1200, "dark"), (360, "light"), (360, "dark")])
def test_axe_finds_nothing_serious(open_page: OpenPage, width: int, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe-playwright-python is not installed")
    page = open_page(width=width, scheme=scheme, bypass_csp=True)
    page.add_script_tag(path=str(axe.AXE_FILE_PATH))
    found: list[str] = []

    def run(where: str) -> None:
        result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        for violation in result["violations"]:
            if violation["impact"] in ("serious", "critical"):
                nodes = [node["html"][:160] for node in violation["nodes"][:3]]
                found.append(f"{where}: {violation['id']}: {nodes}")

    run("first visit")
    ask(page, TWITCHING)
    ask(page, "Which foods have the most magnesium?")
    ask(page, "how much magnesium do I need a day, I'm a woman, 34").locator("summary").click()
    run("answers")
    answers(page).first.locator("a.nt-cite").first.click()
    page.locator("dialog mark").wait_for()
    run("evidence")
    page.keyboard.press("Escape")
    ask(page, "compare spinach, kale, lentils and beef liver")
    ask(page, "i have chest pain and my left arm is numb")
    page.locator("#nt-box textarea").press_sequentially("magn")
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", selected=True).wait_for()
    run("an emergency, and names while typing")
    page.keyboard.press("Escape")
    if width == 360:
        page.get_by_role("button", name="Menu").click()
        run("menu")
    assert found == []
