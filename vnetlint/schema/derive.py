"""The verdict on a document and the reasons for it: derivatives over our own tree, and recovery after each fault.

Elements are judged one by one: does this node satisfy that definition? The answer is a list of faults with a cost, it
does not depend on where the node stands, and it is asked once for each node and definition. So the work grows with the
document, whatever the grammar offers to choose from.

Within an element, attributes come first, and of those the ones that choose between alternatives (`type='bridge'`), so
that what contradicts the choice is blamed and not the choice. Then come the children, with a few states side by side,
each with what was wrong so far. After a fault the reading goes on as if it had been right:

- what is not allowed is passed over, or read as what its name looks like;
- a bad value counts as a good one, a missing part as present.

In the end the cheapest explanation stands. Nothing here recurses with the document, so depth costs no stack.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeVar

from vnetlint.finding import Span
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.names import nearest, similar
from vnetlint.schema.namespaces import Namespaces
from vnetlint.schema.pattern import (
    WILD,
    Choice,
    Element,
    Group,
    Interleave,
    OneOrMore,
    Pattern,
    names_of,
)
from vnetlint.schema.pattern import Attribute as AttributePattern
from vnetlint.schema.query import (
    VALUE,
    attribute_names,
    elements_named,
    enumerated,
    first_names,
    most,
    needs_of,
    values_of,
)
from vnetlint.xml.scan import Kind, scan
from vnetlint.xml.template import FILLER, is_opaque
from vnetlint.xml.tree import Attribute, Node

FaultKind = Literal[
    "unknown-element",
    "misplaced-element",
    "duplicate-element",
    "missing-element",
    "unknown-attribute",
    "missing-attribute",
    "bad-value",
    "unexpected-text",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and what would be right.

    `node` is the element concerned, for what is missing the one that lacks it. `expected` are the names or values that
    may stand there, the nearest to what does first; `wanted` says in words what a value has to be.
    """

    kind: FaultKind
    node: Node
    span: Span
    name: str
    """Of the element or attribute that is wrong or missing."""
    attribute: Attribute | None = None
    expected: tuple[str, ...] = ()
    wanted: str = ""
    meant: str = ""
    """The name that recovery took it for."""
    related: Node | None = None
    """The first of two duplicates; the element in which a misplaced one is missing."""
    allowed_in: tuple[str, ...] = ()
    """The elements in which a misplaced one may stand."""


_FAULT = 10
_WRONG_CHOICE = 25
"""That the choice itself is wrong is said where it explains more than two faults."""
_STATES = 6
_AHEAD = 20
"""How much dearer than the cheapest explanation another one may be to be followed."""
_DOUBTS = 3
"""How many attributes that choose between alternatives are taken for wrong in turn."""
_GUESSES = 32
"""How many unknown attributes of one element are compared with those that it might have."""
_DEFINITIONS = 48
"""How many definitions of a name a misplaced element is tried with."""
_BLANKS = " \t\r\n"

_Chain = tuple["_Chain | None", tuple[Fault, ...]]
"""Faults in reverse order, shared between states."""


class _Outcome(NamedTuple):
    cost: int
    faults: _Chain | None
    wrong: frozenset[str] = frozenset()
    """The attributes with bad values, which tell alternatives apart."""


class _State(NamedTuple):
    pattern: Pattern
    cost: int
    faults: _Chain | None
    origin: Pattern
    """The content before its first child."""


class _Attributes(NamedTuple):
    """What reading attributes came to: what is left of the pattern, and what was wrong."""

    pattern: Pattern
    faults: list[Fault]
    unknown: list[tuple[str, Attribute]]
    wrong: frozenset[str]


_GOOD = _Outcome(0, None)
_BAD = _Outcome(_FAULT, None)
_Steps = Generator[tuple[Node, Element], _Outcome, _Outcome]
_T = TypeVar("_T")


def matches(root: Node, grammar: Grammar, *, placeholders: bool = True) -> bool:
    """Whether a document follows a grammar. Placeholders of templates satisfy everything unless they are literal."""
    grammar.forget()
    matcher = Matcher(root, grammar, strict=True, placeholders=placeholders)
    if matcher.placeholders:
        return not explain(root, grammar)
    return matcher.judge().cost == 0


