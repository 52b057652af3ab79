"""The findings that a repository has today, under the settings that are proposed for it."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vnetlint.adopt.leftout import LeftOut
from vnetlint.adopt.survey import Survey, relative
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.baseline import Baseline, taken
from vnetlint.engine.lint import lint
from vnetlint.finding import SEVERITIES, Severity
from vnetlint.result import Result


@dataclass(frozen=True)
class Today:
    """What a run finds."""

    result: Result

    @property
    def counts(self) -> dict[Severity, int]:
        """The number of findings by severity."""
        return {each: sum(one.severity == each for one in self.result.findings) for each in SEVERITIES}

    @property
    def failures(self) -> tuple[str, ...]:
        """The findings that no baseline can hold: files that cannot be read."""
        return tuple(f"{each.path}: {each.message}" for each in self.result.failures)

    def below(self, folder: str, part: str) -> int:
        """Return the number of findings in a part of a folder."""
        prefix = os.path.join(os.path.abspath(folder), part) + os.sep
        return sum(os.path.abspath(each.path).startswith(prefix) for each in self.result.findings)

    def baseline(self, folder: str) -> Baseline:
        """Return a baseline in a folder that holds all of them."""
        return taken(os.path.abspath(folder), self.result, {each.path for each in self.result.findings})


def today(survey: Survey, left_out: Sequence[LeftOut] = (), host: str | None = None) -> Today:
    """Return the findings without some folders, with the placeholders that are proposed and a host's inventory.

    No configuration is read, because the one that is proposed is not written yet.
    """
    prefixes = tuple(f"{each.folder}/" for each in left_out)
    inputs = [each for each in survey.inputs if not relative(each.path, survey.folder).startswith(prefixes)]
    options = RunOptions(isolated=True, host=os.path.join(survey.folder, host) if host else None)
    run = RunPlanner(options).run_under(None, inputs)
    settings = replace(run.settings, placeholders=tuple(each.pattern for each in survey.placeholders))
    return Today(lint(run.inputs, settings))
