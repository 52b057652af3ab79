"""The project that files and an inventory describe, for commands that look at one host as a whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vnetlint.cli.inputs import gather, live_site
from vnetlint.cli.streams import CLEAN, FAILED, CommandError, Streams
from vnetlint.config.exclude import Exclusions
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.finding import Finding
from vnetlint.model import Model, model_of
from vnetlint.project import Project
from vnetlint.report.display import clean
from vnetlint.settings import Settings
from vnetlint.xml import wellformed
from vnetlint.xml.source import Input, Source, Unreadable
from vnetlint.xml.tree import parse

_KINDS = {"domain": "guest", "filter": "network filter"}


@dataclass(frozen=True)
class Files:
    """The project of some files, and what there is to say about them."""

    project: Project
    unreadable: tuple[Unreadable, ...]
    inputs: tuple[Input, ...] = ()
    """What was read."""
    named: frozenset[str] = frozenset()
    """The paths of the files that were named themselves and not by a folder."""
    remarks: tuple[str, ...] = ()
    """A line for each thing that is not known of a running host."""
    faulty: tuple[Finding, ...] = ()
    """Why files are not well formed, as `check` says it: what the project has of them may lack parts."""
    hosts: tuple[str, ...] = ()
    """The places in the configuration of the hosts that the files are of, if these are several."""

    @property
    def code(self) -> int:
        """The exit code: whether every file was read."""
        return FAILED if self.unreadable else CLEAN

    def note(self, streams: Streams) -> None:
        """Write what was not read or only in part, and which of several documents with one name is used."""
        for remark in self.remarks:
            streams.note(remark)
        for each in self.unreadable:
            place = each.shown.lines.position(each.offset)
            streams.note(f"{clean(each.path)}:{place.line}:{place.column}: {each.message}")
        sources = {each.path: each for each in self.inputs if isinstance(each, Source)}
        for fault in self.faulty:
            place = sources[fault.path].lines.position(fault.span.start)
            where = f"{clean(fault.path)}:{place.line}:{place.column}"
            streams.note(f"{where}: {clean(fault.message)}, so parts of the file may be missing here")
        if self.hosts:
            places = ", ".join(self.hosts)
            streams.note(f"these files are of {len(self.hosts)} hosts ({places}): name those of one only")
        seen: dict[tuple[str, str], Model] = {}
        for model in self.project.models:
            kind = _KINDS.get(model.node.name, model.node.name)
            first = seen.setdefault((kind, model.name), model) if model.name else model
            if first is not model:
                streams.note(
                    f"{clean(model.path)}: {kind} '{clean(model.name or '')}' is defined in {clean(first.path)} "
                    "already, which is used; name the files of one host only"
                )


def files_of(
    paths: Sequence[str], streams: Streams, host: str | None, config: str | None, stdin_filename: str | None = None
) -> Files:
    """Return the project of what paths mean: files, or a running host by its URI.

    Raises UserError if something cannot be read or used.
    """
    live = live_site(paths, stdin_filename)
    if live is None:
        inputs, named = gather(paths, streams, stdin_filename, Exclusions(config))
        return replace(project_of(inputs, host, config), inputs=tuple(inputs), named=named)
    if len(live.hosts) > 1:
        raise CommandError("one running host at a time: expected one URI")
    (run,) = live.plan(RunPlanner(RunOptions(host=host, config=config)))
    return replace(_files(run.inputs, run.settings), remarks=run.settings.host.remarks if run.settings.host else ())


def project_of(inputs: Sequence[Input], host: str | None, config: str | None) -> Files:
    """Return the project of some files, all of which are taken to be of one host.

    The inventory is the one given, else the one that the configuration of the first file names. Raises UserError if an
    inventory or configuration cannot be used.
    """
    planner = RunPlanner(RunOptions(host=host, config=config))
    path = planner.config_for(inputs[0].path) if inputs else None
    overrides, hosts = _of_host(planner, path, [each.path for each in inputs])
    return _files(inputs, planner.run_under(path, (), overrides).settings, hosts)


def _files(inputs: Sequence[Input], settings: Settings, hosts: tuple[str, ...] = ()) -> Files:
    read = [(each, tuple(parse(each))) for each in inputs if isinstance(each, Source)]
    models = tuple(model for _, documents in read for each in documents if (model := model_of(each)) is not None)
    project = Project(models, settings.host, complete=True, external=settings.external, target=settings.target)
    unreadable = tuple(each for each in inputs if isinstance(each, Unreadable))
    broken = [source for source, documents in read if any(map(wellformed.check, documents))]
    faulty = tuple(_faults(broken, settings)) if broken else ()
    return Files(project, unreadable, tuple(inputs), faulty=faulty, hosts=hosts)


def _faults(sources: Iterable[Source], settings: Settings) -> Iterator[Finding]:
    """Yield why files are not well formed, as `check` says it, whatever rules it is asked for."""
    # Few files are broken, and only these need what judges.
    from vnetlint.engine.lint import judge_alone
    from vnetlint.engine.memory import Memory

    memory = Memory()
    selection = memory.selection(settings)
    for source in sources:
        file = memory.read(source, settings)
        if file.fault is not None:
            yield from judge_alone(file, selection, memory.pause)


def _of_host(planner: RunPlanner, config: str | None, paths: Sequence[str]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the overrides for files of one host, and the places of all hosts that they belong to if these are several.

    A file that several hosts have is for the one that the other files are for.
    """
    if config is None:
        return (), ()
    layout = planner.layout(config)
    of_files = [hosts for path in paths if (hosts := layout.hosts(path))]
    common = frozenset.intersection(*of_files) if of_files else frozenset()
    if common:
        return (max(common),), ()
    places = [layout.place(number) for number in sorted(frozenset().union(*of_files))]
    return planner.overrides_for(config, paths[0]), tuple(places)