def explain(root: Node, grammar: Grammar, *, placeholders: bool = True) -> list[Fault]:
    """Say what is wrong with a document, in its order; nothing, where it follows the grammar."""
    grammar.forget()
    outcome = Matcher(root, grammar, strict=False, placeholders=placeholders).judge()
    faults = [*_unchained(outcome.faults)]
    return sorted(_paired(faults), key=lambda fault: (fault.span.start, fault.span.end))


def _unchained(chain: _Chain | None) -> Iterator[Fault]:
    """The faults of a chain of chains, in order."""
    pieces: list[tuple[Fault, ...]] = []
    while chain is not None:
        pieces.append(chain[1])
        chain = chain[0]
    for piece in reversed(pieces):
        yield from piece


class Matcher:
    """Judges the elements of one document."""

    def __init__(self, root: Node, grammar: Grammar, *, strict: bool, placeholders: bool) -> None:
        self.root = root
        self.grammar = grammar
        self.algebra = grammar.algebra
        self.not_allowed = grammar.algebra.not_allowed
        self.strict = strict
        source = root.document.source
        self.masked = source.masked
        self.text = source.text
        written = source.text[root.start : root.end]
        self.placeholders = placeholders and (source.is_template or _opaque(root, written))
        self.namespaces = Namespaces(root)
        self._is_plain = not self.placeholders and not self.namespaces.are_declared
        """Whether an element's text says all about it: no prefix or placeholder gets its meaning from elsewhere."""
        self._known: dict[tuple[Node, Element], _Outcome] = {}
        self._strays: set[Node] = set()
        """Children that are passed over, to see whether that explains more."""

    def judge(self) -> _Outcome:
        """Judge the document."""
        name = self.namespaces.element(self.root)
        candidates = self.algebra.starts(self.grammar.start, name)
        if not candidates:
            return _BAD if self.strict else self._unknown_root(name)
        return self.solve(self.root, self.best(self.root, candidates)[0])

    def _unknown_root(self, name: str) -> _Outcome:
        """Judge a document with another root than the grammar has, by what its root is elsewhere or looks like."""
        root, known = self.root, self.grammar.by_name.get(name, ())
        names = first_names(self.grammar.start)
        expected = self.nearest(root, name, names)
        meant = next((each for each in nearest(name, names) if not known and similar(_local(name), _local(each))), "")
        read_as = known if len(known) == 1 else self.algebra.starts(self.grammar.start, meant)
        inner = self.solve(root, self.best(root, read_as)[0]) if read_as else _GOOD
        kind: FaultKind = "misplaced-element" if known else "unknown-element"
        allowed = self.shown(root, self.grammar.parents_of(known))
        shown = self.shown(root, (meant,))[0] if meant else ""
        fault = Fault(
            kind, root, root.name_span, root.name, expected=expected, meant=shown, allowed_in=allowed
        )  # fmt: skip
        return _Outcome(_FAULT + inner.cost, _joined((None, (fault,)), inner.faults))

    def best(self, node: Node, candidates: Sequence[Element]) -> list[Element]:
        """Those of several definitions that fit a node best."""
        if len(candidates) < 2:
            return list(candidates)
        return [candidates[number] for number in _best([self.solve(node, element) for element in candidates])]

    def solve(self, node: Node, element: Element) -> _Outcome:
        """Judge a node by a definition: the steps below ask for those of children, and wait on a stack of our own."""
        known = self._known
        if (node, element) in known:
            return known[node, element]
        stack = [(node, element, self._judge(node, element))]
        answer: _Outcome | None = None
        while stack:
            node, element, steps = stack[-1]
            try:
                asked = next(steps) if answer is None else steps.send(answer)
            except StopIteration as stop:
                answer = known[node, element] = stop.value
                if self._is_plain and answer == _GOOD:
                    self.grammar.remember_good(element, self.text[node.start : node.end])
                stack.pop()
                continue
            answer = known.get(asked) or self._good_before(*asked)
            if answer is None:
                stack.append((*asked, self._judge(*asked)))
        assert answer is not None
        return answer

    def _good_before(self, node: Node, element: Element) -> _Outcome | None:
        """The outcome for a node whose very text is known to follow a definition."""
        if not self._is_plain or not self.grammar.is_good(element, self.text[node.start : node.end]):
            return None
        self._known[node, element] = _GOOD
        return _GOOD

    # -- one element -----------------------------------------------------------------------------------------------

    def _judge(self, node: Node, element: Element) -> _Steps:
        content = self.grammar.content(element)
        outcome = yield from self._attempt(node, content, "")
        if self.strict:
            return outcome
        if outcome.cost and (lacking := self._lacking_an_attribute(node, content)):
            other = yield from self._continue(node, lacking, frozenset())
            if other.cost <= outcome.cost:
                outcome = other
        if outcome.cost >= 2 * _FAULT and len(node.children) > 1:
            # The first child may have chosen what all others do not fit.
            self._strays.add(node.children[0])
            other = yield from self._attempt(node, content, "")
            self._strays.discard(node.children[0])
            if other.cost < outcome.cost:
                outcome = other
        if outcome.cost <= _WRONG_CHOICE:
            return outcome
        present = [name for name, _ in self.namespaces.attributes(node) if name not in outcome.wrong]
        for name in [each for each in present if self._decides(content, each)][:_DOUBTS]:
            other = yield from self._attempt(node, content, name)
            if other.cost < outcome.cost:
                outcome = other
        return outcome

    def _attempt(self, node: Node, content: Pattern, doubted: str) -> _Steps:
        """Judge a node, with one attribute taken for wrong though its value is a good one."""
        states, wrong = self.take_attributes(node, content, doubted)
        return (yield from self._continue(node, states, wrong))

    def _continue(self, node: Node, states: list[_State], wrong: frozenset[str]) -> _Steps:
        """Judge what is in a node once its attributes are read."""
        if not node.children:
            states = [after for state in states for after in self._take_text(node, state)]
        else:
            states = yield from self._take_children(node, states)
        if not states:
            # The definition has <notAllowed/> for its content: there is no such element.
            fault = Fault("misplaced-element", node, node.name_span, node.name)
            return _BAD if self.strict else _Outcome(_FAULT, (None, (fault,)))
        best = min(states, key=lambda state: state.cost)
        return _Outcome(best.cost, best.faults, wrong)

    def finish(self, steps: Generator[tuple[Node, Element], _Outcome, _T]) -> _T:
        """Take steps to their end from outside, answering each question as it comes."""
        try:
            asked = next(steps)
            while True:
                asked = steps.send(self.solve(*asked))
        except StopIteration as stop:
            value: _T = stop.value
            return value

    def before_child(self, node: Node, element: Element, number: int) -> list[Pattern]:
        """What may stand in an element behind its first children, by each explanation of those."""
        states, _ = self.take_attributes(node, self.grammar.content(element))
        names = [self.namespaces.element(child) for child in node.children[:number]]
        steps = self._take_each(node, names, [[] for _ in range(number)], states)
        return [state.pattern for state in self.finish(steps)]

    # -- attributes ------------------------------------------------------------------------------------------------

    def _decides(self, content: Pattern, name: str) -> bool:
        """Whether an attribute chooses between alternatives by its value."""
        candidates = self.algebra.attributes(content, name)
        return len(candidates) > 1 and all(enumerated(candidate.content) for candidate in candidates)

    def take_attributes(self, node: Node, content: Pattern, doubted: str = "") -> tuple[list[_State], frozenset[str]]:
        """What is left for the content once the attributes are read, and the attributes whose values are bad."""
        attributes = self.namespaces.attributes(node)
        read = self.read_attributes(content, attributes, doubted)
        pattern, faults = read.pattern, read.faults
        if self.strict and (faults or read.unknown):
            return [], frozenset()
        for number, (name, attribute) in enumerate(read.unknown):
            if number < _GUESSES:
                pattern, fault = self._unknown_attribute(pattern, name, attribute, content)
            else:
                fault = Fault("unknown-attribute", node, attribute.name_span, attribute.name, attribute)
            faults.append(fault)
        cost = len(faults) * _FAULT + (_WRONG_CHOICE - _FAULT if doubted else 0)
        chain: _Chain | None = (None, tuple(faults)) if faults else None
        left = self.algebra.after_attributes(pattern)
        if left is not self.not_allowed:
            return [_State(left, cost, chain, left)], read.wrong
        return [] if self.strict else self._without_missing(node, pattern, cost, chain), read.wrong

    def read_attributes(
        self, content: Pattern, attributes: list[tuple[str, Attribute]], doubted: str = ""
    ) -> _Attributes:
        """Read the attributes that are known, those that choose between alternatives first."""
        pattern = content
        faults: list[Fault] = []
        unknown: list[tuple[str, Attribute]] = []
        wrong: list[str] = []
        if len(attributes) > 1:
            attributes = sorted(attributes, key=lambda each: not self._decides(content, each[0]))
        for name, attribute in attributes:
            candidates = self.algebra.attributes(pattern, name)
            if not candidates:
                unknown.append((name, attribute))
                continue
            value = self._value(attribute)
            chosen = [candidate for candidate in candidates if self.algebra.allows(candidate.content, value)]
            if name == doubted:
                chosen = [candidate for candidate in candidates if candidate not in chosen] or candidates
                faults.append(self._bad_value(attribute, chosen))
            elif not chosen:
                chosen = candidates
                wrong.append(name)
                faults.append(self._bad_value(attribute, candidates))
            pattern = self.algebra.after_attribute(pattern, name, frozenset(chosen))
        return _Attributes(pattern, faults, unknown, frozenset(wrong))

    def _bad_value(self, attribute: Attribute, candidates: Iterable[AttributePattern]) -> Fault:
        values, wanted = values_of([candidate.content for candidate in candidates])
        expected = nearest(attribute.value, values)
        return Fault("bad-value", attribute.node, attribute.value_span, attribute.name, attribute, expected, wanted)

    def _unknown_attribute(
        self, pattern: Pattern, name: str, attribute: Attribute, content: Pattern
    ) -> tuple[Pattern, Fault]:
        """Read an unknown attribute as the one that it looks like, or pass over it."""
        node = attribute.node
        present = {each for each, _ in self.namespaces.attributes(node)}
        available = [each for each in attribute_names(pattern) if each not in present]
        expected = self.nearest(node, name, available)
        meant = ""
        value = self._value(attribute)
        # One that other alternatives know by this name is no typing error.
        if not self.algebra.attributes(content, name):
            likely = [each for each in nearest(name, available) if similar(_local(name), _local(each))]
            fitting = [each for each in likely if self._fitting(pattern, each, value)]
            meant = next(iter(fitting or likely), "")
        if meant:
            chosen = self._fitting(pattern, meant, value) or self.algebra.attributes(pattern, meant)
            pattern = self.algebra.after_attribute(pattern, meant, frozenset(chosen))
        shown = self.shown(node, (meant,))[0] if meant else ""
        if shown:
            expected = (shown, *(each for each in expected if each != shown))
        return pattern, Fault(
            "unknown-attribute", node, attribute.name_span, attribute.name, attribute, expected, meant=shown
        )

    def _fitting(self, pattern: Pattern, name: str, value: str | None) -> list[AttributePattern]:
        candidates = self.algebra.attributes(pattern, name)
        return [candidate for candidate in candidates if self.algebra.allows(candidate.content, value)]

    def _without_missing(
        self, node: Node, pattern: Pattern, cost: int, chain: _Chain | None, least: int = 0
    ) -> list[_State]:
        """The ways to go on where attributes are missing, one for each set of them."""
        found = self.missing_attributes(pattern).items()
        ways = sorted((way for way in found if len(way[0]) >= least), key=lambda way: (len(way[0]), way[0]))
        states = []
        for names, left in ways[:_STATES]:
            if len(names) > len(ways[0][0]) + 1:
                break
            if self._tag_is_open(node):
                states.append(_State(left, cost, chain, left))
                continue
            faults = []
            for name in names:
                candidates = self.algebra.attributes(pattern, name)
                values, wanted = values_of([candidate.content for candidate in candidates])
                (shown,) = self.shown(node, (name,))
                faults.append(
                    Fault("missing-attribute", node, node.name_span, shown, None, tuple(sorted(values)), wanted)
                )
            states.append(_State(left, cost + _FAULT * len(faults), (chain, tuple(faults)), left))
        return states

    def _lacking_an_attribute(self, node: Node, content: Pattern) -> list[_State]:
        """The alternatives that are open if an attribute is missing that is not missed by itself.

        Without its type, a disk is a file; if it holds a device all the same, what is missing is the type.
        """
        read = self.read_attributes(content, self.namespaces.attributes(node))
        left = self.algebra.after_attributes(read.pattern)
        if read.faults or read.unknown or left is self.not_allowed:
            return []
        return [
            state for state in self._without_missing(node, read.pattern, 0, None, least=1) if state.pattern is not left
        ]

    def missing_attributes(self, pattern: Pattern) -> dict[tuple[str, ...], Pattern]:
        """What would be left if attributes were there, by their names; the smallest sets where there are many."""
        if not pattern.attributes:
            return {(): pattern}
        found: dict[tuple[str, ...], Pattern] = {}
        for names, left in self._ways_to_complete(pattern):
            key = tuple(sorted(set(names)))
            found[key] = self.algebra.choice((found[key], left)) if key in found else left
        if () in found:
            # What may be left out, and makes no difference, is not missing.
            found = {names: left for names, left in found.items() if not names or left is not found[()]}
        if len(found) > _STATES:
            kept = sorted(found, key=lambda names: (len(names), names))[:_STATES]
            found = {names: found[names] for names in kept}
        return found

    def _ways_to_complete(self, pattern: Pattern) -> Iterator[tuple[tuple[str, ...], Pattern]]:
        match pattern:
            case AttributePattern():
                yield (min(names_of(pattern.names)),), self.algebra.empty
            case Choice():
                for member in pattern.members:
                    yield from self.missing_attributes(member).items()
            case Group() | Interleave():
                both = self.algebra.group if isinstance(pattern, Group) else self.algebra.interleave
                rights = self.missing_attributes(pattern.right)
                for names, left in self.missing_attributes(pattern.left).items():
                    for more, right in rights.items():
                        yield (*names, *more), both(left, right)
            case OneOrMore():
                for names, left in self.missing_attributes(pattern.inner).items():
                    yield names, self.algebra.one_or_more(left)

    def _value(self, attribute: Attribute) -> str | None:
        """The value, or None where a placeholder stands in it."""
        return None if self.placeholders and _opaque(self.root, attribute.value) else attribute.value

    def _tag_is_open(self, node: Node) -> bool:
        """Whether a placeholder stands for attributes of a tag, so that none can be said to be missing."""
        if not self.placeholders or self.masked is self.text:
            return False
        position = node.name_span.end
        for attribute in node.all_attributes():
            if self.text[position : attribute.span.start] != self.masked[position : attribute.span.start]:
                return True
            position = attribute.span.end
        return self.text[position : node.open_end] != self.masked[position : node.open_end]

    # -- text ------------------------------------------------------------------------------------------------------

    def _take_text(self, node: Node, state: _State) -> list[_State]:
        """Judge the text of an element without children, or with none that count."""
        text = node.text if node.close_start > node.open_end else ""
        if node.children:
            text = text.strip(_BLANKS)
        pattern = state.pattern
        blank = not text.strip(_BLANKS)
        if blank and pattern.nullable:
            return [state]
        if self.placeholders and (_opaque(self.root, text) or FILLER in text):
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

    def _text_span(self, node: Node) -> Span:
        for span in self._pieces(Span(node.open_end, node.close_start)) if not node.children else ():
            return span
        for gap in node.gaps():
            for span in self._pieces(gap):
                return span
        return node.name_span

    def _pieces(self, gap: Span) -> Iterator[Span]:
        """The texts between tags that are more than white space, without the white space around them."""
        if not self.masked[gap.start : gap.end].strip(_BLANKS):
            return
        for token in scan(self.masked[gap.start : gap.end]):
            if token.kind in (Kind.TEXT, Kind.CDATA):
                start, end = gap.start + token.start, gap.start + token.end
                written = self.masked[start:end]
                if token.kind is Kind.CDATA:
                    if written[9:-3].strip(_BLANKS):
                        yield Span(start, end)
                elif stripped := written.strip(_BLANKS):
                    start += written.index(stripped[0]) if stripped else 0
                    yield Span(start, start + len(stripped))

    def _unexpected_text(self, node: Node, pattern: Pattern) -> Fault:
        expected = self.shown(node, sorted(first_names(pattern)))
        return Fault("unexpected-text", node, self._text_span(node), node.name, expected=expected)

    @staticmethod
    def _blame(state: _State, *faults: Fault) -> _State:
        return state._replace(cost=state.cost + _FAULT * len(faults), faults=(state.faults, faults))

    # -- children --------------------------------------------------------------------------------------------------

    def _take_children(
        self, node: Node, states: list[_State]
    ) -> Generator[tuple[Node, Element], _Outcome, list[_State]]:
        """Judge the content of an element with children; a value among them is judged as if they were not there."""
        names = [self.namespaces.element(child) for child in node.children]
        pieces = [list(self._pieces(gap)) for gap in node.gaps()]
        after: list[_State] = []
        others: list[_State] = []
        for state in states:
            valued = self._is_value(state.pattern, names)
            if not valued:
                others.append(state)
            if not self.strict and (valued or (state.pattern.takes_data and any(pieces))):
                after += yield from self._take_value(node, names, state)
        if others:
            after += yield from self._take_elements(node, names, pieces, others)
        return after

    def _take_value(
        self, node: Node, names: list[str], state: _State
    ) -> Generator[tuple[Node, Element], _Outcome, list[_State]]:
        """Text was wanted: every child is a fault, and the text is judged without them."""
        (state,) = self._take_text(node, state)
        for child, name in zip(node.children, names, strict=True):
            state = yield from self._pass_over(node, child, name, state, {})
        return [state]

    def _take_elements(
        self, node: Node, names: list[str], pieces: list[list[Span]], states: list[_State]
    ) -> Generator[tuple[Node, Element], _Outcome, list[_State]]:
        if any(pieces):
            states, pieces = self._judge_texts(node, states, pieces)
        states = yield from self._take_each(node, names, pieces, states)
        if pieces[-1]:
            states = self._take_pieces(node, states, pieces[-1])
        if self.strict:
            return [state for state in states if state.pattern.nullable]
        return [state if state.pattern.nullable else self._without_elements(node, state) for state in states]

    def _take_each(
        self, node: Node, names: list[str], pieces: list[list[Span]], states: list[_State]
    ) -> Generator[tuple[Node, Element], _Outcome, list[_State]]:
        """Read the children of these names, from the first one, and the texts in front of each."""
        first: dict[str, Node] = {}
        for number, name in enumerate(names):
            child = node.children[number]
            if pieces[number]:
                states = self._take_pieces(node, states, pieces[number])
            following: dict[tuple[Pattern, Pattern], _State] = {}
            for state in states:
                for after in (yield from self._take_child(node, child, name, state, first)):
                    known = following.get((after.pattern, after.origin))
                    if known is None or after.cost < known.cost:
                        following[after.pattern, after.origin] = after
            states = _cheapest(following)
            if not states:
                return []
            first.setdefault(name, child)
        return states

    @staticmethod
    def _is_value(pattern: Pattern, names: list[str]) -> bool:
        return pattern.takes_data and WILD not in pattern.elements and pattern.elements.isdisjoint(names)

    def _judge_texts(
        self, node: Node, states: list[_State], pieces: list[list[Span]]
    ) -> tuple[list[_State], list[list[Span]]]:
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

    def _is_placeholder(self, span: Span) -> bool:
        return self.placeholders and _opaque(self.root, self.text[span.start : span.end])

    def _take_pieces(self, node: Node, states: list[_State], pieces: list[Span]) -> list[_State]:
        """Read text between elements; it may stand in any number of pieces."""
        after: list[_State] = []
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

    def _take_child(
        self, node: Node, child: Node, name: str, state: _State, first: dict[str, Node]
    ) -> Generator[tuple[Node, Element], _Outcome, list[_State]]:
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
        if after.cost < state.cost + 2 * _FAULT:
            return [after]
        elsewhere = [each for each in self.grammar.by_name.get(name, ()) if each not in candidates]
        outcome, fits = yield from self._known_as(child, elsewhere[:_DEFINITIONS])
        if outcome is None or outcome.cost or node.name in self.grammar.parents_of(fits):
            return [after]
        # Much is wrong with it here, and nothing where others of its name stand.
        return [after, (yield from self._pass_over(node, child, name, state, first))]

    def _read_as(
        self, child: Node, name: str, state: _State, candidates: tuple[Element, ...]
    ) -> Generator[tuple[Node, Element], _Outcome, _State | None]:
        """Read a child as whichever of the definitions fits it, or fits it best."""
        outcome, chosen = yield from self._known_as(child, candidates)
        if outcome is None or (self.strict and outcome.cost):
            return None
        left = self.algebra.after_element(state.pattern, name, frozenset(chosen))
        if not outcome.cost:
            return state._replace(pattern=left)
        return _State(left, state.cost + outcome.cost, _joined(state.faults, outcome.faults), state.origin)

    # -- recovery --------------------------------------------------------------------------------------------------

    def _recover(
        self, node: Node, child: Node, name: str, state: _State, first: dict[str, Node]
    ) -> Generator[tuple[Node, Element], _Outcome, list[_State]]:
        """The ways to go on behind a child that cannot stand here."""
        ways: list[_State] = []
        if not self._is_value(state.pattern, [name]):
            for pattern, missing in self._ahead(state.pattern, name)[:3]:
                skipped = self._lacking(node, state._replace(pattern=pattern), missing, before=child)
                read = yield from self._read_as(child, name, skipped, self.algebra.starts(pattern, name))
                if read is not None:
                    ways.append(read)
        if name not in self.grammar.by_name:
            ways += yield from self._read_as_similar(child, name, state)
        ways.append((yield from self._pass_over(node, child, name, state, first)))
        return ways

    def _pass_over(
        self, node: Node, child: Node, name: str, state: _State, first: dict[str, Node]
    ) -> Generator[tuple[Node, Element], _Outcome, _State]:
        """Leave a child out, but judge what is in it by its own definition."""
        here = elements_named(state.origin, name)
        outcome, fits = yield from self._known_as(child, here)
        elsewhere = [element for element in self.grammar.by_name.get(name, ()) if element not in here]
        if outcome is None or outcome.cost:
            # It may be one that stands elsewhere by the same name, and be right there.
            other, fits_there = yield from self._known_as(child, elsewhere[:_DEFINITIONS])
            if other is not None and (outcome is None or not other.cost) and not _is_another(child, other):
                here = ()
                outcome, fits = other, fits_there if not other.cost else elsewhere
        kind: FaultKind = "unknown-element" if outcome is None else "misplaced-element"
        allowed = (node.name,) if here else self.shown(child, self.grammar.parents_of(fits))
        related: Node | None = None
        if here and name in first and most(state.origin, name) == 1:
            if self._content_is_open(node):
                return state
            kind, related, allowed = "duplicate-element", first[name], ()
        expected = self.nearest(child, name, first_names(state.pattern))
        fault = Fault(kind, child, child.name_span, child.name, None, expected, related=related, allowed_in=allowed)
        state = self._blame(state, fault)
        if outcome is None or not (here or len(fits) == 1):
            return state
        return state._replace(cost=state.cost + outcome.cost, faults=_joined(state.faults, outcome.faults))

    def _known_as(
        self, child: Node, definitions: Sequence[Element]
    ) -> Generator[tuple[Node, Element], _Outcome, tuple[_Outcome | None, Sequence[Element]]]:
        """What is wrong with a child by the definitions that fit it best, and which those are."""
        outcomes: list[_Outcome] = []
        for element in definitions:
            outcome = self._known.get((child, element))
            if outcome is None:
                outcome = yield child, element
            outcomes.append(outcome)
        if not outcomes:
            return None, ()
        best = _best(outcomes)
        return outcomes[best[0]], [definitions[number] for number in best]

    def _read_as_similar(
        self, child: Node, name: str, state: _State
    ) -> Generator[tuple[Node, Element], _Outcome, list[_State]]:
        """Read a child of an unknown name as what its name looks like, if that may stand here."""
        ways: list[_State] = []
        names = first_names(state.pattern)
        for meant in [each for each in nearest(name, names)[:8] if similar(_local(name), _local(each))][:3]:
            (shown,) = self.shown(child, (meant,))
            expected = self.nearest(child, name, names)
            expected = (shown, *(each for each in expected if each != shown))
            fault = Fault("unknown-element", child, child.name_span, child.name, None, expected, meant=shown)
            blamed = self._blame(state, fault)
            read = yield from self._read_as(child, meant, blamed, self.algebra.starts(state.pattern, meant))
            if read is not None:
                ways.append(read)
        return ways

    def _ahead(self, pattern: Pattern, name: str) -> list[tuple[Pattern, tuple[frozenset[str], ...]]]:
        """The places further on where an element may stand, with what is missing before each; the nearest first."""
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
        return sorted(found, key=lambda way: len(way[1]))[:_STATES]

    def _without_elements(self, node: Node, state: _State) -> _State:
        """Go on as if what is missing at the end of an element were there."""
        needs = needs_of(state.pattern)
        return state if needs is None else self._lacking(node, state, needs, before=None)

    def _lacking(self, node: Node, state: _State, missing: tuple[frozenset[str], ...], before: Node | None) -> _State:
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

    def _content_is_open(self, node: Node) -> bool:
        """Whether a placeholder stands between the children, so that none can be said to be missing or twice there."""
        if not self.placeholders:
            return False
        return any(
            self.text[gap.start : gap.end] != self.masked[gap.start : gap.end]
            or _opaque(self.root, self.text[gap.start : gap.end])
            for gap in node.gaps()
        )

    # -- names as the document writes them -------------------------------------------------------------------------

    def shown(self, node: Node, names: Iterable[str]) -> tuple[str, ...]:
        """Names as they would be written at a node, with the prefix that is declared there."""
        return tuple(self.namespaces.written(node, name) for name in names)

    def nearest(self, node: Node, name: str, names: Iterable[str]) -> tuple[str, ...]:
        """Names as they would be written at a node, those that look most like `name` first."""
        return self.shown(node, nearest(name, (each for each in names if each not in (WILD, VALUE))))


