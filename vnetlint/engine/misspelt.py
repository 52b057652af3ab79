"""Fixes that add what may already be there under a misspelt name.

A rule reports that `<forward modde='route'/>` has no mode. Its fix must wait until the name is corrected, because
before that it is not known which mode was meant.

While an unknown name is being corrected in a file, nothing else in that file is fixed, because the rules judged it
without that name. If the name stays wrong, as with `--fix` alone, no fix adds what the name may stand for. Both follow
from the edits, so no rule has to know.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from typing import NamedTuple

from vnetlint.finding import Edit, Problem
from vnetlint.lazy import pattern
from vnetlint.schema.names import similar
from vnetlint.xml.node import Node
from vnetlint.xml.places import ElementIndex
from vnetlint.xml.scan import TokenKind, scan

UNKNOWN_NAMES = frozenset({"schema-unknown-attribute", "schema-unknown-element"})
"""The rules about names that the schema does not know."""

_ASSIGNED = pattern(r"([^\s=\"'<>/]+)\s*=\s*[\"']")


class Misspelt:
    """The names in a file that the schema does not know."""

    def __init__(self, text: str, places: ElementIndex, rejected: Iterable[tuple[str, Problem]]) -> None:
        self._text = text
        self._places = places
        self._attributes: defaultdict[Node, list[_Unknown]] = defaultdict(list)
        self._children: defaultdict[Node | None, list[_Unknown]] = defaultdict(list)
        for rule, problem in rejected:
            if rule not in UNKNOWN_NAMES:
                continue
            meant = frozenset(each.text for fix in problem.fixes for each in fix.edits)
            start, end = problem.span
            if rule == "schema-unknown-element":
                self._children[places.around(start)].append(_Unknown(text[start + 1 : end], meant))
            elif (node := places.tag_of(problem.span)) is not None:
                self._attributes[node].append(_Unknown(text[start:end].partition("=")[0].strip(), meant))

    def may_be(self, edits: Iterable[Edit]) -> bool:
        """Whether edits add an attribute or element that may be there under one of these names."""
        if not self._attributes and not self._children:
            return False
        added: defaultdict[Node, set[str]] = defaultdict(set)
        gone: defaultdict[Node, set[str]] = defaultdict(set)
        for edit in edits:
            if (node := self._places.tag_of(edit.span)) is not None:
                old, new = _attributes_changed(node, edit)
                gone[node] |= old
                added[node] |= new
            elif "<" in edit.text and self._adds_child(edit):
                return True
        return any(
            _is_near(names - gone[node], gone[node], self._attributes.get(node, ())) for node, names in added.items()
        )

    def _adds_child(self, edit: Edit) -> bool:
        unknown = self._children.get(self._places.around(edit.span.start), ())
        if not unknown:
            return False
        gone = set(_top_names(self._text[edit.span.start : edit.span.end]))
        return _is_near(set(_top_names(edit.text)) - gone, gone, unknown)


class _Unknown(NamedTuple):
    """A name that the schema does not know, and the names that its fixes would replace it by."""

    written: str
    meant: frozenset[str]


def _is_near(added: Iterable[str], gone: Container[str], unknown: Iterable[_Unknown]) -> bool:
    """Whether an added name may be what an unknown name means. Unknown names in `gone` do not count."""
    kept = [each for each in unknown if each.written not in gone]
    return any(name in each.meant or similar(name, each.written) for each in kept for name in added)


def _attributes_changed(node: Node, edit: Edit) -> tuple[set[str], set[str]]:
    """Return the names of the attributes that an edit removes and adds."""
    for each in node.attributes.values():
        if each.name_span == edit.span:
            return {each.name}, {edit.text}
    start, end = edit.span
    gone = {each.name for each in node.attributes.values() if start <= each.span.start and each.span.end <= end}
    return gone, set(_ASSIGNED.findall(edit.text))


def _top_names(text: str) -> Iterator[str]:
    """Yield the names of the outermost elements in a piece of XML, which may lack start or end tags."""
    depth = 0
    for token in scan(text):
        if token.kind in (TokenKind.OPEN, TokenKind.EMPTY):
            if depth == 0:
                yield text[token.start + 1 : token.name_end]
            depth += token.kind is TokenKind.OPEN
        elif token.kind is TokenKind.CLOSE:
            depth = max(depth - 1, 0)
