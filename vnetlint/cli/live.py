"""Running hosts as inputs: what libvirt defines there is checked as one project, and nothing is changed."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from vnetlint.cli.streams import CommandError, Streams
from vnetlint.cli.virsh import ToApply, applying, dump, file_name
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.inputkey import FileKey, LibvirtKey
from vnetlint.live import LiveHost, LiveObject, parse_uri, read_host
from vnetlint.live.inventory import host_of
from vnetlint.model import Domain, model_of
from vnetlint.report.display import clean
from vnetlint.result import Result
from vnetlint.version import parse_version
from vnetlint.xml.source import Input, Source
from vnetlint.xml.tree import parse


class LiveSite(NamedTuple):
    """The running hosts of a run; each is a project of its own."""

    hosts: tuple[LiveHost, ...]

    @classmethod
    def read(cls, uris: Iterable[str]) -> "LiveSite":
        """Return the hosts of connections. Raises CommandError if two have one name, and LiveError as `read_host`."""
        connections = [parse_uri(each) for each in dict.fromkeys(uris)]
        names = [each.name for each in connections]
        for each in connections:
            if names.count(each.name) > 1:
                raise CommandError(f"{each.name}: named twice: the objects of both would have the same names")
        return cls(tuple(map(read_host, connections)))

    @property
    def gathered(self) -> tuple[list[Input], frozenset[str]]:
        """What is defined on all hosts, and the paths of files that the user named: none."""
        return [each.input for host in self.hosts for each in host.objects], frozenset()

    def plan(self, planner: RunPlanner) -> list[Run]:
        """Return a run for each host. Raises UserError if the options or the configuration cannot be used."""
        return [_run(host, planner) for host in self.hosts]

    def named(self, changes: Sequence[tuple[Source, Source]]) -> list[tuple[Source, Source]]:
        """Return changed definitions under the names of the files that the commands make, for a diff."""
        files = self._files(changes)
        return [
            (replace(before, key=FileKey(file)), replace(after, key=FileKey(file)))
            for (before, after), file in zip(changes, files, strict=True)
        ]

    def say_how_to_apply(self, changes: Sequence[tuple[Source, Source]], streams: Streams) -> None:
        """Write the commands that make changes, which are left to the administrator."""
        files = dict(zip((before.path for before, _ in changes), self._files(changes), strict=True))
        for host in self.hosts:
            own = [each for each in host.objects if each.key.display in files]
            for line in applying(host.uri.text, [_to_apply(each, files[each.key.display], host) for each in own]):
                with suppress(OSError):
                    streams.err.write(f"{clean(line)}\n")

    def note_places(self, result: Result, streams: Streams) -> None:
        """Note which command prints the lines that findings refer to."""
        paths = {each.path for each in result.findings}
        for host in self.hosts:
            kinds = dict.fromkeys(each.key.kind for each in host.objects if each.key.display in paths)
            if kinds:
                commands = ", ".join(f"`{dump(kind, 'NAME')}`" for kind in kinds)
                streams.note(f"{host.uri.name}: lines are those of {commands}")

    def _files(self, changes: Iterable[tuple[Source, Source]]) -> list[str]:
        """Return the name of the file that each changed object is dumped to."""
        files: list[str] = []
        for before, _ in changes:
            if isinstance(before.key, LibvirtKey):
                files.append(file_name(before.key.kind, before.key.name, files))
        return files


def _run(live: LiveHost, planner: RunPlanner) -> Run:
    run = planner.run_alone([each.input for each in live.objects])
    host = host_of(live, run.settings.host)
    settings = replace(
        run.settings,
        host=replace(host, remarks=(*live.remarks, *host.remarks)),
        complete=len(live.listed) == 3,
        target=run.settings.target or parse_version(live.version),
    )
    return replace(run, settings=settings)


def _to_apply(each: LiveObject, file: str, host: LiveHost) -> ToApply:
    is_network = each.key.kind == "network"
    guests = tuple(_guests_on(each.key.name, host)) if is_network and each.is_active else ()
    return ToApply(each.key.kind, each.key.name, file, each.is_active, each.is_persistent, guests)


def _guests_on(network: str, host: LiveHost) -> list[str]:
    """Return the names of the running guests that are defined to be on a network."""
    running = [(each, each.source) for each in host.of("domain") if each.is_active]
    models = ((each, model_of(document)) for each, source in running if source for document in parse(source))
    return [
        each.key.name
        for each, model in models
        if isinstance(model, Domain) and any(nic.network and nic.network.value == network for nic in model.interfaces)
    ]
