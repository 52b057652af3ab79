"""What a run is asked to do."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vnetlint.finding import Finding, Severity
from vnetlint.fixes import FixPolicy
from vnetlint.model.view import View
from vnetlint.project import EXTERNAL_NETWORKS
from vnetlint.registry import Check, Rule, select
from vnetlint.version import Version

if TYPE_CHECKING:
    from vnetlint.host import Host


@dataclass(frozen=True, eq=False)
class FileIgnore:
    """Rules that are left out in the files that a test finds."""

    matches: Callable[[str], bool]
    rules: frozenset[Rule]


@dataclass(frozen=True)
class Settings:
    """What a run is asked to do."""

    rules: frozenset[Rule] = field(default_factory=lambda: select(["default"]))
    host: "Host | None" = None
    complete: bool = False
    external: frozenset[str] = EXTERNAL_NETWORKS
    fixing: FixPolicy = FixPolicy()
    """Which fixes `fix` makes."""
    schemas: Path | None = None
    """The folder of the schemas to use; None is the project's own."""
    placeholders: tuple[re.Pattern[str], ...] = ()
    """What stands for a value in a file that a site's own scripts fill in."""
    target: Version | None = None
    """The version of libvirt that the files are for; None is the newest."""
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """Other severities than the rules' own, by rule name."""
    ignores: tuple[FileIgnore, ...] = ()
    """Rules that are left out in some files."""
    metadata: Mapping[str, Path] = field(default_factory=dict)
    """Schemas for what stands in `<metadata>`, by namespace."""
    options: Mapping[str, object] = field(default_factory=dict)
    """Other options than the rules' own, by rule name."""

    @cached_property
    def checks(self) -> Mapping[tuple[type[View], bool], Sequence[tuple[Rule, Check]]]:
        """The rules to run on a kind of view, by whether they need the project, with their options."""
        table: dict[tuple[type[View], bool], list[tuple[Rule, Check]]] = {}
        for rule in self.rules:
            for view in rule.on:
                table.setdefault((view, rule.needs_project), []).append((rule, rule.check_with(self.options)))
        return table

    def keeps(self, finding: Finding) -> bool:
        """Whether a finding is wanted in its file."""
        return not any(
            finding.rule in {rule.name for rule in each.rules} and each.matches(finding.path) for each in self.ignores
        )
