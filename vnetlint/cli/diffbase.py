"""`vnetlint check --diff-base REVISION`: what is found now is compared with what was found before a change."""

from collections.abc import Sequence

from vnetlint.cli.streams import Streams
from vnetlint.config.earlier import at_revision
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.config.usedfiles import used_files
from vnetlint.engine.difference import Difference
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.result import merged


def difference(
    revision: str, runs: Sequence[tuple[Run, Memory]], planner: RunPlanner, paths: Sequence[str], streams: Streams
) -> Difference:
    """Return the change since the present commit left a revision. Raises GitError if git cannot tell."""
    now = [run for run, _ in runs]
    earlier = at_revision(revision, now, planner, paths, used_files(planner, now))
    memories = [memory for _, memory in runs]
    before = merged(
        lint(run.inputs, run.settings, run.context, memory) for run, memory in zip(earlier.runs, memories, strict=True)
    )
    if earlier.changed:
        names = ", ".join(earlier.changed)
        streams.note(f"{names}: changed since '{revision}'; what this changes on other lines is not reported")
    return Difference(earlier.texts, before, earlier.renamed)