def _joined(chain: _Chain | None, more: _Chain | None) -> _Chain | None:
    if more is None:
        return chain
    return chain, tuple(_unchained(more))


def _cheapest(states: dict[tuple[Pattern, Pattern], _State]) -> list[_State]:
    if len(states) < 2:
        return list(states.values())
    ordered = sorted(states.values(), key=lambda state: state.cost)
    return [state for state in ordered[:_STATES] if state.cost <= ordered[0].cost + _AHEAD]


def _best(outcomes: list[_Outcome]) -> list[int]:
    """The numbers of the best outcomes: those without fault, else those that blame least.

    Where one alternative takes the value of an attribute and another does not, the other has to explain two faults more
    to be believed: a value that somebody chose from a list is seldom what is wrong.
    """
    if len(outcomes) == 1:
        return [0]
    common = frozenset.intersection(*(outcome.wrong for outcome in outcomes))
    costs = [
        outcome.cost + (_WRONG_CHOICE - _FAULT) * len(outcome.wrong - common) if outcome.cost else 0
        for outcome in outcomes
    ]
    least = min(costs)
    return [number for number, cost in enumerate(costs) if cost == least]


def _is_another(node: Node, outcome: _Outcome) -> bool:
    """Whether a node has but the name of what it was judged as: as much is wrong as there is of it."""
    parts = len(node.attributes) + len(node.children)
    return parts > 1 and outcome.cost >= parts * _FAULT


