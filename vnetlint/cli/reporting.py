"""What `vnetlint check` reports of its runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from vnetlint.cli.checkrequest import CheckRequest
from vnetlint.cli.inputs import MAX_NOTED
from vnetlint.cli.streams import Streams
from vnetlint.config.plan import Run
from vnetlint.finding import Severity
from vnetlint.report.content import Report, without_milder
from vnetlint.report.display import clean
from vnetlint.result import MadeFix, Result
from vnetlint.rulebook.catalogue import Catalogue

Known = Mapping[str, tuple[str, ...]]
Remembered = Callable[[Sequence[Run], Sequence[str], Callable[[], Known]], Known]
"""Returns what a function finds for the settings of runs and some words, which it knows from an earlier run or asks."""


class Silence(NamedTuple):
    """The rules of runs that report nothing for want of an inventory, and whether to list them."""

    rules: Mapping[str, tuple[str, ...]] = {}
    is_explained: bool = False
    has_host: bool = False

    @classmethod
    def of(
        cls, runs: Sequence[Run], result: Result, catalogue: Catalogue, explain: bool, remembered: Remembered
    ) -> "Silence":
        """Return the silence of the runs without an inventory, or of all if each has one.

        What `remembered` knows of an earlier run needs no rules.
        """
        without = [run for run in runs if run.settings.host is None]
        if runs and not without and not explain:
            return cls()

        def find() -> dict[str, tuple[str, ...]]:
            from vnetlint.rulebook.silence import silenced

            found: dict[str, tuple[str, ...]] = {}
            for run in without or runs:
                known = run.settings.host.inventory.model_fields_set if run.settings.host else ()
                # The rules of policies need no inventory.
                rules = run.catalogue.select(run.settings.rules) & catalogue.by_name.keys()
                found |= silenced(rules, catalogue, result.roots, known)
            return dict(sorted(found.items()))

        return cls(remembered(without or runs, sorted(result.roots), find), explain, not without)


class Reporting(NamedTuple):
    """How the results of runs are reported."""

    runs: Sequence[Run]
    fail_on: Severity
    asked: CheckRequest
    is_brief: bool = False
    silence: Silence = Silence()

    def report(self, result: Result, made: tuple[MadeFix, ...] = ()) -> Report:
        """Return what the reports show."""
        by_path = {each.path: run for run in self.runs for each in run.inputs}
        shown = without_milder(result, {path: run.min_severity for path, run in by_path.items()})
        policies = {path: run.settings.fixing for path, run in by_path.items()}
        hidden = len(result.findings) - len(shown.findings)
        report = Report(shown, made, False, policies, self.fail_on, hidden, self.asked.show_all, *self.silence)
        return replace(report, shows_fixes=self.asked.show_fixes, is_brief=self.is_brief)


def note_foreign(result: Result, named: frozenset[str], streams: Streams) -> None:
    """Note the named files without libvirt XML. Of many only one is named, because a hook may pass hundreds."""
    shown = result.foreign.keys() if streams.is_verbose else named & result.foreign.keys()
    foreign = [(clean(path), clean(result.foreign[path])) for path in sorted(shown)]
    if len(foreign) > MAX_NOTED and not streams.is_verbose:
        path, root = foreign[0]
        streams.note(
            f"{len(foreign)} files skipped: not a libvirt network, domain or filter, such as {path}, a <{root}>"
        )
        return
    for path, root in foreign:
        streams.note(f"{path}: skipped: <{root}> is not a libvirt network, domain or filter{_meant(root)}")


def _meant(root: str) -> str:
    """Return a question whether a root of libvirt was meant, if it looks like one."""
    from vnetlint.model import ROOTS
    from vnetlint.schema.names import meant_by

    return f"; did you mean <{meant[0]}>?" if (meant := meant_by(root, ROOTS)) else ""
