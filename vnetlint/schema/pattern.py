"""The patterns that a RELAX NG grammar is compiled to. `algebra` makes each once, and takes their derivatives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from vnetlint.dataclass import dataclass
from vnetlint.schema.datatypes import Datatype

WILD = "*"
"""In a set of names, a wildcard: any name."""

_NONE: frozenset[str] = frozenset()
_NamesOf = Callable[["Pattern"], frozenset[str]]


# -- names ---------------------------------------------------------------------------------------------------------


def qualified(namespace: str, local: str) -> str:
    """A name with its namespace as one string: `{http://example.org/}name`, or just `name`."""
    return f"{{{namespace}}}{local}" if namespace else local


def namespace_of(name: str) -> str:
    """The namespace of a qualified name."""
    return name[1 : name.index("}")] if name.startswith("{") else ""


@dataclass(frozen=True, slots=True)
class Name:
    """One name."""

    name: str

    def __contains__(self, name: object) -> bool:
        return name == self.name


@dataclass(frozen=True, slots=True)
class AnyName:
    """Every name, or every name of a namespace, except some."""

    namespace: str | None
    but: NameClass | None = None

    def __contains__(self, name: object) -> bool:
        assert isinstance(name, str)
        if self.namespace is not None and namespace_of(name) != self.namespace:
            return False
        return self.but is None or name not in self.but


@dataclass(frozen=True, slots=True)
class OneName:
    """Either of several classes of names."""

    classes: tuple[NameClass, ...]

    def __contains__(self, name: object) -> bool:
        return any(name in each for each in self.classes)


NameClass = Name | AnyName | OneName


def names_of(names: NameClass) -> frozenset[str]:
    """The names of a class, with WILD for its wildcards."""
    match names:
        case Name(name):
            return frozenset((name,))
        case AnyName():
            return frozenset((WILD,))
        case OneName(classes):
            return frozenset().union(*(names_of(each) for each in classes))


# -- patterns ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notes:
    """The annotations of a definition: documentation and foreign attributes."""

    documentation: str = ""
    attributes: tuple[tuple[str, str], ...] = ()

    def get(self, name: str) -> str | None:
        """The value of a foreign attribute, found by its local name."""
        return next((value for key, value in self.attributes if key.rpartition("}")[2] == name), None)


NO_NOTES = Notes()


class Pattern:
    """One pattern of an algebra. Treat it as frozen; `serial` is its number among those of its algebra."""

    __slots__ = ("_attributes", "_elements", "nullable", "serial", "takes_data", "takes_text")

    def __init__(self, serial: int, nullable: bool, takes_text: bool = False, takes_data: bool = False) -> None:
        self.serial = serial
        self.nullable = nullable
        """Whether empty content satisfies it."""
        self.takes_text = takes_text
        """Whether it allows free text somewhere."""
        self.takes_data = takes_data
        """Whether it allows a value somewhere."""
        self._elements: frozenset[str] | None = None
        self._attributes: frozenset[str] | None = None

    @property
    def elements(self) -> frozenset[str]:
        """The names of the elements in it, perhaps with a few more: only a quick test before a search."""
        if self._elements is None:
            self._elements = self._union(lambda part: part.elements)
        return self._elements

    @property
    def attributes(self) -> frozenset[str]:
        """The names of the attributes in it, perhaps with a few more."""
        if self._attributes is None:
            self._attributes = self._union(lambda part: part.attributes)
        return self._attributes

    def parts(self) -> Sequence[Pattern]:
        """The patterns that it is made of."""
        return ()

    def _union(self, names: _NamesOf) -> frozenset[str]:
        found = [each for part in self.parts() if (each := names(part))]
        if not found:
            return _NONE
        return found[0] if len(found) == 1 else found[0].union(*found[1:])


class Empty(Pattern):
    """Nothing."""

    __slots__ = ()


class NotAllowed(Pattern):
    """What nothing satisfies."""

    __slots__ = ()


class Text(Pattern):
    """Any text, in any number of pieces."""

    __slots__ = ()


class Data(Pattern):
    """A value of a type, except some."""

    __slots__ = ("but", "notes", "type")

    def __init__(self, serial: int, type: Datatype, but: Pattern | None, notes: Notes) -> None:  # noqa: A002
        super().__init__(serial, False, takes_data=True)
        self.type = type
        self.but = but
        self.notes = notes


class Value(Pattern):
    """One value."""

    __slots__ = ("notes", "type", "value")

    def __init__(self, serial: int, type: Datatype, value: str, notes: Notes) -> None:  # noqa: A002
        super().__init__(serial, False, takes_data=True)
        self.type = type
        self.value = value
        self.notes = notes


class ListOf(Pattern):
    """Values separated by white space."""

    __slots__ = ("inner",)

    def __init__(self, serial: int, inner: Pattern) -> None:
        super().__init__(serial, False, takes_data=True)
        self.inner = inner


class AttributePattern(Pattern):
    """An attribute and what its value may be."""

    __slots__ = ("content", "names", "notes")

    def __init__(self, serial: int, names: NameClass, content: Pattern, notes: Notes) -> None:
        super().__init__(serial, False)
        self.names = names
        self.content = content
        self.notes = notes
        self._elements = _NONE
        self._attributes = names_of(names)


class ElementPattern(Pattern):
    """An element; its content is that of the definition of this number."""

    __slots__ = ("definition", "names", "notes")

    def __init__(self, serial: int, names: NameClass, definition: int, notes: Notes) -> None:
        super().__init__(serial, False)
        self.names = names
        self.definition = definition
        self.notes = notes
        self._elements = names_of(names)
        self._attributes = _NONE


class OneOrMore(Pattern):
    """A pattern again and again."""

    __slots__ = ("inner",)

    def __init__(self, serial: int, inner: Pattern) -> None:
        super().__init__(serial, inner.nullable, inner.takes_text, inner.takes_data)
        self.inner = inner

    def parts(self) -> Sequence[Pattern]:
        """The pattern that repeats."""
        return (self.inner,)


class _Pair(Pattern):
    __slots__ = ("left", "right")

    def __init__(self, serial: int, left: Pattern, right: Pattern) -> None:
        super().__init__(
            serial,
            left.nullable and right.nullable,
            left.takes_text or right.takes_text,
            left.takes_data or right.takes_data,
        )
        self.left = left
        self.right = right

    def parts(self) -> Sequence[Pattern]:
        """Both sides."""
        return (self.left, self.right)


class Group(_Pair):
    """One, then the other."""

    __slots__ = ()


class Interleave(_Pair):
    """Both, mixed in any order."""

    __slots__ = ()


class Choice(Pattern):
    """Either of several."""

    __slots__ = ("_by_attribute", "_by_element", "members")

    def __init__(self, serial: int, members: tuple[Pattern, ...]) -> None:
        nullable = text = data = False
        for member in members:
            nullable = nullable or member.nullable
            text = text or member.takes_text
            data = data or member.takes_data
        super().__init__(serial, nullable, text, data)
        self.members = members
        self._by_element: dict[str, list[Pattern]] | None = None
        self._by_attribute: dict[str, list[Pattern]] | None = None

    def parts(self) -> Sequence[Pattern]:
        """The alternatives."""
        return self.members

    def with_element(self, name: str) -> Sequence[Pattern]:
        """The members that allow an element of a name."""
        if len(self.members) < 4:
            return self.members
        if self._by_element is None:
            self._by_element = _index(self.members, lambda member: member.elements)
        return _look_up(self._by_element, name)

    def with_attribute(self, name: str) -> Sequence[Pattern]:
        """The members that allow an attribute of a name."""
        if len(self.members) < 4:
            return self.members
        if self._by_attribute is None:
            self._by_attribute = _index(self.members, lambda member: member.attributes)
        return _look_up(self._by_attribute, name)


def _index(members: Iterable[Pattern], names: _NamesOf) -> dict[str, list[Pattern]]:
    index: dict[str, list[Pattern]] = {}
    for member in members:
        for name in names(member):
            index.setdefault(name, []).append(member)
    return index


def _look_up(index: dict[str, list[Pattern]], name: str) -> Sequence[Pattern]:
    exact, wild = index.get(name, ()), index.get(WILD, ())
    if not wild:
        return exact
    return (*exact, *(member for member in wild if member not in exact)) if exact else wild
