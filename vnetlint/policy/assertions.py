"""What a rule of a policy asserts about each element that it selects: one function for each key."""

from collections.abc import Callable, Iterator

from vnetlint.model import View
from vnetlint.policy.evaluate import Asker, Judge, asker, judge
from vnetlint.policy.language import LanguageError, condition, reference
from vnetlint.policy.ordering import ordered
from vnetlint.policy.patterns import pattern_of
from vnetlint.policy.reaching import reach
from vnetlint.policy.subnets import subnet_named, within
from vnetlint.policy.table import RuleTable
from vnetlint.policy.uniqueness import unique
from vnetlint.policy.violation import Assertion, PolicyValueError, Violation
from vnetlint.policy.vocabulary import Subject
from vnetlint.project import Project

MAX_NAMED = 6
"""The most values that a message lists."""


def assertion(key: str, table: RuleTable, of: Subject) -> Assertion:
    """Return the assertion that a rule makes by a key. Raises PolicyValueError if its value is invalid."""
    if key == "must":
        return _must(table, of)
    if key == "required":
        return _required(table, of)
    if key == "reach" and table.reach is not None:
        return reach(table.reach, of)
    asked = _asked("value", table.value or "", of)
    if key == "count":
        return _count(table, asked)
    if key == "unique":
        return unique(table, of, asked)
    test, expected = _test(key, table)
    name = table.value or ""

    def find(view: View, project: Project | None) -> Iterator[Violation]:
        for each in asked.read(view, project):
            if each.text is not None and test(each.text) is False:
                message = f"invalid value '{each.text}' for '{name}'{f': expected {expected}' if expected else ''}"
                yield Violation(each.place, message, {"value": each.text, "expected": expected})

    return Assertion(find, asked.needs_project)


def _asked(key: str, text: str, of: Subject) -> Asker:
    try:
        return asker(reference(text), of)
    except LanguageError as error:
        raise PolicyValueError((key,), str(error), error.at) from None


def _test(key: str, table: RuleTable) -> tuple[Callable[[str], bool | None], str]:
    """Return whether a value is as a rule asserts, and what is expected of it in words."""
    if key == "allow":
        allowed = table.allow or ()
        return frozenset(allowed).__contains__, _listed(allowed)
    if key == "deny":
        denied = frozenset(table.deny or ())
        return lambda text: text not in denied, f"anything but {_listed(table.deny or ())}"
    if key == "pattern":
        try:
            return pattern_of(table.pattern or ""), ""
        except ValueError as error:
            raise PolicyValueError(("pattern",), str(error)) from None
    return _range(table) if key == "range" else _subnet_of(table)


def _range(table: RuleTable) -> tuple[Callable[[str], bool | None], str]:
    assert table.range is not None
    least, most = str(table.range.least), str(table.range.most)
    first, last = ordered(least), ordered(most)
    for name, text, end in (("from", least, first), ("to", most, last)):
        if end is None:
            raise PolicyValueError(("range", name), f"'{text[:60]}' is not a number, a MAC address or an IP address")
    assert first is not None
    assert last is not None
    if first.kind != last.kind:
        raise PolicyValueError(("range",), f"'{least}' and '{most}' are values of different kinds")
    if first.number > last.number:
        raise PolicyValueError(("range",), f"'{least}' is above '{most}'; did you mean the other way round?")

    def test(text: str) -> bool:
        value = ordered(text)
        return value is not None and value.kind == first.kind and first.number <= value.number <= last.number

    return test, f"{least} to {most}"


def _subnet_of(table: RuleTable) -> tuple[Callable[[str], bool | None], str]:
    named = table.subnet_of or ()
    subnets = []
    for number, text in enumerate(named):
        try:
            subnets.append(subnet_named(text))
        except ValueError as error:
            raise PolicyValueError(("subnet-of", number), str(error)) from None
    # A value that is no address at all is not for a policy to report.
    return lambda text: within(text, subnets), f"an address in {_listed(named)}"


def _listed(values: tuple[str, ...]) -> str:
    shown = [f"'{each}'" for each in values[:MAX_NAMED]]
    if len(values) > MAX_NAMED:
        return f"{', '.join(shown)} or one of {len(values) - MAX_NAMED} more"
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _must(table: RuleTable, of: Subject) -> Assertion:
    text = table.must or ""
    try:
        found: Judge = judge(condition(text), of)
    except LanguageError as error:
        raise PolicyValueError(("must",), str(error), error.at) from None

    def find(view: View, project: Project | None) -> Iterator[Violation]:
        if found.ask(view, project) is False:
            yield Violation(view.node, table.title.rstrip("."), {})

    return Assertion(find, found.needs_project)


def _required(table: RuleTable, of: Subject) -> Assertion:
    name = table.required or ""
    asked = _asked("required", name, of)

    def find(view: View, project: Project | None) -> Iterator[Violation]:
        if not asked.read(view, project):
            yield Violation(view.node, f"missing '{name}'", {"expected": name})

    return Assertion(find, asked.needs_project)


def _count(table: RuleTable, asked: Asker) -> Assertion:
    assert table.count is not None
    least, most = table.count.at_least or 0, table.count.at_most
    if table.count.at_least is None and most is None:
        raise PolicyValueError(("count",), "expected 'at-least' or 'at-most'")
    if most is not None and least > most:
        raise PolicyValueError(("count",), f"'at-least' {least} is above 'at-most' {most}")
    ends = [f"at least {least}"] * (least > 0) + [f"at most {most}"] * (most is not None)
    expected = " and ".join(ends) or "any number"

    def find(view: View, project: Project | None) -> Iterator[Violation]:
        found = asked.read(view, project)
        number, unknown = len(found), any(each.text is None for each in found)
        if not unknown and (number < least or (most is not None and number > most)):
            place = found[most].place if most is not None and number > most else view.node
            message = f"{number} of '{table.value}': expected {expected}"
            yield Violation(place, message, {"value": str(number), "expected": expected})

    return Assertion(find, asked.needs_project)
