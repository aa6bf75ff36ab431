"""A visit to the page: while it loads, typing with names offered, in an emergency, across a restart, on a phone."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from ui_support import TWITCHING, OpenPage, after, answers, ask, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser


def free_port() -> str:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def test_nothing_is_logged_as_an_error_from_the_first_moment_on(browser: Browser) -> None:
    errors: list[str] = []
    with serving(ready=False) as address:
        page = browser.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(address)
        page.locator("h1").first.wait_for()
        page.locator("#nt-box textarea").wait_for(timeout=120_000)
        answer = ask(page, TWITCHING)
        page.locator("#nt-status:empty").wait_for(state="attached")
        assert "Magnesium" in answer.inner_text()
        page.close()
    assert errors == []


def test_while_it_loads_it_says_so_and_that_the_question_is_being_looked_up(open_page: OpenPage) -> None:
    page = open_page(width=360)
    loading = {"ready": False, "stage": "embedding", "done": 30, "total": 120}
    page.route("**/state", lambda route: route.fulfill(json=loading))
    page.reload()
    page.locator("#nt-status", has_text="embedding 25 %. You can ask already").wait_for()

    def late(route: Route) -> None:
        page.wait_for_timeout(1_500)
        route.continue_()

    page.route("**/queue/join*", late)
    page.locator("#nt-box textarea").fill(TWITCHING)
    page.locator("#nt-box textarea").press("Enter")
    page.locator("#nt-busy", has_text="Looking it up").wait_for()
    after(page, 0)
    page.locator("#nt-busy:empty").wait_for(state="attached")
    page.unroute("**/state")
    page.locator("#nt-status:empty").wait_for(state="attached")


def test_a_chat_survives_a_restart_of_the_server(open_page: OpenPage) -> None:
    port = free_port()
    with serving("--port", port) as address:
        page = open_page(at=address)
        ask(page, TWITCHING)
    with serving("--port", port):
        page.reload()
        after(page, 0)
        assert "calcium" in ask(page, "which foods have the second one?").locator(".nt-understood").first.inner_text()


def test_on_a_phone_the_actions_are_in_a_menu(open_page: OpenPage) -> None:
    page = open_page(width=360, height=740)
    menu = page.get_by_role("button", name="Menu")
    expect(page.locator("[data-do=saved]")).to_be_hidden()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-do=print]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-do=saved]")).to_be_hidden()
    expect(menu).to_be_focused()
    menu.click()
    page.locator("[data-do=saved]").click()
    page.locator("dialog", has_text="No saved chats yet").wait_for()
    expect(menu).to_have_attribute("aria-expanded", "false")


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1200, "dark")])
def test_in_an_emergency_the_number_to_call_comes_first(open_page: OpenPage, width: int, scheme: str) -> None:
    page = open_page(width=width, scheme=scheme, locale="en-US")
    last = ask(page, "i have chest pain and my left arm is numb")
    banner = last.get_by_role("alert")
    assert banner.count() == 1 and "emergency" in banner.inner_text()
    assert banner.locator("a").get_attribute("href") == "tel:911"
    assert last.evaluate("(element) => element.firstElementChild.matches('.nt-banner')")
    box = banner.bounding_box()
    assert box and 0 <= box["y"] < 300


def type_in(page: Page, text: str) -> None:
    page.locator("#nt-box textarea").press_sequentially(text)


def test_names_are_offered_while_typing_and_chosen_by_keys(open_page: OpenPage) -> None:
    page = open_page(width=360)
    type_in(page, "which has more magn")
    options = page.get_by_role("listbox", name="Topics and foods").get_by_role("option")
    options.first.wait_for()
    expect(options.first).to_have_text("magnesium")
    page.keyboard.press("ArrowDown")
    box = page.locator("#nt-box textarea")
    expect(box).to_have_attribute("aria-activedescendant", str(options.first.get_attribute("id")))
    expect(page.get_by_role("option", selected=True)).to_have_text("magnesium")
    page.keyboard.press("Enter")
    expect(box).to_have_value("which has more magnesium ")
    expect(options).to_have_count(0)
    assert answers(page).count() == 0
    type_in(page, "spin")
    options.first.wait_for()
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    type_in(page, "ach or almonds")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    assert "spinach" in after(page, 0).locator(".nt-understood").first.inner_text().lower()


def test_a_name_is_taken_by_a_tap_and_enter_sends_when_none_is_chosen(open_page: OpenPage) -> None:
    page = open_page(width=360, has_touch=True, is_mobile=True)
    type_in(page, "foods with potass")
    page.get_by_role("option", name="potassium", exact=True).tap()
    expect(page.locator("#nt-box textarea")).to_have_value("foods with potassium ")
    type_in(page, "and magn")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    after(page, 0)
    assert page.locator("#nt-chat .nt-said").inner_text() == "foods with potassium and magn"


def test_the_head_of_the_evidence_stays_in_sight(open_page: OpenPage) -> None:
    page = open_page(width=360, height=640)
    ask(page, TWITCHING).locator(".nt-items a.nt-cite").last.click()
    page.locator("dialog mark").wait_for()
    head = page.locator("dialog header")
    for words in ("Muscle twitching", "Strength of evidence: weak evidence", "Reviewed: 20"):
        assert words in head.inner_text()
    mark, top = page.locator("dialog mark").bounding_box(), head.bounding_box()
    assert mark and top and top["y"] >= 0 and mark["y"] >= top["y"] + top["height"] and mark["y"] < 640
    page.locator("dialog sup a").first.click()
    expect(page.locator("dialog ol a").first).to_be_visible()


def test_the_disclaimer_is_always_in_sight(open_page: OpenPage) -> None:
    page = open_page(width=360, height=640)
    short = page.get_by_text("General information, not a diagnosis or medical advice.")
    for message in ("", TWITCHING, "Which foods have the most magnesium?"):
        if message:
            ask(page, message)
        box = short.bounding_box()
        assert box and box["y"] > 0 and box["y"] + box["height"] <= 640
