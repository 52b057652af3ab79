"""The restrictions of RELAX NG on grammars (section 7 of its specification).

They keep matching simple and fast, and the algebra relies on them. For example, two members of an interleave may not
both allow an element of the same name: every such element would double the ways to read on.
"""

from __future__ import annotations

from collections.abc import Iterator

from vnetlint.schema.grammar import Grammar, GrammarError
from vnetlint.schema.pattern import (
    WILD,
    AnyName,
    AttributePattern,
    Choice,
    Data,
    ElementPattern,
    Empty,
    Group,
    Interleave,
    ListOf,
    Name,
    NameClass,
    NotAllowed,
    OneName,
    OneOrMore,
    Pattern,
    Text,
    Value,
    names_of,
    qualified,
)

_NOBODY = "\x01"
"""A name and a namespace that no grammar uses."""


def check(grammar: Grammar, path: str) -> None:
    """Raise GrammarError if a grammar breaks a restriction; `path` is for the message."""
    done: set[Pattern] = set()
    for pattern in _inside(grammar.start):
        if not isinstance(pattern, Choice | ElementPattern | NotAllowed):
            raise GrammarError("the start of a grammar is an element, or a choice of elements", path)
    for element in grammar.elements:
        where = f"in <{min(names_of(element.names))}>"
        for problem in _problems(grammar.content(element), done):
            raise GrammarError(f"{where}: {problem}", path)


def _problems(content: Pattern, done: set[Pattern]) -> Iterator[str]:
    stack = [content]
    while stack:
        pattern = stack.pop()
        if pattern in done:
            continue
        done.add(pattern)
        match pattern:
            case AttributePattern():
                yield from _attribute(pattern)
            case ListOf():
                yield from _list(pattern)
            case Data():
                yield from _except(pattern)
            case Group() | Interleave():
                yield from _pair(pattern)
            case OneOrMore():
                yield from _repeated(pattern)
        stack.extend(pattern.parts())
    # An attribute with a wildcard is allowed only below a repetition, so it is checked from there.
    yield from _lone_wildcards(content)


def _inside(pattern: Pattern) -> Iterator[Pattern]:
    seen: set[Pattern] = set()
    stack = [pattern]
    while stack:
        each = stack.pop()
        if each not in seen:
            seen.add(each)
            yield each
            stack.extend(each.parts())


def _attribute(pattern: AttributePattern) -> Iterator[str]:
    name = min(names_of(pattern.names))
    for each in _inside(pattern.content):
        if isinstance(each, ElementPattern | AttributePattern):
            yield f"the value of the attribute '{name}' cannot hold elements or attributes"


def _list(pattern: ListOf) -> Iterator[str]:
    for each in _inside(pattern.inner):
        if isinstance(each, ElementPattern | AttributePattern | Text | ListOf | Interleave):
            yield "a <list> holds values, in a row or to choose from, and nothing else"


def _except(pattern: Data) -> Iterator[str]:
    if pattern.but is not None:
        for each in _inside(pattern.but):
            if not isinstance(each, Choice | Value | Data | NotAllowed):
                yield "the <except> of a <data> holds values only"


def _pair(pattern: Group | Interleave) -> Iterator[str]:
    left, right = pattern.left, pattern.right
    both = left.attributes & right.attributes
    if both - {WILD}:
        yield f"the attribute '{min(both - {WILD})}' is asked for twice"
    elif WILD in left.attributes | right.attributes and _overlap(_attribute_names(left), _attribute_names(right)):
        yield "two wildcards for attributes, or one and a name, take the same attribute"
    if (left.takes_data and not _only_attributes(right)) or (right.takes_data and not _only_attributes(left)):
        yield "a value beside elements or text: it has to be all of the content"
    if isinstance(pattern, Interleave):
        yield from _interleave(left, right)


def _interleave(left: Pattern, right: Pattern) -> Iterator[str]:
    both = left.elements & right.elements
    if both - {WILD}:
        yield f"two parts of an <interleave> take the element '{min(both - {WILD})}'"
    elif WILD in left.elements | right.elements and _overlap(_element_names(left), _element_names(right)):
        yield "two wildcards, or one and a name, take the same element in an <interleave>"
    if left.takes_text and right.takes_text:
        yield "two parts of an <interleave> take text"


def _repeated(pattern: OneOrMore) -> Iterator[str]:
    if pattern.takes_data:
        yield "a value is repeated outside of a <list>"
    for each in _inside(pattern.inner):
        if isinstance(each, Group | Interleave) and each.attributes:
            yield f"the attribute '{min(each.attributes)}' is in a repeated group"


def _lone_wildcards(content: Pattern) -> Iterator[str]:
    seen: set[Pattern] = set()
    stack = [content]
    while stack:
        each = stack.pop()
        if each in seen or WILD not in each.attributes:
            continue
        seen.add(each)
        if isinstance(each, AttributePattern):
            yield "an <attribute> with a wildcard for its name needs <oneOrMore> or <zeroOrMore> around it"
        elif not isinstance(each, OneOrMore):
            stack.extend(each.parts())


def _only_attributes(pattern: Pattern) -> bool:
    return all(isinstance(each, AttributePattern | Empty | _Structure) for each in _inside(pattern))


_Structure = Choice | Group | Interleave | OneOrMore


def _attribute_names(pattern: Pattern) -> list[NameClass]:
    return [each.names for each in _inside(pattern) if isinstance(each, AttributePattern)]


def _element_names(pattern: Pattern) -> list[NameClass]:
    return [each.names for each in _inside(pattern) if isinstance(each, ElementPattern)]


def _overlap(left: list[NameClass], right: list[NameClass]) -> bool:
    """Whether two classes of names overlap. It is enough to try the names in which they can differ."""
    witnesses = {name for each in (*left, *right) for name in _witnesses(each)}
    return any(any(name in each for each in left) and any(name in each for each in right) for name in witnesses)


def _witnesses(names: NameClass) -> Iterator[str]:
    match names:
        case Name(name):
            yield name
        case OneName(classes):
            for each in classes:
                yield from _witnesses(each)
        case AnyName(namespace, but):
            yield qualified(_NOBODY if namespace is None else namespace, _NOBODY)
            if but is not None:
                yield from _witnesses(but)