def _opaque(root: Node, text: str) -> bool:
    """Whether a text holds a placeholder; `$NAME` is libvirt's own in a network filter."""
    if not is_opaque(text):
        return False
    if root.name != "filter":
        return True
    return is_opaque(text.replace("$", ""))


# -- pairs of faults that are one ----------------------------------------------------------------------------------


def _paired(faults: list[Fault]) -> list[Fault]:
    """Join what is missing in one place with what is too much in another: it was moved, and that is one fault."""
    missing = [fault for fault in faults if fault.kind == "missing-element"]
    if not missing:
        return faults
    strays: dict[str, list[Fault]] = {}
    for fault in faults:
        if fault.kind == "misplaced-element":
            strays.setdefault(fault.name, []).append(fault)
    if not strays:
        return faults
    gone: set[int] = set()
    found: dict[int, Fault] = {}
    for lack in missing:
        for name in lack.expected:
            stray = next(
                (each for each in strays.get(name, ()) if lack.node.name in each.allowed_in and id(each) not in found),
                None,
            )
            if stray is not None:
                gone.add(id(lack))
                found[id(stray)] = replace(stray, related=lack.node)
                break
    return [found.get(id(fault), fault) for fault in faults if id(fault) not in gone]


def _local(name: str) -> str:
    return name.rpartition("}")[2]
