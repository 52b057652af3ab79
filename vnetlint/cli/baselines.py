"""The baselines of a run: what they hold is taken out of its result, and what is stale in them is noted."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vnetlint.cli.streams import Streams
from vnetlint.config.plan import Run
from vnetlint.engine.baseline import Baseline, judged, less, taken, together, without_held
from vnetlint.engine.baselinefile import BaselineError, read
from vnetlint.report.content import plural
from vnetlint.result import Result


@dataclass(frozen=True)
class Baselines:
    """The baselines that runs name, by the path of the file."""

    runs: Sequence[Run]
    by_file: Mapping[str, Baseline]

    @classmethod
    def read(cls, runs: Sequence[Run], *, must_exist: bool = True) -> "Baselines":
        """Return the baselines of runs. Raises BaselineError if one cannot be read."""
        found: dict[str, Baseline] = {}
        for run in runs:
            if run.baseline is not None and run.baseline not in found:
                found[run.baseline] = _read(run.baseline, run.baseline_place, must_exist)
        return cls(runs, found)

    def apply(self, result: Result) -> Result:
        """Return a result in which what the baselines hold is not reported."""
        of_inputs = ((run.inputs, self.by_file[run.baseline]) for run in self.runs if run.baseline is not None)
        return without_held(result, {each.path: baseline for inputs, baseline in of_inputs for each in inputs})

    def judged(self, path: str) -> Baseline:
        """Return what the runs judged of the baseline at a path."""
        part = Baseline(self.by_file[path].folder, {})
        for run in self._runs_of(path):
            paths, rules = [each.path for each in run.inputs], run.catalogue.select(run.settings.rules)
            held = judged(self.by_file[path], paths, rules, run.catalogue.by_name, run.is_excluded)
            part = together(part, held)
        return part

    def taken(self, path: str, result: Result) -> Baseline:
        """Return a baseline of what a result has of the files of the baseline at a path."""
        paths = {each.path for run in self._runs_of(path) for each in run.inputs}
        return taken(self.by_file[path].folder, result, paths)

    def stale(self, path: str, result: Result) -> Baseline:
        """Return what the baseline at a path holds although it was looked for and is not found any more."""
        return less(self.judged(path), self.taken(path, result))

    def note_stale(self, result: Result, streams: Streams) -> None:
        """Note how much of the baselines is stale."""
        for path in self.by_file:
            if count := self.stale(path, result).count:
                what = f"{plural(count, 'finding')} in the baseline no longer found"
                streams.note(f"{path}: {what}; `vnetlint baseline prune` removes {'it' if count == 1 else 'them'}")

    def _runs_of(self, path: str) -> list[Run]:
        return [run for run in self.runs if run.baseline == path]


def _read(path: str, place: str, must_exist: bool) -> Baseline:
    if not must_exist and not os.path.lexists(path):
        return Baseline(os.path.dirname(os.path.abspath(path)), {})
    try:
        return read(path)
    except BaselineError as error:
        # A file that is not there is a fault of the configuration that names it.
        raise (BaselineError(f"{place}: {error}") if place and not os.path.lexists(path) else error) from None
