"""Matches a document against a grammar by derivatives, explains its faults, and recovers after each.

Elements are judged one by one: does this node satisfy that definition? The answer is a list of faults with a cost. It
does not depend on the node's parents, and it is computed once for each node and definition. So the time grows in
proportion to the document, however many alternatives the grammar has.

Within an element, attributes are read first, and of those the ones that choose between alternatives (`type='bridge'`):
what contradicts the choice is the fault, not the choice. Then the children are read, with a few states side by side,
each with its faults so far. After a fault, reading goes on as if it had been right:

- what is not allowed is passed over, or read as what its name looks like;
- a bad value counts as a good one, a missing part as present.

In the end the cheapest explanation is reported. Nothing here recurses with the document, so depth costs no stack.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TypeVar

from vnetlint.finding import Span
from vnetlint.interruption import pause
from vnetlint.schema.attributes import decides, lacking_an_attribute, take_attributes
from vnetlint.schema.contents import is_value, judge_texts, lacking, take_pieces, take_text, without_elements
from vnetlint.schema.fault import Fault, FaultKind, paired
from vnetlint.schema.forms import in_other_form
from vnetlint.schema.grammar import LONGEST_GOOD, Grammar
from vnetlint.schema.names import meant_by
from vnetlint.schema.pattern import (
    WILD,
    Choice,
    ElementPattern,
    Group,
    Interleave,
    OneOrMore,
    Pattern,
)
from vnetlint.schema.query import (
    elements_named,
    first_names,
    most,
    needs_of,
)
from vnetlint.schema.reading import DocumentReader
from vnetlint.schema.state import (
    BAD,
    FAULT,
    GOOD,
    STATES,
    WRONG_CHOICE,
    MatchOutcome,
    MatchState,
    best_of,
    blame,
    cheapest,
    is_another,
    joined,
    unchained,
)
from vnetlint.xml.node import Node

_DOUBTS = 3
"""How many attributes that choose between alternatives are tried as the wrong one."""
_DEFINITIONS = 48
"""How many definitions of a name a misplaced element is tried with."""

SeenOutcomes = dict[tuple[ElementPattern, str], MatchOutcome]
"""The outcomes of elements by definition and text. Their faults may have the places of another document."""

_Steps = Generator[tuple[Node, ElementPattern], MatchOutcome, MatchOutcome]
_T = TypeVar("_T")


def matches(root: Node, grammar: Grammar, *, placeholders: bool = True) -> bool:
    """Whether a document follows a grammar. `placeholders` is whether those of a template satisfy everything."""
    grammar.forget()
    reader = DocumentReader(root, grammar, strict=True, placeholders=placeholders)
    if reader.placeholders:
        return not explain(root, grammar)
    return Matcher(reader).judge().cost == 0


def explain(root: Node, grammar: Grammar, *, placeholders: bool = True) -> list[Fault]:
    """Return the faults of a document in the order of their places; none if it follows the grammar."""
    grammar.forget()
    outcome = Matcher(DocumentReader(root, grammar, strict=False, placeholders=placeholders)).judge()
    faults = sorted(paired([*unchained(outcome.faults)]), key=lambda fault: (fault.span.start, fault.span.end))
    return in_other_form(faults, grammar)


def count_faults(root: Node, grammar: Grammar, seen: SeenOutcomes) -> int:
    """Return how many faults a document has. `seen` keeps the outcome of each text, for similar documents."""
    grammar.forget()
    outcome = Matcher(DocumentReader(root, grammar, strict=False, placeholders=True), seen).judge()
    # Elements with one text share their faults, but each is a fault of its own.
    return len(in_other_form(paired([replace(fault) for fault in unchained(outcome.faults)]), grammar))


class Matcher:
    """Judges the elements of one document."""

    __slots__ = ("_known", "_seen", "_strays", "algebra", "grammar", "namespaces", "reader", "root", "strict")

    def __init__(self, reader: DocumentReader, seen: SeenOutcomes | None = None) -> None:
        self.reader = reader
        self.root = reader.root
        self.grammar = reader.grammar
        self.algebra = reader.algebra
        self.namespaces = reader.namespaces
        self.strict = reader.strict
        self._known: dict[tuple[Node, ElementPattern], MatchOutcome] = {}
        self._seen = seen
        self._strays: set[Node] = set()
        """Children that are passed over, to see whether that explains more."""

    def judge(self) -> MatchOutcome:
        """Return the outcome for the whole document."""
        name = self.namespaces.element(self.root)
        candidates = self.algebra.starts(self.grammar.start, name)
        if not candidates:
            return BAD if self.strict else self._unknown_root(name)
        return self.solve(self.root, self.best(self.root, candidates)[0])

    def _unknown_root(self, name: str) -> MatchOutcome:
        """Return the outcome for a document with a wrong root, by a definition of that name or a similar one."""
        root, known = self.root, self.grammar.by_name.get(name, ())
        names = first_names(self.grammar.start)
        expected = self.reader.nearest(root, name, names)
        meant = "" if known else next(iter(meant_by(name, names)), "")
        read_as = known if len(known) == 1 else self.algebra.starts(self.grammar.start, meant)
        inner = self.solve(root, self.best(root, read_as)[0]) if read_as else GOOD
        kind: FaultKind = "misplaced-element" if known else "unknown-element"
        allowed = self.reader.shown(root, self.grammar.parents_of(known))
        shown = self.reader.shown(root, (meant,))[0] if meant else ""
        fault = Fault(
            kind, root, root.name_span, root.name, expected=expected, meant=shown, allowed_in=allowed
        )  # fmt: skip
        return MatchOutcome(FAULT + inner.cost, joined((None, (fault,)), inner.faults))

    def best(self, node: Node, candidates: Sequence[ElementPattern]) -> list[ElementPattern]:
        """Return the definitions that fit a node best."""
        if len(candidates) < 2:
            return list(candidates)
        return [candidates[number] for number in best_of([self.solve(node, element) for element in candidates])]

    def solve(self, node: Node, element: ElementPattern) -> MatchOutcome:
        """Return the outcome for a node by a definition. The stack is a list, so that deep documents do not recurse."""
        known = self._known
        if (node, element) in known:
            return known[node, element]
        stack = [(node, element, self._judge(node, element))]
        answer: MatchOutcome | None = None
        while stack:
            pause()
            node, element, steps = stack[-1]
            try:
                asked = next(steps) if answer is None else steps.send(answer)
            except StopIteration as stop:
                answer = known[node, element] = stop.value
                self._remember(node, element, answer)
                stack.pop()
                continue
            answer = None
            stack.append((*asked, self._judge(*asked)))
        assert answer is not None
        return answer

    def _remember(self, node: Node, element: ElementPattern, outcome: MatchOutcome) -> None:
        if not self._is_plain(node):
            return
        text = self.reader.text[node.start : node.end]
        if outcome == GOOD:
            self.grammar.remember_good(element, text)
        if self._seen is not None:
            self._seen[element, text] = outcome

    def _seen_before(self, node: Node, element: ElementPattern) -> MatchOutcome | None:
        """The outcome for a node if that of the same text is known, else None."""
        if not self._is_plain(node):
            return None
        text = self.reader.text[node.start : node.end]
        found = GOOD if self.grammar.is_good(element, text) else self._seen.get((element, text)) if self._seen else None
        if found is not None:
            self._known[node, element] = found
        return found

    def _is_plain(self, node: Node) -> bool:
        """Whether the same text means the same elsewhere, and is short enough to remember that for long."""
        return (
            (self._seen is not None or node.end - node.start <= LONGEST_GOOD)
            and not self.reader.placeholders
            and not self.namespaces.are_used_in(node)
        )

    def _judge(self, node: Node, element: ElementPattern) -> _Steps:
        content = self.grammar.content(element)
        outcome = yield from self._attempt(node, content, "")
        if self.strict:
            return outcome
        if outcome.cost and (open_states := lacking_an_attribute(self.reader, node, content)):
            other = yield from self._continue(node, open_states, frozenset())
            if other.cost <= outcome.cost:
                outcome = other
        if outcome.cost >= 2 * FAULT and len(node.children) > 1:
            # The first child may have chosen an alternative that the other children do not fit.
            self._strays.add(node.children[0])
            other = yield from self._attempt(node, content, "")
            self._strays.discard(node.children[0])
            if other.cost < outcome.cost:
                outcome = other
        if outcome.cost <= WRONG_CHOICE:
            return outcome
        present = [name for name, _ in self.namespaces.attributes(node) if name not in outcome.wrong]
        for name in [each for each in present if decides(self.algebra, content, each)][:_DOUBTS]:
            other = yield from self._attempt(node, content, name)
            if other.cost < outcome.cost:
                outcome = other
        return outcome

    def _attempt(self, node: Node, content: Pattern, doubted: str) -> _Steps:
        """Return the outcome with the value of the attribute `doubted` taken for wrong, although it is allowed."""
        states, wrong = take_attributes(self.reader, node, content, doubted)
        return (yield from self._continue(node, states, wrong))

    def _continue(self, node: Node, states: list[MatchState], wrong: frozenset[str]) -> _Steps:
        """Return the outcome for the content of a node, given the states after its attributes."""
        if not node.children:
            states = [after for state in states for after in take_text(self.reader, node, state)]
        else:
            states = yield from self._take_children(node, states)
        if not states:
            # The definition has <notAllowed/> as its content, so no element follows it.
            fault = Fault("misplaced-element", node, node.name_span, node.name)
            return BAD if self.strict else MatchOutcome(FAULT, (None, (fault,)))
        best = min(states, key=lambda state: state.cost)
        return MatchOutcome(best.cost, best.faults, wrong)

    def finish(self, steps: Generator[tuple[Node, ElementPattern], MatchOutcome, _T]) -> _T:
        """Run a generator of steps to its end, and return its result."""
        try:
            asked = next(steps)
            while True:
                asked = steps.send(self.solve(*asked))
        except StopIteration as stop:
            value: _T = stop.value
            return value

    def before_child(self, node: Node, element: ElementPattern, number: int) -> list[Pattern]:
        """What is allowed in an element after its first `number` children, by each explanation of those."""
        return [state.pattern for state in self.states_before(node, element, number)]

    def states_before(self, node: Node, element: ElementPattern, number: int) -> list[MatchState]:
        """The states after the first `number` children of an element, the cheapest first."""
        states, _ = take_attributes(self.reader, node, self.grammar.content(element))
        names = self.namespaces.elements(node.children[:number])
        steps = self._take_each(node, names, [[] for _ in range(number)], states)
        return self.finish(steps)

    def content_outcome(self, node: Node, pattern: Pattern) -> MatchOutcome:
        """Return the outcome for the content of an element, given the pattern after its attributes."""
        return self.finish(self._continue(node, [MatchState(pattern, 0, None, pattern)], frozenset()))

    def _take_children(
        self, node: Node, states: list[MatchState]
    ) -> Generator[tuple[Node, ElementPattern], MatchOutcome, list[MatchState]]:
        """Judge the content of an element with children. If a value is expected, the children are faults."""
        names = self.namespaces.elements(node.children)
        pieces = [self.reader.pieces(gap) for gap in node.gaps()]
        after: list[MatchState] = []
        others: list[MatchState] = []
        for state in states:
            valued = is_value(state.pattern, names)
            if not valued:
                others.append(state)
            if not self.strict and (valued or (state.pattern.takes_data and any(pieces))):
                after += yield from self._take_value(node, names, state)
        if others:
            after += yield from self._take_elements(node, names, pieces, others)
        return after

    def _take_value(
        self, node: Node, names: list[str], state: MatchState
    ) -> Generator[tuple[Node, ElementPattern], MatchOutcome, list[MatchState]]:
        """Judge an element that should hold text only: every child is a fault, and the text is judged without them."""
        (state,) = take_text(self.reader, node, state)
        for child, name in zip(node.children, names, strict=True):
            pause()
            state = yield from self._pass_over(node, child, name, state, {})
        return [state]

    def _take_elements(
        self, node: Node, names: list[str], pieces: list[list[Span]], states: list[MatchState]
    ) -> Generator[tuple[Node, ElementPattern], MatchOutcome, list[MatchState]]:
        if any(pieces):
            states, pieces = judge_texts(self.reader, node, states, pieces)
        states = yield from self._take_each(node, names, pieces, states)
        if pieces[-1]:
            states = take_pieces(self.reader, node, states, pieces[-1])
        if self.strict:
            return [state for state in states if state.pattern.nullable]
        return [state if state.pattern.nullable else without_elements(self.reader, node, state) for state in states]

    def _take_each(
        self, node: Node, names: list[str], pieces: list[list[Span]], states: list[MatchState]
    ) -> Generator[tuple[Node, ElementPattern], MatchOutcome, list[MatchState]]:
        """Read the children with these names, from the first on, and the text before each."""
        first: dict[str, Node] = {}
        for number, name in enumerate(names):
            pause()
            child = node.children[number]
            if pieces[number]:
                states = take_pieces(self.reader, node, states, pieces[number])
            following: dict[tuple[Pattern, Pattern], MatchState] = {}
            for state in states:
                for after in (yield from self._take_child(node, child, name, state, first)):
                    known = following.get((after.pattern, after.origin))
                    if known is None or after.cost < known.cost:
                        following[after.pattern, after.origin] = after
            states = cheapest(following)
            if not states:
                return []
            first.setdefault(name, child)
        return states

    def _take_child(
        self, node: Node, child: Node, name: str, state: MatchState, first: dict[str, Node]
    ) -> Generator[tuple[Node, ElementPattern], MatchOutcome, list[MatchState]]:
        if child in self._strays:
            return [(yield from self._pass_over(node, child, name, state, first))]
        candidates = self.algebra.starts(state.pattern, name)
        if not candidates:
            if self.strict:
                return []
            return (yield from self._recover(node, child, name, state, first))
        after = yield from self._read_as(child, name, state, candidates)
        if after is None:
            return []
        # What has an attribute of the element that is allowed here is rather that one with two faults.
        is_like = any(name in self.grammar.content(each).attributes for each in candidates for name in child.attributes)
        if after.cost < state.cost + (3 if is_like else 2) * FAULT:
            return [after]
        elsewhere = [each for each in self.grammar.by_name.get(name, ()) if each not in candidates]
        outcome, fits = yield from self._known_as(child, elsewhere[:_DEFINITIONS])
        if outcome is None or outcome.cost or node.name in self.grammar.parents_of(fits):
            return [after]
        # It has many faults here, and none by the definition of another element of its name.
        return [after, (yield from self._pass_over(node, child, name, state, first))]

    def _read_as(
        self, child: Node, name: str, state: MatchState, candidates: tuple[ElementPattern, ...]
    ) -> Generator[tuple[Node, ElementPattern], MatchOutcome, MatchState | None]:
        """Read a child by the definitions that fit it best. Return None if it is not allowed there."""
        outcome, chosen = yield from self._known_as(child, candidates)
        if outcome is None or (self.strict and outcome.cost):
            return None
        left = self.algebra.after_element(state.pattern, name, frozenset(chosen))
        if not outcome.cost:
            return MatchState(left, state.cost, state.faults, state.origin)
        return MatchState(left, state.cost + outcome.cost, joined(state.faults, outcome.faults), state.origin)

    def _recover(
        self, node: Node, child: Node, name: str, state: MatchState, first: dict[str, Node]
    ) -> Generator[tuple[Node, ElementPattern], MatchOutcome, list[MatchState]]:
        """The ways to go on after a child that is not allowed here."""
        ways: list[MatchState] = []
        if not is_value(state.pattern, [name]):
            for pattern, missing in self._ahead(state.pattern, name)[:3]:
                skipped = lacking(self.reader, node, state._replace(pattern=pattern), missing, before=child)
                read = yield from self._read_as(child, name, skipped, self.algebra.starts(pattern, name))
                if read is not None:
                    ways.append(read)
        if name not in self.grammar.by_name:
            ways += yield from self._read_as_similar(child, name, state)
        ways.append((yield from self._pass_over(node, child, name, state, first)))
        return ways

    def _pass_over(
        self, node: Node, child: Node, name: str, state: MatchState, first: dict[str, Node]
    ) -> Generator[tuple[Node, ElementPattern], MatchOutcome, MatchState]:
        """Go on as if a child were not there, but judge its content by a definition of its name."""
        here = elements_named(state.origin, name)
        outcome, fits = yield from self._known_as(child, here)
        elsewhere = [element for element in self.grammar.by_name.get(name, ()) if element not in here]
        if outcome is None or outcome.cost:
            # It may be right by the definition of another element of this name.
            other, fits_there = yield from self._known_as(child, elsewhere[:_DEFINITIONS])
            if other is not None and (outcome is None or not other.cost) and not is_another(child, other):
                here = ()
                outcome, fits = other, fits_there if not other.cost else elsewhere
        kind: FaultKind = "unknown-element" if outcome is None else "misplaced-element"
        allowed = (node.name,) if here else self.reader.shown(child, self.grammar.parents_of(fits))
        related: Node | None = None
        if here and name in first and most(state.origin, name) == 1:
            if self.reader.content_is_open(node):
                return state
            kind, related, allowed = "duplicate-element", first[name], ()
        expected = self.reader.nearest(child, name, first_names(state.pattern))
        fault = Fault(kind, child, child.name_span, child.name, None, expected, related=related, allowed_in=allowed)
        state = blame(state, fault)
        if outcome is None or not (here or len(fits) == 1):
            return state
        return state._replace(cost=state.cost + outcome.cost, faults=joined(state.faults, outcome.faults))

    def _known_as(
        self, child: Node, definitions: Sequence[ElementPattern]
    ) -> Generator[tuple[Node, ElementPattern], MatchOutcome, tuple[MatchOutcome | None, Sequence[ElementPattern]]]:
        """The outcome for a child by the definitions that fit it best, and those definitions."""
        outcomes: list[MatchOutcome] = []
        for element in definitions:
            # What is known is not asked for: a question and its answer pass through all steps that wait for one.
            outcome = self._known.get((child, element)) or self._seen_before(child, element)
            if outcome is None:
                outcome = yield child, element
            outcomes.append(outcome)
        if not outcomes:
            return None, ()
        best = best_of(outcomes)
        return outcomes[best[0]], [definitions[number] for number in best]

    def _read_as_similar(
        self, child: Node, name: str, state: MatchState
    ) -> Generator[tuple[Node, ElementPattern], MatchOutcome, list[MatchState]]:
        """Read a child with an unknown name as the elements allowed here that have a similar name."""
        ways: list[MatchState] = []
        names = first_names(state.pattern)
        for meant in meant_by(name, names)[:3]:
            (shown,) = self.reader.shown(child, (meant,))
            expected = self.reader.nearest(child, name, names)
            expected = (shown, *(each for each in expected if each != shown))
            fault = Fault("unknown-element", child, child.name_span, child.name, None, expected, meant=shown)
            blamed = blame(state, fault)
            read = yield from self._read_as(child, meant, blamed, self.algebra.starts(state.pattern, meant))
            if read is not None:
                ways.append(read)
        return ways

    def _ahead(self, pattern: Pattern, name: str) -> list[tuple[Pattern, tuple[frozenset[str], ...]]]:
        """What is left from each later place that allows an element, and what is missing before it."""
        names = pattern.elements
        if name not in names and WILD not in names:
            return []
        if self.algebra.starts(pattern, name):
            return [(pattern, ())]
        found: list[tuple[Pattern, tuple[frozenset[str], ...]]] = []
        algebra = self.algebra
        match pattern:
            case Choice():
                for member in pattern.with_element(name):
                    found += self._ahead(member, name)
            case Group():
                found += [(algebra.group(left, pattern.right), lack) for left, lack in self._ahead(pattern.left, name)]
                before = needs_of(pattern.left)
                if before is not None:
                    found += [(right, before + lack) for right, lack in self._ahead(pattern.right, name)]
            case Interleave():
                sides = (pattern.left, pattern.right)
                for side, other in (sides, sides[::-1]):
                    found += [(algebra.interleave(left, other), lack) for left, lack in self._ahead(side, name)]
            case OneOrMore():
                rest = algebra.optional(pattern)
                found += [(algebra.group(left, rest), lack) for left, lack in self._ahead(pattern.inner, name)]
        return sorted(found, key=lambda way: len(way[1]))[:STATES]
