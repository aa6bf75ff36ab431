"""HTML that is safe by construction: text becomes markup only through `tag`, which escapes all that is not markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

VOID = ("br", "img", "rect")
_LOOSE = re.compile(r"\s+")


class Html(str):
    """Markup. One line, since Markdown would end an HTML block at a blank one."""

    __slots__ = ()


Content = str | Iterable[str]


def text(words: str) -> Html:
    """Words as markup: one line, special characters escaped. NUL and lone surrogates have no place in HTML."""
    clean = words.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return Html(html.escape(_LOOSE.sub(" ", clean)))


def lines(words: str) -> Html:
    """Words as markup, their line breaks kept."""
    return Html("<br>".join(text(line) for line in words.split("\n")))


def join(parts: Content, between: str = "") -> Html:
    """Parts one after the other; those that are no markup are escaped. `between` is a constant of ours."""
    if isinstance(parts, str):
        return parts if isinstance(parts, Html) else text(parts)
    return Html(between.join(part if isinstance(part, Html) else text(part) for part in parts if part))


def tag(name: str, content: Content = "", **attributes: str | bool | int | None) -> Html:
    """An element. Attributes: `class_` is class, `data_say` is data-say; True stands bare; no None, no False."""
    written = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        written.append(f" {key}" if value is True else f' {key}="{text(str(value))}"')
    opening = f"<{name}{''.join(written)}>"
    return Html(opening if name in VOID else f"{opening}{join(content)}</{name}>")
