"""Complex types and the declarations of elements, each of which needs the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from tools.schemas.xsd.assertions import Assertions
from tools.schemas.xsd.attributes import Attributes
from tools.schemas.xsd.children import children_of
from tools.schemas.xsd.foreign import foreign_tests
from tools.schemas.xsd.grammar import Grammar
from tools.schemas.xsd.markup import documentation, occurs, xs
from tools.schemas.xsd.names import TypeNames
from tools.schemas.xsd.pattern import EMPTY, NOT_ALLOWED, Choice, Element, Note, Pattern, Ref, choice
from tools.schemas.xsd.switch import Case, Restriction, Switch, switch_of
from tools.schemas.xsd.uses import AttributeUse, content_of, uses_of
from tools.schemas.xsd.values import SimpleTypes
from tools.schemas.xsd.xpath import sequence


class Types:
    """The types of a schema in the making: XSD 1.1 where it is to be `exact`, else 1.0."""

    def __init__(self, grammar: Grammar, *, exact: bool) -> None:
        self.grammar = grammar
        self.exact = exact
        self.complex: dict[str, etree._Element] = {}
        self._type_names = TypeNames()
        self.values = SimpleTypes(grammar, self._type_names, exact=exact)
        self.attributes = Attributes(grammar, self.values)
        self._names: dict[object, str] = {}
        """The names of the types that there are, by what they describe."""

    def element(self, found: list[Element], least: int = 1, most: int | None = 1, context: str = "") -> etree._Element:
        """The declaration of an element; several patterns of one name are joined."""
        first = found[0]
        bodies = list(dict.fromkeys(each.body for each in found))
        node = xs("element", name=str(first.name), **occurs(least, most))
        if len(bodies) == 1:
            body, name = first.body, first.path
        else:
            body, name = choice(self.grammar.expand(body) for body in bodies), f"{context}.{first.name}"
        if isinstance(body, Ref) and not self.grammar.data_only(body.name):
            # The content has a name of its own, and others may have it too.
            name, body = body.name, self.grammar.define(body.name)
        note = first.note
        simple = self._simple_only(body)
        if simple is not None:
            self.values.set_type(node, simple)
        else:
            switch = switch_of(self.grammar.expand(body), self.grammar) if self.exact else None
            if switch is not None:
                node.extend(self._alternatives(switch, body, name))
            else:
                own = name == first.path
                node.set("type", self.type(name, body, note if own else Note()))
                note = Note() if own else note
        said = documentation(note)
        if said is not None:
            node.insert(0, said)
        return node

    def _simple_only(self, body: Pattern) -> Pattern | None:
        """The values of an element that has nothing else."""
        expanded = self.grammar.expand(body)
        uses = uses_of(expanded, self.grammar)
        content = content_of(expanded, self.grammar)
        return None if uses.attributes or uses.elements or content in (EMPTY, NOT_ALLOWED) else content

    def _alternatives(self, switch: Switch, body: Pattern, name: str) -> Iterator[etree._Element]:
        for case in switch.cases:
            if case.values is None:
                test, suffix = f"not(@{switch.attribute})", f"without-{switch.attribute}"
            else:
                test = " or ".join(f"xs:token(@{switch.attribute}) = {sequence([value])}" for value in case.values)
                suffix = "-or-".join(re.sub(r"[^\w.\-]", "_", value) for value in case.values)
            own = self._definition(switch, case, body)
            if own is not None and not self._type_names.is_free(own, case.body):
                own = None
            yield xs("alternative", test=test, type=self.type(own or f"{name}.{suffix}", case.body, Note()))
        yield xs("alternative", type=self._other(switch, f"{name}.other"))

    def _definition(self, switch: Switch, case: Case, body: Pattern) -> str | None:
        """The only definition that a case leaves of those that the grammar offers."""
        restricted = Restriction(self.grammar, switch.attribute, frozenset(case.values) if case.values else None)
        while isinstance(body, Ref) and isinstance(self.grammar.define(body.name), Ref | Choice):
            body = self.grammar.define(body.name)
        if not isinstance(body, Choice):
            return None
        left = [part for part in body.parts if restricted(self.grammar.expand(part, deep=True)) is not NOT_ALLOWED]
        if case.values is not None:
            left = [part for part in left if restricted.holds(self.grammar.expand(part, deep=True))]
        return left[0].name if len(left) == 1 and isinstance(left[0], Ref) else None

    def _other(self, switch: Switch, name: str) -> str:
        """The type for unknown values: whatever the element holds, the attribute is what is wrong."""
        key = ("other", name.removesuffix(".other") if self._is_known(name) else "", switch.everything)
        if key not in self._names:
            unique = self._names[key] = self._type_names.unique(name, key)
            self.complex[unique] = node = xs("complexType", name=unique, mixed="true")
            text = f"No such element: its attribute {switch.attribute} has none of the values that are known."
            wild = xs("any", minOccurs=0, maxOccurs="unbounded", processContents="skip")
            attribute = self.attributes.declare(switch.attribute, AttributeUse(True, [switch.everything]))
            said = documentation(Note(text))
            node.extend(it for it in (said, xs("sequence", wild), attribute) if it is not None)
            node.append(xs("anyAttribute", processContents="skip"))
        return self._names[key]

    def _is_known(self, name: str) -> bool:
        """Whether a name, without what this module added to it, is one of the grammar's."""
        return name.removesuffix(".other") in self.grammar.names

    def type(self, name: str, body: Pattern, note: Note) -> str:
        """The name of the type of an element with attributes or children; the type is made if it is new.

        Each definition has a type of its own, even if another is alike. Any other type is found by what it describes:
        otherwise the joined contents of an element that holds itself would have a longer name each time.
        """
        key = (name, body) if self._is_known(name) else body
        if key not in self._names:
            unique = self._names[key] = self._type_names.unique(name, body)
            # Added before its content is made, because that may refer to it.
            self.complex[unique] = node = xs("complexType", name=unique)
            said = documentation(note)
            if said is not None:
                node.append(said)
            self._fill(node, unique, self.grammar.expand(body))
        return self._names[key]

    def _fill(self, node: etree._Element, name: str, body: Pattern) -> None:
        uses = uses_of(body, self.grammar)
        content = content_of(body, self.grammar)
        has_text = content not in (EMPTY, NOT_ALLOWED)
        holder = node
        if has_text and not uses.elements:
            holder = xs("extension", base=self.values.base(name, content))
            node.append(xs("simpleContent", holder))
        else:
            if has_text:
                node.set("mixed", "true")
            children = children_of(
                uses, lambda use: self.element(use.found, use.least, use.most, name), exact=self.exact
            )
            node.append(children)
        for each in self.attributes.of(body, uses):
            holder.append(each)
        if self.exact:
            tests = (*Assertions(body, self.grammar).tests(), *foreign_tests(uses, self.grammar))
            holder.extend(xs("assert", test=test) for test in tests)
