"""What selectors mean: references and conditions as functions of an element.

The answer of a condition is True, False, or None if it depends on what is unknown: a placeholder of a template, or a
network that no file defines. Nothing is reported on an unknown answer.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from vnetlint.model import View
from vnetlint.policy.language import Existence, LanguageError, Negation, Reference, SelectorCondition, ValueTest
from vnetlint.policy.ordering import Ordering, ordered
from vnetlint.policy.patterns import pattern_of
from vnetlint.policy.subnets import subnet_named, within
from vnetlint.policy.vocabulary import ALIASES, SUBJECTS, FoundValue, Leading, ModelName, Subject, is_known, written
from vnetlint.project import Project
from vnetlint.validation import suggestion
from vnetlint.xml.node import Attribute, Node

Answer3 = bool | None
"""None is unknown."""


@dataclass(frozen=True)
class Asker:
    """A reference that can be read from an element."""

    read: Callable[[View, Project | None], list[FoundValue]]
    needs_project: bool
    words: str


@dataclass(frozen=True)
class Judge:
    """A condition that can be asked about an element."""

    ask: Callable[[View, Project | None], Answer3]
    needs_project: bool


def subject(name: str, at: int = 0) -> Subject:
    """Return a kind of element by its name. Raises LanguageError if there is none."""
    found = SUBJECTS.get(ALIASES.get(name, name))
    if found is None:
        raise LanguageError(f"unknown kind of element '{name}'{suggestion(name, [*SUBJECTS, *ALIASES])}", at)
    return found


@dataclass(frozen=True)
class _Route:
    """A reference: the relations to follow, and what to read at their end."""

    relations: tuple[Leading, ...]
    read: Callable[[View, Project | None], Iterable[FoundValue]]
    words: str
    end: ModelName | Leading | None

    @property
    def followed(self) -> tuple[Leading, ...]:
        """All relations, also one that it ends in."""
        return (*self.relations, *([self.end] if isinstance(self.end, Leading) else []))

    @property
    def needs_project(self) -> bool:
        """Whether it takes the other files of the project."""
        return any(each.needs_project for each in (*self.relations, *([self.end] if self.end else [])))


def _route(reference: Reference, of: Subject) -> _Route:
    """Return a reference from elements of a kind. Raises LanguageError if it has a name that the model lacks."""
    leading = reference.names if reference.is_xml else reference.names[:-1]
    relations: list[Leading] = []
    for name in leading:
        relation = of.relations.get(name)
        if relation is None:
            raise _unknown(name, of, reference, list(of.relations))
        relations.append(relation)
        of = SUBJECTS[relation.to]
    if reference.is_xml:
        return _Route(tuple(relations), _xml_of(reference), f"'{reference.text}'", None)
    last = reference.names[-1]
    end = of.values.get(last) or of.relations.get(last)
    if end is None:
        raise _unknown(last, of, reference, [*of.values, *of.relations])
    return _Route(tuple(relations), _markers(end) if isinstance(end, Leading) else end.read, end.words, end)


def asker(reference: Reference, of: Subject) -> Asker:
    """Return a reference from elements of a kind. Raises LanguageError if it has a name that the model lacks.

    It may lead to the parts of an element or to what it belongs to, but not to the parts of that: every NIC of a
    network would have all of them, which is a question for a condition.
    """
    route = _route(reference, of)
    upwards = False
    for each in route.followed:
        if upwards and each.is_many:
            text = f"'{reference.text}' leads to all its neighbours: ask for them in a condition"
            raise LanguageError(text, reference.at)
        upwards = upwards or not each.is_many

    def read(view: View, project: Project | None) -> list[FoundValue]:
        found: list[FoundValue] = []
        for each in _reached(view, route.relations, project):
            found += (each,) if isinstance(each, FoundValue) else route.read(each, project)
        return found

    return Asker(read, route.needs_project, route.words)


def _xml_of(reference: Reference) -> Callable[[View, Project | None], Iterable[FoundValue]]:
    return lambda view, _: written(view.node, reference.elements, reference.attribute)


def _markers(end: Leading) -> Callable[[View, Project | None], Iterable[FoundValue]]:
    return lambda view, project: (_marker(one, view) for one in end.read(view, project))


def _reached(view: View, relations: Iterable[Leading], project: Project | None) -> list[View | FoundValue]:
    """Return the elements that relations lead to; in the place of an unknown one, an unknown value."""
    found: list[View | FoundValue] = [view]
    for relation in relations:
        below: list[View | FoundValue] = []
        for each in found:
            if isinstance(each, FoundValue):
                below.append(each)
                continue
            below += (
                one if one is not None and is_known(one) else FoundValue(None, each.node)
                for one in relation.read(each, project)
            )
        found = below
    return found


def _marker(view: View | None, near: View) -> FoundValue:
    """Return an element as a value: it exists, and has no text to compare."""
    return FoundValue("", view.node) if view is not None else FoundValue(None, near.node)


def _unknown(name: str, of: Subject, reference: Reference, known: list[str]) -> LanguageError:
    at = reference.at + reference.text.find(name)
    return LanguageError(f"{of.words} has no '{name}'{suggestion(name, known)}", at)


def judge(condition: SelectorCondition, of: Subject) -> Judge:
    """Return a condition about elements of a kind. Raises LanguageError if one of its names or values is invalid."""
    match condition:
        case Existence(reference):
            # A placeholder is there, whatever its value is.
            return _judge_values(
                _route(reference, of),
                lambda each: True if each.text is not None or isinstance(each.place, Attribute) else None,
            )
        case ValueTest():
            test = _test(condition)
            return _judge_values(
                _route(condition.reference, of),
                lambda each: None if each.text is None else test(each.text),
                negated=condition.operator == "!=",
            )
        case Negation(inner):
            found = judge(inner, of)
            return Judge(lambda view, project: _not(found.ask(view, project)), found.needs_project)
    parts = [judge(each, of) for each in condition.conditions]
    combine = _all if condition.word == "and" else _any
    needs = any(each.needs_project for each in parts)
    return Judge(lambda view, project: combine(each.ask(view, project) for each in parts), needs)


class _Memo:
    """The answers about elements that others lead to. Each is asked once, although all NICs of a network lead to it."""

    def __init__(self) -> None:
        self._owner: object = None
        self._kept: dict[Node, Answer3] = {}

    def answer(self, view: View, project: Project | None, ask: Callable[[], Answer3]) -> Answer3:
        owner = project or view.node.document
        if owner is not self._owner:
            self._owner, self._kept = owner, {}
        if view.node not in self._kept:
            self._kept[view.node] = ask()
        return self._kept[view.node]


def _judge_values(route: _Route, ask: Callable[[FoundValue], Answer3], *, negated: bool = False) -> Judge:
    """Return whether a question is true of any of the values of a reference."""
    memos = [_Memo() for _ in route.relations]

    def at(depth: int, view: View, project: Project | None) -> Answer3:
        if depth == len(memos):
            return _any(map(ask, route.read(view, project)))
        return _any(below(depth, each, project) for each in route.relations[depth].read(view, project))

    def below(depth: int, view: View | None, project: Project | None) -> Answer3:
        if view is None or not is_known(view):
            return None
        return memos[depth].answer(view, project, lambda: at(depth + 1, view, project))

    def answer(view: View, project: Project | None) -> Answer3:
        found = at(0, view, project)
        return _not(found) if negated else found

    return Judge(answer, route.needs_project)


def _test(comparison: ValueTest) -> Callable[[str], Answer3]:
    """Return whether a value passes a comparison. Raises LanguageError if it cannot be compared with."""
    value, operator = comparison.values[0], comparison.operator
    try:
        match operator:
            case "=" | "!=" | "in":
                return frozenset(comparison.values).__contains__
            case "matches":
                return pattern_of(value)
            case "within":
                subnet = subnet_named(value)
                return lambda text: within(text, (subnet,))
    except ValueError as error:
        raise LanguageError(str(error), comparison.at) from None
    bound = ordered(value)
    if bound is None:
        raise LanguageError(f"'{value[:40]}' is not a number, a MAC address or an IP address", comparison.at)
    return lambda text: _compare(operator, ordered(text), bound)


def _compare(operator: str, value: Ordering | None, bound: Ordering) -> bool:
    if value is None or value.kind != bound.kind:
        return False
    match operator:
        case "<":
            return value.number < bound.number
        case "<=":
            return value.number <= bound.number
        case ">":
            return value.number > bound.number
    return value.number >= bound.number


def _not(answer: Answer3) -> Answer3:
    return None if answer is None else not answer


def _any(answers: Iterable[Answer3] | Iterator[Answer3]) -> Answer3:
    found: Answer3 = False
    for each in answers:
        if each:
            return True
        if each is None:
            found = None
    return found


def _all(answers: Iterable[Answer3]) -> Answer3:
    return _not(_any(_not(each) for each in answers))
