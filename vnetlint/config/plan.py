"""Plan the runs of the engine: files are grouped by their configuration, and each group has its settings.

Options of the command line and settings of an editor override the configuration, which overrides the defaults.

The engine knows what settings mean; this module knows where they come from. Each group is one call of `lint` or `fix`.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vnetlint.config.file import ConfigError, ConfigFile, nearest
from vnetlint.config.runoptions import RunOptions
from vnetlint.errors import UserError
from vnetlint.files.find import walk
from vnetlint.files.gitignore import matcher
from vnetlint.files.paths import CONFIGURATION, display
from vnetlint.files.read import read
from vnetlint.finding import Severity
from vnetlint.inputkey import FileKey
from vnetlint.rulebook.catalogue import Catalogue, UnknownRuleError, builtin
from vnetlint.schema.sets import folder_of
from vnetlint.settings import Expectation, FileIgnore, FixPolicy, Settings
from vnetlint.version import parse_version
from vnetlint.xml.source import Input, Source

if TYPE_CHECKING:
    from vnetlint.config.model import Config, Loaded
    from vnetlint.host import Host

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Run:
    """One call of the engine."""

    inputs: tuple[Input, ...]
    context: tuple[Source, ...]
    settings: Settings
    min_severity: Severity = "info"
    """The lowest severity that is shown."""
    baseline: str | None = None
    """The path of the baseline; the file may not exist."""
    baseline_place: str = ""
    """`file:line:column` of the key that names it, if a configuration does."""
    catalogue: Catalogue = field(default_factory=builtin)
    """The rules that there are, also those of policies."""


Read = Callable[[str], Input]
"""Returns the file at a path as an input. The language server has one with a cache."""


class RunPlanner:
    """Makes runs from options, with the rules of a catalogue."""

    def __init__(self, options: RunOptions, read: Read = read, catalogue: Catalogue | None = None) -> None:
        self.options = options
        self.read = read
        self._policies = _policies(options.policies)
        self.catalogue = _with(catalogue or builtin(), self._policies)

    def check_options(self) -> None:
        """Check the selectors of rules before any file is read. Raises UnknownRuleError if one means no rule."""
        selectors = (*self.options.select, *self.options.extend_select, *self.options.ignore)
        try:
            self.catalogue.select(selectors)
        except UnknownRuleError:
            self.catalogue_here().select(selectors)

    def catalogue_here(self) -> Catalogue:
        """Return the rules that there are in the current folder, with those of its configuration's policies."""
        path = self.config_for(CONFIGURATION)
        if path is None:
            return self.catalogue
        from vnetlint.config import model

        return model.load(os.path.abspath(path), self.catalogue).catalogue

    def plan(self, inputs: Sequence[Input]) -> list[Run]:
        """Return a run for each group of files that share a configuration.

        Raises UserError, such as ConfigError, if the options, a configuration or the inventory cannot be used.
        """
        groups: dict[str | None, list[Input]] = {}
        for each in inputs:
            groups.setdefault(self.config_for(each.path), []).append(each)
        return [self.run_under(config, group) for config, group in groups.items()]

    def config_for(self, path: str) -> str | None:
        """Return the path of the configuration that applies to a file, or None.

        Raises ConfigError if a pyproject.toml above the file cannot be read.
        """
        if self.options.isolated:
            return None
        if self.options.config is not None:
            return self.options.config
        return nearest(path)

    def run_under(self, path: str | None, inputs: Sequence[Input]) -> Run:
        """Return the run of files that share the configuration at `path`, or have none if it is None.

        Raises UserError, such as ConfigError, if the options, the configuration or the inventory cannot be used.
        """
        if path is None:
            shown, baseline = self.options.min_severity or "info", self.options.baseline
            return Run(tuple(inputs), (), self._settings(None), shown, baseline, catalogue=self.catalogue)
        from vnetlint.config import model

        loaded = model.load(os.path.abspath(path), self.catalogue)
        shown = self.options.min_severity or loaded.config.min_severity
        baseline, place = self.options.baseline, ""
        if baseline is None and (named := loaded.config.baseline) is not None:
            baseline, place = loaded.resolve(named, "baseline"), loaded.place("baseline")
        context, settings = tuple(self._context(loaded, inputs)), self._settings(loaded)
        return Run(tuple(inputs), context, settings, shown, baseline, place, loaded.catalogue)

    def _settings(self, loaded: "Loaded | None") -> Settings:
        """Return the settings of a group."""
        options, own = self.options, loaded.config if loaded else None
        catalogue = loaded.catalogue if loaded else self.catalogue
        target = options.target or (own.target_libvirt if own else None)
        settings = Settings(
            rules=self._rules(own, catalogue),
            host=_host(options.host or _file(loaded, own.host if own else None, "host")),
            fixing=self._fixing(own, catalogue),
            target=parse_version(target) if target else None,
            schemas=folder_of(options.schemas) if options.schemas else _schemas(loaded),
            policies=tuple(dict.fromkeys((*self._policies, *(loaded.policies if loaded else ())))),
        )
        if loaded is None or own is None:
            return settings
        metadata = ((namespace, _schema(loaded, path, namespace)) for namespace, path in own.metadata.items())
        return replace(
            settings,
            complete=own.complete,
            external=frozenset(own.external),
            severity=own.severity,
            ignores=tuple(self._file_ignores(loaded)),
            metadata=dict(metadata),
            placeholders=own.placeholders,
            options=loaded.options,
            expectations=tuple(_expectations(loaded)),
        )

    def _rules(self, own: "Config | None", catalogue: Catalogue) -> frozenset[str]:
        options, select = self.options, catalogue.select
        chosen = select(options.select or (own.select if own else ["default"]))
        if own and not options.select:
            chosen = (chosen | select(own.extend_select)) - select(own.ignore)
        return (chosen | select(options.extend_select)) - select(options.ignore)

    def _fixing(self, own: "Config | None", catalogue: Catalogue) -> FixPolicy:
        selected = (*self.options.select, *self.options.extend_select)
        # A rule that is selected by its own name is fixed whatever the severity of its findings.
        named = [each for each in selected if each in catalogue.by_any_name]
        return FixPolicy(
            unsafe=self.options.unsafe,
            threshold=self.options.fail_on,
            fixable=catalogue.select((*named, *(own.fixable if own else ()))),
            unfixable=catalogue.select(own.unfixable if own else ()),
            choices=self.options.choices,
        )

    def _file_ignores(self, loaded: "Loaded") -> Iterator[FileIgnore]:
        """Yield the entries of per-file-ignores. Raises ConfigError if a pattern matches no file."""
        walked: dict[str, list[str]] = {}
        for pattern, names in loaded.config.per_file_ignores.items():
            folder = loaded.folder("per-file-ignores", pattern)
            matches = matcher(folder, [pattern])
            if folder not in walked:
                walked[folder] = list(walk(folder))
            if not any(matches(path) for path in walked[folder]):
                raise ConfigError(f"{loaded.place('per-file-ignores', pattern)}: no file matches '{pattern}'")
            yield FileIgnore(folder, pattern, loaded.catalogue.select(names))

    def _context(self, loaded: "Loaded", inputs: Sequence[Input]) -> Iterable[Source]:
        """Yield the files that the configuration adds: those of `include`, by default all in its folder.

        Raises ConfigError if `include` is set and matches no file.
        """
        named = {each.path for each in inputs}
        patterns, folder = loaded.config.include, loaded.folder("include")
        matches = matcher(folder, patterns)
        found = [path for path in walk(folder) if matches(path)]
        if loaded.origin("include") and patterns and not found:
            raise ConfigError(f"{loaded.place('include')}: no file matches {' or '.join(patterns)}")
        for path in found:
            shown = display(path)
            if shown not in named and isinstance(source := self.read(shown), Source):
                yield source


