"""Plan the runs of the engine: files are grouped by their configuration, and each group has its settings.

Options of the command line and settings of an editor override the configuration, which overrides the defaults.

The engine knows what settings mean; this module knows where they come from. Each group is one call of `lint` or `fix`.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vnetlint.config.exclude import Exclusions
from vnetlint.config.file import ConfigError, nearest
from vnetlint.config.runoptions import RunOptions
from vnetlint.dataclass import dataclass
from vnetlint.errors import UserError
from vnetlint.files.find import walk
from vnetlint.files.paths import CONFIGURATION, display
from vnetlint.files.read import read
from vnetlint.finding import Severity
from vnetlint.inputkey import FileKey
from vnetlint.rulebook.catalogue import Catalogue, UnknownRuleError, builtin
from vnetlint.rulebook.plugins import installed, plugins
from vnetlint.schema.sets import folder_of
from vnetlint.settings import Expectation, FileIgnore, FixPolicy, Settings
from vnetlint.version import parse_version
from vnetlint.xml.source import Input, Source

if TYPE_CHECKING:
    from vnetlint.config.layout import OverrideMap, Overrides
    from vnetlint.config.load import KeyOrigin, Loaded
    from vnetlint.config.model import Config
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
    is_excluded: Callable[[str], object] = lambda path: False
    """Whether a configuration excludes a file."""


Read = Callable[[str], Input]
"""Returns the file at a path as an input. The language server has one with a cache."""


class RunPlanner:
    """Makes runs from options, with the rules of a catalogue."""

    def __init__(self, options: RunOptions, read: Read = read, catalogue: Catalogue | None = None) -> None:
        self.options = options
        self.read = read
        self.exclusions = Exclusions(options.config, isolated=options.isolated)
        self._layouts: dict[str, OverrideMap] = {}
        self._checked: set[str] = set()
        self._walked: dict[str, list[str]] = {}
        self._matched: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self._policies = _policies(options.policies)
        self.catalogue = _with(catalogue or installed(), self._policies)

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
        return self.loaded(path).catalogue

    def plan(self, inputs: Sequence[Input]) -> list[Run]:
        """Return a run for each group of files that share a configuration and its overrides.

        Raises UserError, such as ConfigError, if the options, a configuration or the inventory cannot be used.
        """
        by_folder: dict[str, str | None] = {}
        configured: dict[str | None, list[Input]] = {}
        for each in inputs:
            folder = os.path.dirname(each.path)
            if folder not in by_folder:
                by_folder[folder] = self.config_for(each.path)
            configured.setdefault(by_folder[folder], []).append(each)
        return [run for config, group in configured.items() for run in self._runs_under(config, group)]

    def _runs_under(self, config: str | None, inputs: Sequence[Input]) -> Iterator[Run]:
        groups: dict[Overrides, list[Input]] = {}
        for each in inputs:
            groups.setdefault(self.overrides_for(config, each.path), []).append(each)
        for overrides, group in groups.items():
            yield self.run_under(config, group, overrides, inputs)

    def config_for(self, path: str) -> str | None:
        """Return the path of the configuration that applies to a file, or None.

        Raises ConfigError if a pyproject.toml above the file cannot be read.
        """
        if self.options.isolated:
            return None
        if self.options.config is not None:
            return self.options.config
        return nearest(path)

    def loaded(self, path: str, overrides: "Overrides" = ()) -> "Loaded":
        """Return the configuration at a path, with some of its overrides. Raises ConfigError if it cannot be used."""
        # Most runs of a single file have no configuration.
        from vnetlint.config.load import load

        return load(os.path.abspath(path), self.catalogue, overrides)

    def run_alone(self, inputs: Sequence[Input]) -> Run:
        """Return the run of what a running host defines, under the configuration of the current folder.

        The files, the inventory and the target that it names are not of that host, and nothing is external by default.
        """
        return self.run_under(self.config_for(CONFIGURATION), inputs, alone=True)

    def overrides_for(self, config: str | None, path: str) -> "Overrides":
        """Return the entries of `overrides` of a configuration that apply to a file. Raises ConfigError as `plan`."""
        return self.layout(config).of(path) if config is not None else ()

    def layout(self, config: str) -> "OverrideMap":
        """Return which files the overrides of a configuration are about. Raises ConfigError as `plan`."""
        if config not in self._layouts:
            from vnetlint.config.layout import OverrideMap

            self._layouts[config] = OverrideMap(self.loaded(config))
        return self._layouts[config]

    def run_under(
        self,
        path: str | None,
        inputs: Sequence[Input],
        overrides: "Overrides" = (),
        beside: Iterable[Input] = (),
        *,
        alone: bool = False,
    ) -> Run:
        """Return the run of files that share the configuration at `path`, or have none if it is None.

        `overrides` are the entries that apply to the files, and `beside` are those that all runs under it check. Raises
        UserError, such as ConfigError, if the options, the configuration or the inventory cannot be used.
        """
        if path is None:
            shown, baseline = self.options.min_severity or "info", self.options.baseline
            settings = self._settings(None, alone)
            return Run(tuple(inputs), (), settings, shown, baseline, "", self.catalogue, self.exclusions.of)
        layout = self.layout(path)
        if layout.entries and path not in self._checked and not alone:
            layout.check(self._below(layout.folder))
            self._checked.add(path)
        loaded = self.loaded(path, overrides)
        shown = self.options.min_severity or loaded.config.min_severity
        baseline, place = self.options.baseline, ""
        if baseline is None and (named := loaded.config.baseline) is not None:
            baseline, place = loaded.resolve(named, "baseline"), loaded.place("baseline")
        settings, host = self._settings(loaded, alone), layout.host(overrides)
        context: tuple[Source, ...] = ()
        if not alone:
            others = (each for each in beside if layout.sees(host, each.path))
            context = tuple(self._context(loaded, inputs, others, lambda each: layout.sees(host, each)))
            if layout.has_hosts:
                settings = replace(settings, one_host=host is not None, expectations=_about_hosts(loaded, settings))
        return Run(tuple(inputs), context, settings, shown, baseline, place, loaded.catalogue, self.exclusions.of)

    def _settings(self, loaded: "Loaded | None", alone: bool) -> Settings:
        """Return the settings of a group."""
        options, own = self.options, loaded.config if loaded else None
        catalogue = loaded.catalogue if loaded else self.catalogue
        target = options.target or (own.target_libvirt if own and not alone else None)
        settings = Settings(
            rules=self._rules(own, catalogue),
            host=_host(options.host or _file(loaded, own.host if own and not alone else None, "host")),
            fixing=self._fixing(own, catalogue),
            target=parse_version(target) if target else None,
            schemas=folder_of(options.schemas) if options.schemas else _schemas(loaded),
            policies=tuple(dict.fromkeys((*self._policies, *(loaded.policies if loaded else ())))),
            plugins=tuple(sorted({each.package for each in catalogue if each.package})) if plugins() else (),
        )
        if alone:
            settings = replace(settings, external=frozenset())
        if loaded is None or own is None:
            return settings
        metadata = ((namespace, _schema(loaded, path, namespace)) for namespace, path in own.metadata.items())
        return replace(
            settings,
            complete=own.complete,
            external=settings.external if alone and not loaded.origin("external") else frozenset(own.external),
            severity=own.severity,
            ignores=tuple(self._file_ignores(loaded)),
            metadata=dict(metadata),
            placeholders=own.placeholders,
            options=loaded.options,
            expectations=tuple(_expectations(loaded)),
        )

    def _rules(self, own: "Config | None", catalogue: Catalogue) -> frozenset[str]:
        options, select = self.options, catalogue.select
        if own is None and not (options.select or options.extend_select or options.ignore):
            # The same, without loading the rules.
            return Settings.rules
        chosen = select(options.select or (own.select if own else ["default"]))
        if own and not options.select:
            chosen = (chosen | select(own.extend_select)) - select(own.ignore)
        return (chosen | select(options.extend_select)) - select(options.ignore)

    def _fixing(self, own: "Config | None", catalogue: Catalogue) -> FixPolicy:
        selected = (*self.options.select, *self.options.extend_select)
        # A rule that is selected by its own name is fixed whatever the severity of its findings.
        named = [each for each in selected if each in catalogue.by_any_name] if selected else []
        return FixPolicy(
            unsafe=self.options.unsafe,
            threshold=self.options.fail_on,
            fixable=catalogue.select((*named, *(own.fixable if own else ()))),
            unfixable=catalogue.select(own.unfixable if own else ()),
            choices=self.options.choices,
        )

    def _file_ignores(self, loaded: "Loaded") -> Iterator[FileIgnore]:
        """Yield the entries of per-file-ignores. Raises ConfigError if a pattern matches no file."""
        from vnetlint.files.gitignore import matcher

        for pattern, names in loaded.config.per_file_ignores.items():
            folder = loaded.folder("per-file-ignores", pattern)
            matches = matcher(folder, [pattern])
            if not any(matches(path) for path in self._below(folder)):
                hint = " that is not excluded" if loaded.config.exclude else ""
                raise ConfigError(f"{loaded.place('per-file-ignores', pattern)}: no file matches '{pattern}'{hint}")
            yield FileIgnore(folder, pattern, loaded.catalogue.select(names))

    def _below(self, folder: str) -> list[str]:
        """Return the files below a folder that are not excluded."""
        if folder not in self._walked:
            self._walked[folder] = list(walk(folder, self.exclusions))
        return self._walked[folder]

    def _included(self, folder: str, patterns: tuple[str, ...]) -> list[str]:
        """Return the files below a folder that patterns match and that are not excluded."""
        from vnetlint.files.gitignore import matcher

        if (folder, patterns) not in self._matched:
            matches = matcher(folder, patterns)
            self._matched[folder, patterns] = [path for path in self._below(folder) if matches(path)]
        return self._matched[folder, patterns]

    def _context(
        self, loaded: "Loaded", inputs: Sequence[Input], beside: Iterable[Input], sees: Callable[[str], bool]
    ) -> Iterable[Source]:
        """Yield the files that the configuration adds: those of `include`, by default all in its folder.

        Of these only those that the project sees, and also what other runs of the project check.

        Raises ConfigError if `include` is set and matches no file.
        """
        named = {each.path for each in inputs}
        others = {each.path: each for each in beside if each.path not in named}
        patterns, folder = loaded.config.include, loaded.folder("include")
        found = self._included(folder, patterns)
        if loaded.origin("include") and patterns and not found:
            raise ConfigError(f"{loaded.place('include')}: no file matches {' or '.join(patterns)}")
        seen = [shown for path in found if sees(path) and (shown := display(path)) not in named]
        for path in dict.fromkeys((*seen, *others)):
            if isinstance(source := others.get(path) or self.read(path), Source):
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
        yield from expectations(origin, loaded.config)


def _about_hosts(loaded: "Loaded", settings: Settings) -> tuple[Expectation, ...]:
    """Return the expectations of one host of several. Those of the configuration are about each that has both ends."""
    origin = loaded.origin("expect")
    is_own = origin is not None and origin.keys[0] == "overrides"
    return tuple(replace(each, must_name=is_own) for each in settings.expectations)


def expectations(origin: "KeyOrigin", config: "Config") -> Iterator[Expectation]:
    """Yield the entries of `expect`, which is at an origin."""
    file, keys = origin.file, origin.keys
    source = Source(FileKey(display(file.path)), file.text)
    for number, each in enumerate(config.expect):
        yield Expectation(
            each.source,
            each.target,
            each.verdict,
            file=source,
            span=file.line_from(*keys, number),
            source_place=file.place(*keys, number, "from"),
            target_place=file.place(*keys, number, "to"),
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
