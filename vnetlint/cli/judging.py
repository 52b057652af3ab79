"""How `vnetlint check` judges the files of its runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from vnetlint.cli.checkrequest import CheckRequest
from vnetlint.cli.streams import Streams
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.result import FixResult, Result, merged, merged_fixes

if TYPE_CHECKING:
    from vnetlint.cache.results import KeptResults
    from vnetlint.cli.baselines import Baselines
    from vnetlint.engine.difference import Difference
    from vnetlint.engine.memory import Memory

WORTH_KEEPING = 20
"""The fewest files of a run whose findings are kept. To judge fewer takes no longer than to look them up."""


class Judging:
    """How the files of runs are judged: what baselines hold is not reported, nor what a change is not to blame for."""

    def __init__(
        self,
        runs: Sequence[Run],
        step: Callable[[], None],
        baselines: "Baselines | NoBaselines",
        asked: CheckRequest,
        planner: RunPlanner,
        streams: Streams,
    ) -> None:
        """`step` is called for each file that is judged."""
        self._runs = runs
        self._step = step
        self._asked = asked
        self._baselines = baselines
        self._streams = streams
        self._memories: dict[int, Memory] = {}
        self._difference: Difference | None = None
        if asked.diff_base is not None and runs:
            from vnetlint.cli.diffbase import difference

            pairs = [(run, self._memory(number)) for number, run in enumerate(runs)]
            self._difference = difference(asked.diff_base, pairs, planner, asked.paths, streams)

    def linted(self) -> FixResult:
        """Return what linting finds."""
        found = merged([self._lint(number, run) for number, run in enumerate(self._runs)])
        return self._noted(FixResult(found, (), (), 0))

    def fixed(self) -> FixResult:
        """Return what fixing finds and changes. No file is written."""
        from vnetlint.engine.fix import fix

        return self._noted(
            merged_fixes(
                fix(run.inputs, run.settings, run.context, self._memory(number), self._within)
                for number, run in enumerate(self._runs)
            )
        )

    def reported(self, result: Result) -> Result:
        """Return a result with those findings that are reported."""
        return self._within(self._baselines.apply(result))

    def remembered(
        self, runs: Sequence[Run], words: Sequence[str], find: Callable[[], Mapping[str, tuple[str, ...]]]
    ) -> Mapping[str, tuple[str, ...]]:
        """Return what `find` finds for the settings of runs and some words, or found in an earlier run."""
        kept = self._kept
        if kept is None:
            return find()
        known = kept.table(runs, words)
        if known is not None:
            return known
        found = find()
        kept.put_table(runs, words, found)
        return found

    def _lint(self, number: int, run: Run) -> Result:
        """Return what linting one run finds, or what it is known to find."""
        kept = self._kept
        if kept and (known := kept.get(run)) is not None:
            return known
        from vnetlint.engine.lint import lint

        if self._difference is not None or self._is_small:
            return lint(run.inputs, run.settings, run.context, self._memory(number))
        from vnetlint.engine.sweep import Sweep

        facts = None
        if kept:
            from vnetlint.cache.facts import KeptFacts

            facts = KeptFacts(kept.store, run.settings)
        result = lint(run.inputs, run.settings, run.context, Sweep(facts, self._asked.jobs, self._step))
        if kept:
            kept.put(run, result)
        return result

    @cached_property
    def _is_small(self) -> bool:
        return sum(len(run.inputs) + len(run.context) for run in self._runs) < WORTH_KEEPING

    @cached_property
    def _kept(self) -> "KeptResults | None":
        if not self._asked.uses_cache or self._difference is not None or self._is_small:
            return None
        from vnetlint.cache.results import KeptResults
        from vnetlint.cache.store import Store, path

        return KeptResults(Store(path()))

    def _memory(self, number: int) -> "Memory":
        if number not in self._memories:
            from vnetlint.engine.memory import Memory

            self._memories[number] = Memory(step=self._step)
        return self._memories[number]

    def _noted(self, fixed: FixResult) -> FixResult:
        held = self._baselines.apply(fixed.result)
        self._baselines.note_stale(held, self._streams)
        return replace(fixed, result=self._within(held))

    def _within(self, result: Result) -> Result:
        return self._difference.within(result) if self._difference else result


class NoBaselines:
    """Stands for the baselines of runs that have none, so that nothing is loaded for them."""

    def apply(self, result: Result) -> Result:
        """Return the result as it is."""
        return result

    def note_stale(self, result: Result, streams: Streams) -> None:
        """Note nothing."""


def baselines_of(runs: Sequence[Run]) -> "Baselines | NoBaselines":
    """Return the baselines of runs. Raises BaselineError if one cannot be read."""
    if not any(run.baseline for run in runs):
        return NoBaselines()
    from vnetlint.cli.baselines import Baselines

    return Baselines.read(runs)
