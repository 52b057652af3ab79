"""The rules that settings choose from a catalogue, ready to run."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from vnetlint.engine.tool import CHECKS, ToolCheck
from vnetlint.finding import Finding
from vnetlint.lazy import cached_property
from vnetlint.model.view import View
from vnetlint.rulebook.catalogue import Catalogue
from vnetlint.rulebook.rule import Check, Rule
from vnetlint.settings import Settings

EXPECTATION_RULES = frozenset(("expectation-broken", "expectation-undecided"))
"""The rules about the expectations of a configuration."""


class Selection:
    """The rules of a run by the type of view that they check, and which of their findings are kept.

    Raises UnknownRuleError if the settings name an unknown rule.
    """

    def __init__(self, catalogue: Catalogue, settings: Settings) -> None:
        self.catalogue = catalogue
        self.settings = settings
        self.names = catalogue.select(settings.rules)

    @cached_property
    def asks_schema(self) -> bool:
        """Whether any rule about schema faults runs."""
        return any(name.startswith("schema-") for name in self.names)

    @cached_property
    def asks_expectations(self) -> bool:
        """Whether there are expectations to judge, and a rule about them runs."""
        return bool(self.settings.expectations) and bool(EXPECTATION_RULES & self.names)

    @cached_property
    def checks(self) -> Mapping[tuple[type[View], bool], Sequence[tuple[Rule, Check]]]:
        """The rules and their checks, by the type of view and by whether they need the project."""
        table: dict[tuple[type[View], bool], list[tuple[Rule, Check]]] = {}
        for rule in (self.catalogue[name] for name in self.names):
            for view in rule.on:
                table.setdefault((view, rule.needs_project), []).append((rule, rule.check_with(self.settings.options)))
        return table

    @cached_property
    def tool_checks(self) -> Sequence[tuple[str, ToolCheck]]:
        """The checks of vnetlint itself that have a rule to run."""
        return [each for each in CHECKS if any(name.startswith(each[0]) for name in self.names)]

    def keeps(self, finding: Finding) -> bool:
        """Whether a finding is reported, or its rule is ignored in its file."""
        return not self._ignores or finding.rule not in self._ignored_in(finding.path)

    def _ignored_in(self, path: str) -> frozenset[str]:
        """Return the rules that are ignored in a file; each file is matched once, and not for each finding."""
        known = self._ignored.get(path)
        if known is None:
            known = frozenset(name for matches, names in self._ignores if matches(path) for name in names)
            self._ignored[path] = known
        return known

    @cached_property
    def _ignored(self) -> dict[str, frozenset[str]]:
        return {}

    def configured(self, finding: Finding) -> Finding:
        """Return a finding with the severity that the settings give to its rule."""
        severity = self.settings.severity.get(finding.rule)
        return finding if severity is None else replace(finding, severity=severity)

    @cached_property
    def _ignores(self) -> list[tuple[Callable[[str], bool], frozenset[str]]]:
        if not self.settings.ignores:
            return []
        from vnetlint.files.gitignore import matcher

        return [
            (matcher(each.folder, [each.pattern]), self.catalogue.select(each.rules)) for each in self.settings.ignores
        ]
