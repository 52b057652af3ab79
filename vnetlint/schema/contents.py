"""The text of an element, and what is missing at its end."""

from __future__ import annotations

from dataclasses import replace

from vnetlint.finding import Span
from vnetlint.schema.attributes import AttributeReading
from vnetlint.schema.fault import Fault
from vnetlint.schema.names import nearest
from vnetlint.schema.pattern import (
    WILD,
    Pattern,
)
from vnetlint.schema.query import (
    VALUE,
    first_names,
    needs_of,
    values_of,
)
from vnetlint.schema.reading import BLANKS, opaque
from vnetlint.schema.state import (
    FAULT,
    MatchState,
)
from vnetlint.xml.template import FILLER
from vnetlint.xml.tree import Node


class ContentReading(AttributeReading):
    """What is left of a definition once text is read, or is not there."""

    def _take_text(self, node: Node, state: MatchState) -> list[MatchState]:
        """Judge the text of an element without children, or with none that count."""
        text = node.text if node.close_start > node.open_end else ""
        if node.children:
            text = text.strip(BLANKS)
        pattern = state.pattern
        blank = not text.strip(BLANKS)
        if blank and pattern.nullable:
            return [state]
        if self.placeholders and (opaque(self.root, text) or FILLER in text):
            return [state]
        left = self.algebra.after_text(pattern, text)
        if left.nullable:
            return [state]
        if self.strict:
            return []
        if left is not self.not_allowed:
            return [self._without_elements(node, state._replace(pattern=left))]
        if blank and not pattern.takes_data:
            return [self._without_elements(node, state)]
        if not pattern.takes_data:
            state = self._blame(state, self._unexpected_text(node, pattern))
            return [state if pattern.nullable else self._without_elements(node, state)]
        values, wanted = values_of([pattern])
        span = self._text_span(node)
        fault = Fault("bad-value", node, span, node.name, None, nearest(text.strip(), values), wanted)
        return [self._blame(state, fault)]

    def _unexpected_text(self, node: Node, pattern: Pattern) -> Fault:
        expected = self.shown(node, sorted(first_names(pattern)))
        return Fault("unexpected-text", node, self._text_span(node), node.name, expected=expected)

    @staticmethod
    def _blame(state: MatchState, *faults: Fault) -> MatchState:
        return state._replace(cost=state.cost + FAULT * len(faults), faults=(state.faults, faults))

    @staticmethod
    def _is_value(pattern: Pattern, names: list[str]) -> bool:
        return pattern.takes_data and WILD not in pattern.elements and pattern.elements.isdisjoint(names)

    def _judge_texts(
        self, node: Node, states: list[MatchState], pieces: list[list[Span]]
    ) -> tuple[list[MatchState], list[list[Span]]]:
        """Settle text between elements where none may stand: one fault, however many pieces there are."""
        if any(state.pattern.takes_text for state in states):
            return states, pieces
        texts = [span for gap in pieces for span in gap if not self._is_placeholder(span)]
        without: list[list[Span]] = [[] for _ in pieces]
        if not texts:
            return states, without
        if self.strict:
            return [], without
        return [
            self._blame(state, replace(self._unexpected_text(node, state.pattern), span=texts[0])) for state in states
        ], without

    def _take_pieces(self, node: Node, states: list[MatchState], pieces: list[Span]) -> list[MatchState]:
        """Read text between elements; it may stand in any number of pieces."""
        after: list[MatchState] = []
        for state in states:
            left = self.algebra.after_text(state.pattern, None)
            if left is not self.not_allowed:
                after.append(state._replace(pattern=left))
            elif all(self._is_placeholder(span) for span in pieces):
                after.append(state)
            elif not self.strict:
                fault = self._unexpected_text(node, state.pattern)
                after.append(self._blame(state, replace(fault, span=pieces[0])))
        return after

    def _without_elements(self, node: Node, state: MatchState) -> MatchState:
        """Go on as if what is missing at the end of an element were there."""
        needs = needs_of(state.pattern)
        return state if needs is None else self._lacking(node, state, needs, before=None)

    def _lacking(
        self, node: Node, state: MatchState, missing: tuple[frozenset[str], ...], before: Node | None
    ) -> MatchState:
        if not missing or self._content_is_open(node):
            return state
        faults: list[Fault] = []
        for names in missing:
            shown = self.shown(node, sorted(names))
            if names == {VALUE}:
                values, wanted = values_of([state.pattern])
                faults.append(Fault("bad-value", node, node.name_span, node.name, None, tuple(sorted(values)), wanted))
            else:
                name = shown[0] if len(shown) == 1 else ""
                faults.append(Fault("missing-element", node, node.name_span, name, None, shown, related=before))
        return self._blame(state, *faults)
