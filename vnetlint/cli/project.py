"""The project that files and an inventory describe, for commands that look at one host as a whole."""

from collections.abc import Sequence
from dataclasses import dataclass

from vnetlint.cli.streams import CLEAN, FAILED, Streams
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.model import Model, model_of
from vnetlint.project import Project
from vnetlint.report.display import clean
from vnetlint.xml.source import Input, Source, Unreadable
from vnetlint.xml.tree import parse

_KINDS = {"domain": "guest", "filter": "network filter"}


@dataclass(frozen=True)
class Files:
    """The project of some files, and what there is to say about them."""

    project: Project
    unreadable: tuple[Unreadable, ...]

    @property
    def code(self) -> int:
        """The exit code: whether every file was read."""
        return FAILED if self.unreadable else CLEAN

    def note(self, streams: Streams) -> None:
        """Write what was not read, and which of several documents with one name is used."""
        for each in self.unreadable:
            place = each.shown.lines.position(each.offset)
            streams.note(f"{clean(each.path)}:{place.line}:{place.column}: {each.message}")
        seen: dict[tuple[str, str], Model] = {}
        for model in self.project.models:
            kind = _KINDS.get(model.node.name, model.node.name)
            first = seen.setdefault((kind, model.name), model) if model.name else model
            if first is not model:
                streams.note(
                    f"{clean(model.path)}: {kind} '{clean(model.name or '')}' is defined in {clean(first.path)} "
                    "already, which is used; name the files of one host only"
                )


def project_of(inputs: Sequence[Input], host: str | None, config: str | None) -> Files:
    """Return the project of some files, all of which are taken to be of one host.

    The inventory is the one given, else the one that the configuration of the first file names. Raises UserError if an
    inventory or configuration cannot be used.
    """
    sources = [each for each in inputs if isinstance(each, Source)]
    models = tuple(model for source in sources for each in parse(source) if (model := model_of(each)) is not None)
    planner = RunPlanner(RunOptions(host=host, config=config))
    path = planner.config_for(inputs[0].path) if inputs else None
    settings = planner.run_under(path, ()).settings
    project = Project(models, settings.host, complete=True, external=settings.external, target=settings.target)
    return Files(project, tuple(each for each in inputs if isinstance(each, Unreadable)))
