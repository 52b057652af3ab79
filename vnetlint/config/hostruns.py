"""The runs of several hosts of a repository. A file that more than one of them has is judged for each."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from vnetlint.config.layout import OverrideMap, Overrides
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.xml.source import Input

_Groups = dict[Overrides, list[Input]]


class HostRuns(NamedTuple):
    """The runs of some files."""

    first: list[Run]
    """Each file once, as `check` plans it: a file of several hosts as one of the last of these."""
    more: list[Run]
    """The files of several hosts again, as files of each other host."""


def runs_of_hosts(planner: RunPlanner, inputs: Sequence[Input]) -> HostRuns:
    """Return the runs of files. If all of them are of one host, what others have of them does not matter.

    Raises UserError as `RunPlanner.plan` does.
    """
    configured: dict[str | None, list[Input]] = {}
    for each in inputs:
        configured.setdefault(planner.config_for(each.path), []).append(each)
    found = HostRuns([], [])
    for config, group in configured.items():
        for runs, groups in zip(found, _grouped(planner.layout(config) if config else None, group), strict=True):
            runs += [planner.run_under(config, own, overrides, group) for overrides, own in groups.items()]
    return found


def _grouped(layout: OverrideMap | None, inputs: Iterable[Input]) -> tuple[_Groups, _Groups]:
    """Return the files of one configuration by the overrides of the first runs, and by those of more runs."""
    if layout is None:
        return {(): list(inputs)}, {}
    first: _Groups = {}
    more: _Groups = {}
    hosts = {each.path: layout.hosts(each.path) for each in inputs}
    common = frozenset.intersection(*(filter(None, hosts.values()))) if any(hosts.values()) else frozenset()
    for each in inputs:
        others = tuple(number for number in layout.of(each.path) if not layout.is_host(number))
        own = sorted(hosts[each.path] & common or hosts[each.path], reverse=True)
        last, *rest = [tuple(sorted((*others, host))) for host in own] or [others]
        first.setdefault(last, []).append(each)
        for overrides in rest:
            more.setdefault(overrides, []).append(each)
    return first, more
