"""XPath tests for the choices of one element that nothing else keeps apart."""

from __future__ import annotations

from tools.schemas.xsd.grammar import Grammar
from tools.schemas.xsd.pattern import (
    EMPTY,
    NOT_ALLOWED,
    Attribute,
    Choice,
    Element,
    Many,
    Pattern,
    Repeat,
    Wild,
    alternatives,
    is_foreign,
    members,
)
from tools.schemas.xsd.uses import content_of, listed_values, uses_of
from tools.schemas.xsd.xpath import all_of, any_of, prefixed, sequence, wrapped


class Assertions:
    """The choices of one element.

    Tests look only at names, numbers and listed values. What they cannot express is left out, so that a test is never
    stricter than the pattern.
    """

    DEEPEST = 2
    """How far below the element a test looks."""

    def __init__(self, body: Pattern, grammar: Grammar, depth: int = 0) -> None:
        self.grammar = grammar
        self.body = grammar.expand(body, deep=True)
        self.uses = uses_of(self.body, grammar)
        self.depth = depth

    def tests(self) -> list[str]:
        """The tests of the element."""
        found: dict[str, None] = {}
        unclear = self._repeated(members(self.body))
        for part in members(self.body):
            # That something must be there is part of its declaration.
            if not (isinstance(part, Attribute | Element) and not self._is_unclear(part)):
                tests = self._tests(part, unclear)
                if not isinstance(part, Repeat) or self._is_unclear(part.inner):
                    found |= dict.fromkeys(tests)
        required = {self._step(use.found[0]) for use in self.uses.attributes.values() if use.required}
        return [test for test in found if test not in required]

    def _tests(self, pattern: Pattern, unclear: frozenset[str]) -> list[str]:
        """What must hold together where a pattern was chosen; empty if that cannot be tested."""
        match pattern:
            case Attribute() | Element():
                return self._one(pattern, unclear)
            case Repeat(inner):
                return self._again(inner, unclear)
            case Many(parts):
                hidden = unclear | self._repeated(parts)
                return [test for part in parts for test in self._tests(part, hidden)]
            case Choice():
                return self._chosen(pattern, unclear)
        return []

    def _one(self, pattern: Attribute | Element, unclear: frozenset[str]) -> list[str]:
        step = self._step(pattern)
        if step is None or step in unclear:
            return []
        if isinstance(pattern, Attribute):
            if not self._is_unclear(pattern):
                return [step]
            values = listed_values(pattern.content, self.grammar)
            declared = listed_values(self.uses.attributes[pattern.name].content(), self.grammar)
            if not values or (declared is not None and values.keys() == declared.keys()):
                return [step]
            return [f"normalize-space({step}) = {sequence(values)}"]
        inner = self._content(pattern)
        test = f"{step}[{inner}]" if inner else step
        use = self.uses.elements[pattern.name]
        return [test] if use.most == 1 else [test, f"count({step}) = 1"]

    def _again(self, inner: Pattern, unclear: frozenset[str]) -> list[str]:
        kinds = alternatives(inner)
        if EMPTY in members(inner) or any(not isinstance(kind, Element) for kind in kinds):
            return []
        steps = [self._step(kind) for kind in kinds if isinstance(kind, Element)]
        if None in steps or unclear & set(steps):
            return []
        return [any_of(str(step) for step in steps)]

    def _chosen(self, pattern: Choice, unclear: frozenset[str]) -> list[str]:
        parts = alternatives(pattern)
        names = self._names(pattern)
        if names is None:
            return []
        everything = [name for name in names if name not in unclear]
        if len(names) == 1 < len(parts) and all(isinstance(part, Attribute) for part in parts):
            return [] if EMPTY in pattern.parts else everything
        one_each = [self._plain_step(part) for part in parts]
        if len(parts) > 1 and None not in one_each and not unclear & set(names) and len(names) == len(parts):
            listed = ", ".join(str(step) for step in one_each)
            return [f"count(({listed})) {'<=' if EMPTY in pattern.parts else '='} 1"]
        tests: list[list[str]] = []
        for part in parts:
            own = self._names(part) or ()
            others = [name for name in everything if name not in own]
            tests.append([*self._tests(part, unclear), *([f"not({any_of(others)})"] if others else [])])
        if [] in tests or (EMPTY in pattern.parts and not everything):
            return []
        tests = [test for test in tests if not any(set(other) < set(test) for other in tests)]
        if EMPTY in pattern.parts:
            if len(tests) == 1 and tests[0] == [any_of(everything)]:
                return []
            if len(tests) == 1 and len(tests[0]) == 1 and tests[0][0] in everything:
                everything.remove(tests[0][0])
                tests.append([f"not({any_of(everything)})"])
            elif not any(len(test) == 1 and test[0].startswith("not(") for test in tests):
                tests.insert(0, [f"not({any_of(everything)})"])
        joined = dict.fromkeys(all_of(test) for test in tests)
        return [any_of(joined) if len(joined) == 1 else any_of(wrapped(test, " and ") for test in joined)]

    def _plain_step(self, pattern: Pattern) -> str | None:
        """The step to what is there once if a pattern was chosen; None if its declaration does not say all about it."""
        inner = pattern.inner if isinstance(pattern, Repeat) else pattern
        if not isinstance(inner, Attribute | Element) or self._is_unclear(inner):
            return None
        step = self._step(inner)
        if step is None or isinstance(inner, Attribute):
            return step
        most = self.uses.elements[inner.name].most
        return step if most == 1 else f"{step}[1]" if isinstance(pattern, Repeat) else None

    def _names(self, pattern: Pattern) -> tuple[str, ...] | None:
        """The steps to all that a pattern mentions; None if not all of that has a name."""
        uses = uses_of(pattern, self.grammar)
        if content_of(pattern, self.grammar) not in (EMPTY, NOT_ALLOWED):
            return None
        steps: list[str] = []
        found: list[Attribute | Element] = [use.found[0] for use in uses.attributes.values()]
        for each in [*found, *(use.found[0] for use in uses.elements.values())]:
            step = self._step(each)
            if step is None:
                return None
            steps.append(step)
        return tuple(steps)

    def _step(self, pattern: Attribute | Element) -> str | None:
        if isinstance(pattern.name, Wild):
            return None
        name = prefixed(pattern.name, self.grammar)
        if name is None:
            return None
        return f"@{name}" if isinstance(pattern, Attribute) else name

    def _is_unclear(self, pattern: Pattern) -> bool:
        """Whether the declared type accepts more than the pattern, because it is that of others too."""
        if isinstance(pattern, Attribute):
            return len({each.content for each in self.uses.attributes[pattern.name].found}) > 1
        if isinstance(pattern, Element):
            return len({each.body for each in self.uses.elements[pattern.name].found}) > 1
        return False

    def _content(self, element: Element) -> str:
        """What tells an element from others of its name, as seen from it."""
        if not self._is_unclear(element) or self.depth == self.DEEPEST or is_foreign(element.name):
            return ""
        together = self.uses.elements[element.name].body()
        inner = Assertions(together, self.grammar, self.depth + 1)
        own = self.grammar.expand(element.body, deep=True)
        mine, all_names = inner._names(own), inner._names(inner.body)
        if mine is None or all_names is None:
            return ""
        tests = inner._tests(own, inner._repeated(members(own)))
        others = [name for name in all_names if name not in mine]
        if others:
            tests.append(f"not({any_of(others)})")
        return all_of(tests)

    def _repeated(self, parts: tuple[Pattern, ...]) -> frozenset[str]:
        """What several of these mention, so that its number cannot be tested."""
        seen: set[str] = set()
        twice: set[str] = set()
        for part in parts:
            steps = self._names(part) or ()
            twice |= seen & set(steps)
            seen |= set(steps)
        return frozenset(twice)
