"""A grammar ready to match with, and its compiled form, which is plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from vnetlint.errors import UserError
from vnetlint.lazy import cached_property
from vnetlint.schema.algebra import Algebra
from vnetlint.schema.datatypes import Datatype, DatatypeError, datatype
from vnetlint.schema.pattern import (
    NO_NOTES,
    WILD,
    AnyName,
    AttributePattern,
    Choice,
    Data,
    ElementPattern,
    Group,
    Interleave,
    ListOf,
    Name,
    NameClass,
    Notes,
    OneName,
    OneOrMore,
    Pattern,
    Value,
    names_of,
)

if TYPE_CHECKING:
    pass

FORMAT = 2
"""The number of the compiled form. It changes with the form."""
_MAX_REMEMBERED = 300_000
"""The number of patterns and derivatives above which a grammar forgets those that it learned from documents."""
_MAX_GOOD = 8192
LONGEST_GOOD = 2000
"""How many texts of valid elements are remembered, and how many characters each may have."""


class GrammarError(UserError):
    """A grammar cannot be used. The message says why, and where if that is known."""

    def __init__(self, message: str, path: str = "", line: int = 0) -> None:
        place = f"{path}:{line}: " if line else f"{path}: " if path else ""
        super().__init__(place + message)
        self.message = message
        self.path = path
        self.line = line


class Grammar:
    """What the documents of a kind look like: a start pattern, and the content of each definition of an element."""

    def __init__(
        self, algebra: Algebra, start: Pattern, contents: list[Pattern], elements: list[ElementPattern]
    ) -> None:
        self._algebra = algebra
        self._start = start
        self._contents = contents
        self._good: set[tuple[ElementPattern, str]] = set()
        self.elements = elements
        """The elements by the number of their definition; contents may be the same, elements are not."""

    @property
    def algebra(self) -> Algebra:
        """What makes and derives the patterns."""
        return self._algebra

    @property
    def start(self) -> Pattern:
        """The pattern of the root: one element, or one of several."""
        return self._start

    def content(self, element: ElementPattern) -> Pattern:
        """The attributes and the content of an element."""
        return self._contents[element.definition]

    @cached_property
    def by_name(self) -> dict[str, tuple[ElementPattern, ...]]:
        """The definitions of each name that the start reaches; wildcards are under WILD."""
        found: dict[str, dict[ElementPattern, None]] = {}
        for element in self._reachable:
            for name in names_of(element.names):
                found.setdefault(name, {})[element] = None
        return {name: tuple(elements) for name, elements in found.items()}

    def parents_of(self, elements: Iterable[ElementPattern]) -> tuple[str, ...]:
        """The names of the elements that allow an element of one of these definitions."""
        return tuple(sorted({name for element in elements for name in self._parents.get(element, ())}))

    @cached_property
    def _parents(self) -> dict[ElementPattern, tuple[str, ...]]:
        found: dict[ElementPattern, dict[str, None]] = {}
        for element in self._reachable:
            own = dict.fromkeys(name for name in names_of(element.names) if name != WILD)
            stack, seen = [self.content(element)], set[Pattern]()
            while stack:
                pattern = stack.pop()
                if pattern in seen:
                    continue
                seen.add(pattern)
                if isinstance(pattern, ElementPattern):
                    found.setdefault(pattern, {}).update(own)
                elif pattern.elements:
                    stack.extend(pattern.parts())
        return {element: tuple(parents) for element, parents in found.items()}

    @cached_property
    def _reachable(self) -> list[ElementPattern]:
        seen: dict[ElementPattern, None] = {}
        stack = [self._start]
        visited: set[Pattern] = set()
        while stack:
            pattern = stack.pop()
            if pattern in visited:
                continue
            visited.add(pattern)
            if isinstance(pattern, ElementPattern):
                seen[pattern] = None
                stack.append(self.content(pattern))
            stack.extend(pattern.parts())
        return sorted(seen, key=lambda element: element.definition)

    def is_good(self, element: ElementPattern, text: str) -> bool:
        """Whether the text of an element is known to follow a definition, from this document or an earlier one."""
        return (element, text) in self._good

    def remember_good(self, element: ElementPattern, text: str) -> None:
        """Remember that a text follows a definition. In an editor, nearly all elements are unchanged each time."""
        if len(text) <= LONGEST_GOOD:
            if len(self._good) >= _MAX_GOOD:
                self._good.clear()
            self._good.add((element, text))

    def forget(self) -> None:
        """Forget what was learned from documents if it has grown too large; called between documents."""
        if self._algebra.size > _MAX_REMEMBERED:
            fresh = read(write(self))
            self._algebra, self._start, self._contents = fresh._algebra, fresh._start, fresh._contents
            self.elements = fresh.elements
            self._good.clear()
            for name in ("by_name", "_parents", "_reachable"):
                self.__dict__.pop(name, None)


# -- the compiled form ---------------------------------------------------------------------------------------------
#
# Nodes in an order in which each comes after those that it is made of: [kind, operands…]. The first three are always
# empty, not allowed and text. Types, notes and names are in tables, because they repeat.


class _Table:
    def __init__(self) -> None:
        self.rows: list[Any] = []
        self._numbers: dict[object, int] = {}

    def number(self, item: object, row: Any) -> int:
        if item not in self._numbers:
            self._numbers[item] = len(self.rows)
            self.rows.append(row)
        return self._numbers[item]


class _Writer:
    """Turns patterns into rows, the parts of a pattern before the pattern."""

    def __init__(self) -> None:
        self.types = _Table()
        self.notes = _Table()
        self.rows: list[Any] = []
        self.numbers: dict[Pattern, int] = {}

    def add(self, pattern: Pattern) -> None:
        if pattern.serial > 2:
            leaf = isinstance(pattern, Data | Value | AttributePattern | ElementPattern)
            self.rows.append(self._leaf(pattern) if leaf else self._compound(pattern))
        self.numbers[pattern] = len(self.numbers)

    def _leaf(self, pattern: Pattern) -> list[Any]:
        match pattern:
            case Data():
                but = -1 if pattern.but is None else self.numbers[pattern.but]
                return ["data", self._type(pattern.type), but, self._note(pattern.notes)]
            case Value():
                return ["value", self._type(pattern.type), pattern.value, self._note(pattern.notes)]
            case AttributePattern():
                content = self.numbers[pattern.content]
                return ["attribute", _names_row(pattern.names), content, self._note(pattern.notes)]
            case ElementPattern():
                return ["element", _names_row(pattern.names), pattern.definition, self._note(pattern.notes)]
        raise AssertionError(type(pattern))

    def _compound(self, pattern: Pattern) -> list[Any]:
        match pattern:
            case ListOf():
                return ["list", self.numbers[pattern.inner]]
            case OneOrMore():
                return ["more", self.numbers[pattern.inner]]
            case Group():
                return ["group", self.numbers[pattern.left], self.numbers[pattern.right]]
            case Interleave():
                return ["interleave", self.numbers[pattern.left], self.numbers[pattern.right]]
            case Choice():
                return ["choice", [self.numbers[member] for member in pattern.members]]
        raise AssertionError(type(pattern))

    def _note(self, item: Notes) -> int:
        return self.notes.number(item, [item.documentation, [list(pair) for pair in item.attributes]])

    def _type(self, item: Datatype) -> int:
        return self.types.number(item, [item.library, item.name, [list(facet) for facet in item.facets]])


def write(grammar: Grammar) -> dict[str, Any]:
    """Return the compiled form of a grammar: plain data that `read` turns into a grammar again."""
    """The compiled form of a grammar, without what documents have added to it."""
    writer = _Writer()
    used = _used(grammar)
    for pattern in grammar.algebra.nodes:
        if pattern in used:
            writer.add(pattern)
    return {
        "format": FORMAT,
        "types": writer.types.rows,
        "notes": writer.notes.rows,
        "nodes": writer.rows,
        "start": writer.numbers[grammar.start],
        "contents": [writer.numbers[grammar.content(element)] for element in grammar.elements],
    }


def _used(grammar: Grammar) -> set[Pattern]:
    used: set[Pattern] = set(grammar.algebra.nodes[:3])
    stack: list[Pattern] = [grammar.start, *grammar.elements, *map(grammar.content, grammar.elements)]
    while stack:
        pattern = stack.pop()
        if pattern in used:
            continue
        used.add(pattern)
        stack.extend(pattern.parts())
        match pattern:
            case AttributePattern():
                stack.append(pattern.content)
            case ListOf():
                stack.append(pattern.inner)
            case Data(but=Pattern() as but):
                stack.append(but)
    return used


def _names_row(names: NameClass) -> Any:
    match names:
        case Name(name):
            return name
        case AnyName(namespace, but):
            return {"any": namespace, "but": None if but is None else _names_row(but)}
        case OneName(classes):
            return [_names_row(each) for each in classes]


def _names(row: Any) -> NameClass:
    if isinstance(row, str):
        return Name(row)
    if isinstance(row, list):
        return OneName(tuple(_names(each) for each in row))
    return AnyName(row["any"], None if row["but"] is None else _names(row["but"]))


def read(data: dict[str, Any]) -> Grammar:
    """Return the grammar of a compiled form. Raises some exception, such as LookupError, if the data is damaged."""
    """Build a grammar from its compiled form; what is wrong with it shows as some exception."""
    algebra = Algebra()
    types = [Datatype(library, name, _pairs(facets)) for library, name, facets in data["types"]]
    notes = [Notes(text, _pairs(attributes)) if text or attributes else NO_NOTES for text, attributes in data["notes"]]
    nodes: list[Pattern] = list(algebra.nodes)
    make: dict[str, Callable[..., Pattern]] = {
        "attribute": lambda names, content, note: algebra.attribute(_names(names), nodes[content], notes[note]),
        "element": lambda names, number, note: algebra.element(_names(names), number, notes[note]),
        "choice": lambda members: algebra.choice_of(tuple([nodes[member] for member in members])),
        "group": lambda left, right: algebra.group(nodes[left], nodes[right]),
        "interleave": lambda left, right: algebra.interleave(nodes[left], nodes[right]),
        "more": lambda inner: algebra.one_or_more(nodes[inner]),
        "value": lambda kind, value, note: algebra.value(types[kind], value, notes[note]),
        "data": lambda kind, but, note: algebra.data(types[kind], None if but < 0 else nodes[but], notes[note]),
        "list": lambda inner: algebra.list_of(nodes[inner]),
    }
    for kind, *operands in data["nodes"]:
        nodes.append(make[kind](*operands))
    elements = {node.definition: node for node in nodes if isinstance(node, ElementPattern)}
    contents = [nodes[number] for number in data["contents"]]
    return Grammar(algebra, nodes[data["start"]], contents, [elements[number] for number in range(len(contents))])


def _pairs(rows: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in rows)


def make_type(library: str, name: str, facets: tuple[tuple[str, str], ...], path: str, line: int) -> Datatype:
    """Return the type of a name with its facets. Raises GrammarError with the place if there is no such type."""
    try:
        return datatype(library, name, facets)
    except DatatypeError as error:
        raise GrammarError(str(error), path, line) from None
