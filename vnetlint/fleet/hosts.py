"""The facts of each host, from what was found in its runs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from vnetlint.config.plan import Run
from vnetlint.finding import Finding
from vnetlint.fleet.database import FactsError
from vnetlint.fleet.gather import HostFacts
from vnetlint.model import Model, model_of
from vnetlint.project import Project
from vnetlint.result import Result, order
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse


@dataclass(frozen=True)
class Judged:
    """A run, and what was found in it and perhaps in others."""

    run: Run
    result: Result

    @cached_property
    def by_path(self) -> dict[str, list[Finding]]:
        """The findings of each file."""
        found: dict[str, list[Finding]] = {}
        for each in self.result.findings:
            found.setdefault(each.path, []).append(each)
        return found


@dataclass(frozen=True)
class _Host:
    """What the runs of a host have of it, by path where a file may be in several of them."""

    name: str
    run: Run
    models: dict[str, list[Model]] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    findings: dict[Finding, None] = field(default_factory=dict)

    def facts(self, group: str | None) -> HostFacts:
        """Return its facts."""
        models = [model for of_file in self.models.values() for model in of_file]
        found = sorted(self.findings, key=order)
        return HostFacts(self.name, models, list(self.sources.values()), found, self.run.settings, group)


def facts_of(judged: Iterable[Judged], host_name: str | None, group: str | None) -> Iterator[HostFacts]:
    """Yield the facts of each host. Raises FactsError if a name cannot be that of a host."""
    together: dict[object, list[Judged]] = {}
    for number, each in enumerate(judged):
        together.setdefault(host_name or inventory_name(each.run) or number, []).append(each)
    for runs in together.values():
        hosts: dict[str, _Host] = {}
        for each in runs:
            _add(hosts, each, host_name)
        for host in hosts.values():
            yield host.facts(group)


def _add(hosts: dict[str, _Host], judged: Judged, host_name: str | None) -> None:
    """Add the files of a run to their hosts."""
    run, models = judged.run, _models(judged.run)
    project = Project.under(run.settings, [each for of_file in models.values() for each in of_file])
    for each in run.inputs:
        of_file = models.get(each.path, [])
        name = _checked(host_name or inventory_name(run) or _folder(project, of_file, each.key.host))
        host = hosts.setdefault(name, _Host(name, run))
        if of_file:
            host.models[each.path], host.sources[each.path] = of_file, judged.result.sources[each.path]
        host.findings.update(dict.fromkeys(judged.by_path.get(each.path, ())))


def _models(run: Run) -> dict[str, list[Model]]:
    """Return the networks, guests and filters of each file of a run."""
    sources = (each.with_placeholders(()) for each in run.inputs if isinstance(each, Source))
    return {
        source.path: [model for each in parse(source) if (model := model_of(each)) is not None] for source in sources
    }


def inventory_name(run: Run) -> str | None:
    """Return the name that the inventory of a run gives its host."""
    host = run.settings.host
    return host.inventory.name if host and "name" in host.inventory.model_fields_set else None


def _folder(project: Project, models: Sequence[Model], folder: str) -> str:
    """Return the folder of a file as the name of its host."""
    return (project.host_of(models[0]) if models else folder) or folder


def _checked(name: str) -> str:
    """Return a host's name. Raises FactsError if it cannot stand before a path."""
    if not name or ":" in name or len(name) > 255 or not name.isprintable():
        said = f"the host has the name '{name[:80]}'" if name else "nothing says which host the files are of"
        raise FactsError(f"{said}: name it by --host-name, without a colon")
    return name
