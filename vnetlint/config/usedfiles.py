"""The files that decide how a run judges: configurations, inventories, policies, baselines and schemas."""

import os
from collections.abc import Iterable, Iterator, Sequence

from vnetlint.config.plan import Run, RunPlanner
from vnetlint.errors import UserError
from vnetlint.files.paths import CONFIGURATION, display


def used_files(planner: RunPlanner, runs: Sequence[Run]) -> tuple[str, ...]:
    """Return the paths of the files, besides those that are checked, that decide what runs find."""
    paths = (each.path for run in runs for each in run.inputs)
    used = {(config, planner.overrides_for(config, path)) for path in paths if (config := planner.config_for(path))}
    named = [each for config, overrides in used for each in _of_configuration(planner, config, overrides)]
    named += filter(None, (planner.options.host,))
    named += (policy.path for run in runs for policy in run.settings.policies)
    named += (run.baseline for run in runs if run.baseline is not None)
    named += (str(schema) for run in runs for schema in run.settings.metadata.values())
    return tuple(sorted({display(path) for path in named if os.path.isfile(path)}))


def named_files(planner: RunPlanner, paths: Iterable[str]) -> tuple[str, ...]:
    """Return the files that the configurations of paths name, even if they do not exist or cannot be used."""
    found: list[str] = []
    for path in paths:
        try:
            config = planner.config_for(os.path.join(path, CONFIGURATION) if os.path.isdir(path) else path)
            found += [config] if config is not None else []
            found += _of_configuration(planner, config) if config is not None else []
        except UserError:
            continue
    return tuple(map(display, found))


def _of_configuration(planner: RunPlanner, path: str, overrides: tuple[int, ...] = ()) -> Iterator[str]:
    """Yield the configuration, those that it extends, and what they name."""
    loaded = planner.loaded(path, overrides)
    yield from (each.path for each in loaded.chain)
    for key, name in (("host", loaded.config.host), ("baseline", loaded.config.baseline)):
        if name is not None:
            yield loaded.resolve(name, key)
