"""Whether the examples of a policy behave: each bad one has a finding of its rule, and no good one has."""

from collections.abc import Iterator
from dataclasses import dataclass

from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.inputkey import FileKey
from vnetlint.policy.load import place_of, rules_of, tables_of
from vnetlint.policy.table import RuleTable
from vnetlint.settings import FixPolicy, Settings
from vnetlint.xml.source import Source

_BROKEN = ("xml-syntax", "unreadable-file", "internal-error")
"""The rules that show that an example is not what its author meant."""


@dataclass(frozen=True)
class ExampleFault:
    """An example that does not behave: its place, `file:line:column`, and what is wrong."""

    place: str
    message: str


def count(policy: Source) -> int:
    """Return the number of examples of a policy."""
    return sum(len(each.bad) + len(each.good) + len(each.fixed) for each in tables_of(policy))


def faults(policy: Source) -> Iterator[ExampleFault]:
    """Yield the examples of a policy that do not behave. Raises ConfigError if it is not a policy."""
    rules_of(policy)
    for number, table in enumerate(tables_of(policy)):
        for kind in ("bad", "good"):
            for index, text in enumerate(getattr(table, kind)):
                if message := _fault(policy, table, text, is_bad=kind == "bad"):
                    where = place_of(policy, "rule", number, kind, index)
                    yield ExampleFault(where, f"{table.name}: {kind} example {index + 1} {message}")
        for index, (before, after) in enumerate(zip(table.bad, table.fixed, strict=False)):
            if message := _unfixed(policy, table, before, after):
                where = place_of(policy, "rule", number, "fixed", index)
                yield ExampleFault(where, f"{table.name}: {message}")


def _fault(policy: Source, table: RuleTable, text: str, *, is_bad: bool) -> str:
    """Return what is wrong with an example, or an empty text."""
    result = lint([_file(text)], _settings(policy, table))
    if not result.sources or result.foreign:
        return "is not a network, a guest or a network filter of libvirt"
    broken = next((each for each in result.findings if each.rule in _BROKEN), None)
    if broken is not None:
        return f"cannot be checked: {broken.message}"
    found = [each for each in result.findings if each.rule == table.name]
    if is_bad:
        return "" if found else "has no finding"
    return f"has a finding: {found[0].message}" if found else ""


def _unfixed(policy: Source, table: RuleTable, before: str, after: str) -> str:
    result = fix([_file(before)], _settings(policy, table))
    text = next((each.after.text for each in result.changed), before)
    if text.strip() == after.strip():
        return ""
    shown = next(
        (one.strip() for one, other in zip(text.split("\n"), after.split("\n"), strict=False) if one != other), ""
    )
    return f"the fix makes something else, such as '{shown[:60]}'" if text != before else "no fix was made"


def _settings(policy: Source, table: RuleTable) -> Settings:
    fixing = FixPolicy(unsafe=True, choices={table.name: 1})
    return Settings(rules=frozenset((table.name, *_BROKEN)), policies=(policy,), fixing=fixing)


def _file(text: str) -> Source:
    return Source(FileKey("example.xml"), text.strip("\n") + "\n")
