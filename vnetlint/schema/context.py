"""The definitions that an element may have where it is: elements of one name differ by what is around them."""

from vnetlint.schema.grammar import Grammar
from vnetlint.schema.pattern import ElementPattern, Pattern
from vnetlint.schema.query import elements_named
from vnetlint.xml.node import Node


class Context:
    """The definitions of the elements of one document."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self._known: dict[Node, tuple[ElementPattern, ...]] = {}
        self._children: dict[tuple[tuple[ElementPattern, ...], str], tuple[ElementPattern, ...]] = {}
        """The definitions of children by those of their parent and by name: siblings share them."""

    def of(self, node: Node) -> tuple[ElementPattern, ...]:
        """Return the definitions of an element, by its name and those of the elements around it."""
        unknown: list[Node] = []
        at: Node | None = node
        while at is not None and at not in self._known:
            unknown.append(at)
            at = at.parent
        for each in reversed(unknown):
            if each.parent is None:
                self._known[each] = elements_named(self.grammar.start, each.name)
            else:
                self._known[each] = self.child(each.parent, each.name)
        return self._known[node]

    def child(self, parent: Node, name: str) -> tuple[ElementPattern, ...]:
        """Return the definitions of a name in an element, whether it has such a child or not."""
        around = self.of(parent)
        if (around, name) not in self._children:
            found = (each for one in around for each in elements_named(self.grammar.content(one), name))
            self._children[around, name] = tuple(dict.fromkeys(found))
        return self._children[around, name]

    def contents(self, node: Node) -> list[Pattern]:
        """Return what the definitions of an element allow in it."""
        return [self.grammar.content(each) for each in self.of(node)]

    def child_contents(self, parent: Node, name: str) -> list[Pattern]:
        """Return what the definitions of a name in an element allow in it."""
        return [self.grammar.content(each) for each in self.child(parent, name)]