def _policies(names: Iterable[str]) -> tuple[Source, ...]:
    """Return the policies that the command line names."""
    if not names:
        return ()
    from vnetlint.policy.packs import policy_source

    return tuple(map(policy_source, names))


def _with(catalogue: Catalogue, policies: tuple[Source, ...]) -> Catalogue:
    if not policies:
        return catalogue
    from vnetlint.policy.load import with_policies

    return with_policies(catalogue, policies)


def _expectations(loaded: "Loaded") -> Iterator[Expectation]:
    """Yield the entries of `expect`."""
    if (origin := loaded.origin("expect")) is not None:
        yield from expectations(origin.file, loaded.config)


def expectations(file: ConfigFile, config: "Config") -> Iterator[Expectation]:
    """Yield the entries of `expect` that a file contains."""
    source = Source(FileKey(display(file.path)), file.text)
    for number, each in enumerate(config.expect):
        yield Expectation(
            each.source,
            each.target,
            each.verdict,
            file=source,
            span=file.line_from("expect", number),
            source_place=file.place("expect", number, "from"),
            target_place=file.place("expect", number, "to"),
            protocol=each.protocol,
            port=each.port,
            family=each.family,
            reason=each.reason,
        )


def _schemas(loaded: "Loaded | None") -> Path | None:
    name = loaded.config.schemas if loaded else "bundled"
    if loaded is None or name in ("bundled", "system"):
        return _placed(lambda: folder_of(name), loaded, "schemas")
    return _placed(lambda: folder_of(loaded.resolve(name, "schemas")), loaded, "schemas")


def _schema(loaded: "Loaded", path: str, namespace: str) -> Path:
    """Return the schema of a namespace in `<metadata>`. Raises ConfigError if it is not a .rng or .xsd file."""
    found = _file(loaded, path, "metadata", namespace)
    if found is None or not found.endswith((".rng", ".xsd")):
        raise ConfigError(
            f"{loaded.place('metadata', namespace)}: {path} is not a schema: expected a .rng or .xsd file"
        )
    return Path(found)


def _file(loaded: "Loaded | None", path: str | None, *keys: str) -> str | None:
    """Return the path of a file that the configuration names. Raises ConfigError if there is no such file."""
    if loaded is None or path is None:
        return None
    found = loaded.resolve(path, *keys)
    if not os.path.isfile(found):
        reason = "is not a regular file" if os.path.lexists(found) else "does not exist"
        raise ConfigError(f"{loaded.place(*keys)}: {found} {reason}")
    return found


def _host(path: str | None) -> "Host | None":
    if path is None:
        return None
    from vnetlint import host

    return host.load(path)


def _placed(ask: Callable[[], _Value], loaded: "Loaded | None", key: str) -> _Value:
    """Return the result of `ask`. Raises ConfigError with the position of `key` in the place of another UserError."""
    try:
        return ask()
    except UserError as error:
        raise (ConfigError(f"{loaded.place(key)}: {error}") if loaded else error) from None
