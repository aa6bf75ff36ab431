"""An answer as HTML: the same blocks as its Markdown, with citations to tap and controls that post a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from answers import Answer, Nutrace
from answers.types import Grid, Line, Phrase
from ui.grid_html import Grids
from ui.html import Html, join, tag
from ui.pieces_html import pieces_html
from ui.strings import ENGLISH

BEST_PASSAGES = 6
"""Passages listed under "How this was found"."""


class AnswerHtml:
    """Renders answers. Knows the corpus's phrases, whose wordings the controls post."""

    def __init__(self, nutrace: Nutrace, words: Mapping[str, str] = ENGLISH, feedback: bool = False) -> None:
        self._nutrace, self._words, self._feedback = nutrace, words, feedback
        self._phrases = nutrace.composer.phrases
        self._grids = Grids(nutrace.corpus.vocabulary["diets"], words)

    def __call__(self, answer: Answer, times: Mapping[str, float], turn: int) -> Html:
        """The whole reply; `turn` counts the user's messages from 0."""
        body = [*self._blocks(answer), self._sources(answer), self._how(answer, times), self._actions()]
        return tag("div", body, class_="nt-answer", data_turn=turn, data_status=answer.status)

    # --- blocks

    def _blocks(self, answer: Answer) -> Iterator[Html]:
        """Each block in order; items of one list together; what was understood gets its edits."""
        items: list[Html] = []
        edits_due, controls_due = True, True
        urgent = [block for block in answer.blocks if isinstance(block, Line) and block.style == "banner"]
        if urgent:
            said = [tag("p", pieces_html(block.pieces)) for block in urgent]
            yield tag("div", said, class_="nt-banner", role="alert")
        for block in answer.blocks:
            if block in urgent:
                continue
            if isinstance(block, Line) and block.style == "item":
                items.append(self._item(block, answer))
                continue
            if items:
                yield tag("ul", items, class_="nt-items")
                items = []
            if isinstance(block, Grid):
                yield self._grids.grid(block, answer, with_controls=controls_due)
                controls_due = controls_due and not self._grids.is_of_foods(block)
            elif block.style == "understood" and edits_due:
                yield tag("div", [self._line(block), self._edits(answer)], class_="nt-understood")
                edits_due = False
            else:
                yield self._line(block)
        if items:
            yield tag("ul", items, class_="nt-items")

    def _line(self, line: Line) -> Html:
        content = _folded(line) if line.style == "understood" else pieces_html(line.pieces)
        if line.style == "warning":
            return tag("div", content, class_="nt-warning", role="note")
        return tag("p", content, class_=f"nt-{line.style}")

    def _item(self, line: Line, answer: Answer) -> Html:
        """A list item; a nutrient's has its strength as a label and the way to its foods."""
        first = line.pieces[0]
        if not (isinstance(first, Phrase) and first.id == "link"):
            return tag("li", pieces_html(line.pieces))
        labels = [piece for piece in line.pieces[1:] if isinstance(piece, Phrase)]
        rest = [piece for piece in line.pieces[1:] if not isinstance(piece, Phrase)]
        head = [tag("strong", first.text)]
        for label in labels:
            kind, _, which = label.id.partition(".")
            head.append(tag("span", label.text, class_=f"nt-label nt-{kind}-{which}", data_strength=kind == "strength"))
        strength = next((label.text for label in labels if label.id.startswith("strength.")), None)
        ask = self._phrases("offer.foods", topic=first.text).text
        say = tag("button", self._words["foods-with"], type="button", class_="nt-next", data_say=ask, aria_label=ask)
        holds = strength is not None and not _fails(labels)
        top = tag(
            "div", [tag("span", join(head, " "), class_="nt-named"), *([say] if holds else [])], class_="nt-item-head"
        )
        return tag("li", [top, pieces_html(rest)], data_strength=strength)

    def _edits(self, answer: Answer) -> Html:
        """What was understood, each part with a button that takes it back by a message."""
        filters, names = answer.question.filters, self._nutrace.composer.names
        taken = [filters.diet] if filters.diet else []
        taken += [names.get(id_, id_).lower() for id_ in filters.exclude]
        taken += [names.get(id_, id_) for id_ in (*filters.conditions, *filters.medicines)]
        says = [self._phrases("filter.forget", people=name).text for name in taken]
        says += [self._words["wrong"].format(name=name) for _, name in answer.question.corrections[:2]]
        buttons = [tag("button", say, type="button", class_="nt-edit", data_say=say) for say in dict.fromkeys(says)]
        start = self._words["edit.start"]
        buttons.append(tag("button", self._words["edit"], type="button", class_="nt-edit", data_type=start))
        return tag("span", buttons, class_="nt-edits")

    # --- below the answer

    def _sources(self, answer: Answer) -> Html:
        """What the numbers stand for, for paper alone, where none can be tapped."""
        lines = [tag("p", line) for line in source_lines(answer)]
        return tag("div", [tag("p", self._words["source.sources"]), *lines], class_="nt-print") if lines else Html("")

    def _how(self, answer: Answer, times: Mapping[str, float]) -> Html:
        words, evidence = self._words, answer.evidence
        if not evidence.ranking:
            return Html("")
        head = [tag("th", words[f"how.{name}"], scope="col") for name in ("passage", "score", "meaning", "words")]
        rows = []
        for ranked in evidence.ranking[:BEST_PASSAGES]:
            passage = ranked.passage
            href = f"source/document/{quote(passage.document)}?at={passage.start}-{passage.end}"
            link = tag("a", f"{passage.title}: {passage.heading}", href=href, class_="nt-cite nt-passage")
            scores = (f"{ranked.score:.4f}", f"{ranked.dense:.3f}", f"{ranked.keyword:.2f}")
            rows.append(tag("tr", [tag("th", link, scope="row"), *(tag("td", score) for score in scores)]))
        table = tag("table", [tag("thead", tag("tr", head)), tag("tbody", rows)])
        threshold = self._nutrace.retriever.gate.confidence.threshold
        sure = f"{words['how.confidence']}: {evidence.confidence:.2f} ({words['how.threshold']} {threshold:.2f})"
        took = " · ".join(f"{name} {value:.0f} ms" for name, value in times.items())
        read = f"{words['how.question']}: {answer.understood}"
        said = [tag("summary", words["how"]), tag("p", read), tag("p", sure)]
        box = tag("div", table, class_="nt-scroll", tabindex=0, role="region", aria_label=words["how.passages"])
        return tag("details", [*said, box, tag("p", f"{words['how.times']}: {took}")], class_="nt-how")

    def _actions(self) -> Html:
        words = self._words
        buttons = [tag("button", words["copy"], type="button", class_="nt-quiet", data_do="copy")]
        if self._feedback:
            for name in ("helpful", "not-helpful"):
                title = words["helpful.note"]
                buttons.append(tag("button", words[name], type="button", class_="nt-quiet", data_do=name, title=title))
        return tag("div", buttons, class_="nt-actions")


def _folded(line: Line) -> Html:
    """What was understood, with the earlier messages that are quoted cut to one line until tapped."""
    ids = [piece.id if isinstance(piece, Phrase) else "" for piece in line.pieces]
    if "understood.then" not in ids:
        return pieces_html(line.pieces)
    then = ids.index("understood.then")
    earlier = tag("span", pieces_html(line.pieces[:then]), class_="nt-earlier", tabindex=0)
    return join([earlier, pieces_html(line.pieces[then:])], " ")


def source_lines(answer: Answer) -> list[str]:
    """The sources of a reply, numbered as in its text."""
    lines = []
    for citation in answer.citations:
        links = "; ".join(f"{source.title}, {source.publisher} {source.url}".strip() for source in citation.sources)
        lines.append(f"[{citation.number}] {citation.title} ({citation.heading or citation.row or ''}): {links}")
    return lines


def _fails(labels: Sequence[Phrase]) -> bool:
    """Whether a link does not hold, or is one of excess, so that its foods are no help."""
    return any(label.id in ("strength.unproven", "strength.not-a-cause", "direction.excess") for label in labels)
