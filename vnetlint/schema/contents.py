"""Matches the text of an element, and reports what is missing in it."""

from __future__ import annotations

from dataclasses import replace

from vnetlint.finding import Span
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
from vnetlint.schema.reading import BLANKS, DocumentReader, opaque
from vnetlint.schema.state import MatchState, blame
from vnetlint.xml.node import Node
from vnetlint.xml.template import FILLER


def take_text(reader: DocumentReader, node: Node, state: MatchState) -> list[MatchState]:
    """Return the states after the text of an element without children, or with children that are ignored."""
    text = node.text if node.close_start > node.open_end else ""
    if node.children:
        text = text.strip(BLANKS)
    pattern = state.pattern
    blank = not text.strip(BLANKS)
    if blank and pattern.nullable:
        return [state]
    if reader.placeholders and (opaque(reader.root, text) or FILLER in text):
        return [state]
    if reader.algebra.allows(pattern, text):
        return [state]
    if reader.strict:
        return []
    left = reader.algebra.after_text(pattern, text)
    if left is not reader.not_allowed:
        return [without_elements(reader, node, state._replace(pattern=left))]
    if blank and not pattern.takes_data:
        return [without_elements(reader, node, state)]
    if not pattern.takes_data:
        state = blame(state, _unexpected_text(reader, node, pattern))
        return [state if pattern.nullable else without_elements(reader, node, state)]
    values, wanted = values_of([pattern])
    span = reader.text_span(node)
    fault = Fault("bad-value", node, span, node.name, None, nearest(text.strip(), values), wanted)
    return [blame(state, fault)]


def _unexpected_text(reader: DocumentReader, node: Node, pattern: Pattern) -> Fault:
    expected = reader.shown(node, sorted(first_names(pattern)))
    return Fault("unexpected-text", node, reader.text_span(node), node.name, expected=expected)


def is_value(pattern: Pattern, names: list[str]) -> bool:
    """Whether a value is expected here, and no element of these names."""
    return pattern.takes_data and WILD not in pattern.elements and pattern.elements.isdisjoint(names)


def judge_texts(
    reader: DocumentReader, node: Node, states: list[MatchState], pieces: list[list[Span]]
) -> tuple[list[MatchState], list[list[Span]]]:
    """Return the states with text between elements reported, if none is allowed: one fault for all pieces."""
    if any(state.pattern.takes_text for state in states):
        return states, pieces
    texts = [span for gap in pieces for span in gap if not reader.is_placeholder(span)]
    without: list[list[Span]] = [[] for _ in pieces]
    if not texts:
        return states, without
    if reader.strict:
        return [], without
    return [
        blame(state, replace(_unexpected_text(reader, node, state.pattern), span=texts[0])) for state in states
    ], without


def take_pieces(reader: DocumentReader, node: Node, states: list[MatchState], pieces: list[Span]) -> list[MatchState]:
    """Return the states after text between elements."""
    after: list[MatchState] = []
    for state in states:
        left = reader.algebra.after_text(state.pattern, None)
        if left is not reader.not_allowed:
            after.append(state._replace(pattern=left))
        elif all(reader.is_placeholder(span) for span in pieces):
            after.append(state)
        elif not reader.strict:
            fault = _unexpected_text(reader, node, state.pattern)
            after.append(blame(state, replace(fault, span=pieces[0])))
    return after


def without_elements(reader: DocumentReader, node: Node, state: MatchState) -> MatchState:
    """Return the state with what is missing at the end of an element taken as present."""
    needs = needs_of(state.pattern)
    return state if needs is None else lacking(reader, node, state, needs, before=None)


def lacking(
    reader: DocumentReader, node: Node, state: MatchState, missing: tuple[frozenset[str], ...], before: Node | None
) -> MatchState:
    """Return the state with what is missing in a node reported, before a child or at the end."""
    if not missing or reader.content_is_open(node):
        return state
    faults: list[Fault] = []
    for names in missing:
        shown = reader.shown(node, sorted(names))
        if names == {VALUE}:
            values, wanted = values_of([state.pattern])
            faults.append(Fault("bad-value", node, node.name_span, node.name, None, tuple(sorted(values)), wanted))
        else:
            name = shown[0] if len(shown) == 1 else ""
            faults.append(Fault("missing-element", node, node.name_span, name, None, shown, related=before))
    return blame(state, *faults)
