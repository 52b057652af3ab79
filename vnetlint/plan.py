"""From what the user asks to what the engine gets: files in groups that share a configuration, each with its settings.

Options of the command line and settings of an editor override the configuration, which overrides the defaults.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vnetlint import files
from vnetlint.configfile import ConfigError, nearest
from vnetlint.errors import UserError
from vnetlint.finding import Severity
from vnetlint.fixes import FixPolicy
from vnetlint.registry import Rule, select
from vnetlint.result import Input
from vnetlint.schema.sets import folder_of
from vnetlint.settings import FileIgnore, Settings
from vnetlint.version import parse_version
from vnetlint.xml.source import Source

if TYPE_CHECKING:
    from vnetlint.config import Config, Loaded
    from vnetlint.host import Host

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Options:
    """The settings that the command line or an editor gives; None where it gives none."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    host: str | None = None
    target: str | None = None
    schemas: str | None = None
    config: str | None = None
    isolated: bool = False
    unsafe: bool = False
    fail_on: Severity = "warning"
    """The mildest severity that is fixed in bulk."""
    fixable: tuple[str, ...] = ()
    """Rules that are fixed in bulk whatever their severity."""
    choices: Mapping[str, int] = field(default_factory=dict)
    """By rule name, the number of the fix to make."""
    min_severity: Severity | None = None


@dataclass(frozen=True)
class Run:
    """One call of the engine."""

    inputs: tuple[Input, ...]
    context: tuple[Source, ...]
    settings: Settings
    min_severity: Severity = "info"
    """The mildest severity that is shown."""


def check_rules(options: Options) -> None:
    """Check the names of rules in the options before anything is read. Raises UnknownRuleError."""
    select((*options.select, *options.extend_select, *options.ignore))


Read = Callable[[str], Input]
"""Reads a file; an editor has unsaved texts in place of those on the disk."""


def plan(inputs: Sequence[Input], options: Options, read: Read = files.read) -> list[Run]:
    """Group files by their configuration. Raises ConfigError."""
    groups: dict[str | None, list[Input]] = {}
    for each in inputs:
        groups.setdefault(config_for(each.path, options), []).append(each)
    return [run_under(config, group, options, read) for config, group in groups.items()]


def config_for(path: str, options: Options) -> str | None:
    """Return the configuration of a file. Raises ConfigError."""
    if options.isolated:
        return None
    if options.config is not None:
        return options.config
    return nearest(path)


def run_under(path: str | None, inputs: Sequence[Input], options: Options, read: Read = files.read) -> Run:
    """Return the run of the files that share a configuration, or have none. Raises ConfigError."""
    if path is None:
        return Run(tuple(inputs), (), _settings(options, None), options.min_severity or "info")
    from vnetlint import config

    loaded = config.load(os.path.abspath(path))
    shown = options.min_severity or loaded.config.min_severity
    return Run(tuple(inputs), tuple(_context(loaded, inputs, read)), _settings(options, loaded), shown)


def _settings(options: Options, loaded: "Loaded | None") -> Settings:
    """Return the settings of a group."""
    own = loaded.config if loaded else None
    target = options.target or (own.target_libvirt if own else None)
    settings = Settings(
        rules=_rules(options, loaded),
        host=_host(options.host or _file(loaded, own.host if own else None, "host")),
        fixing=_fixing(options, own),
        target=parse_version(target) if target else None,
        schemas=folder_of(options.schemas) if options.schemas else _schemas(loaded),
    )
    if loaded is None or own is None:
        return settings
    metadata = ((namespace, _schema(loaded, path, namespace)) for namespace, path in own.metadata.items())
    return replace(
        settings,
        complete=own.complete,
        external=frozenset(own.external),
        severity=own.severity,
        ignores=tuple(_file_ignores(loaded)),
        metadata=dict(metadata),
        placeholders=_placeholders(own.placeholders),
        options=loaded.options,
    )


def _placeholders(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    if not patterns:
        return ()
    from vnetlint.schema.regex import searcher

    return tuple(searcher(pattern) for pattern in patterns)


def _fixing(options: Options, own: "Config | None") -> FixPolicy:
    fixable = select((*options.fixable, *(own.fixable if own else ())))
    unfixable = select(own.unfixable if own else ())
    return FixPolicy(
        unsafe=options.unsafe,
        threshold=options.fail_on,
        fixable=frozenset(rule.name for rule in fixable),
        unfixable=frozenset(rule.name for rule in unfixable),
        choices=options.choices,
    )


def _schemas(loaded: "Loaded | None") -> Path | None:
    name = loaded.config.schemas if loaded else "bundled"
    if loaded is None or name in ("bundled", "system"):
        return _told(lambda: folder_of(name), loaded, "schemas")
    return _told(lambda: folder_of(loaded.resolve(name, "schemas")), loaded, "schemas")


def _schema(loaded: "Loaded", path: str, namespace: str) -> Path:
    """Return the schema of a namespace in `<metadata>`. Raises ConfigError."""
    found = _file(loaded, path, "metadata", namespace)
    if found is None or not found.endswith((".rng", ".xsd")):
        raise ConfigError(
            f"{loaded.place('metadata', namespace)}: {path} is not a schema: expected a .rng or .xsd file"
        )
    return Path(found)


def _file(loaded: "Loaded | None", path: str | None, *keys: str) -> str | None:
    """Return the path of a file that the configuration names. Raises ConfigError where there is none."""
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


def _rules(options: Options, loaded: "Loaded | None") -> frozenset[Rule]:
    own = loaded.config if loaded else None
    chosen = select(options.select or (own.select if own else ["default"]))
    if own and not options.select:
        chosen = (chosen | select(own.extend_select)) - select(own.ignore)
    return (chosen | select(options.extend_select)) - select(options.ignore)


def _file_ignores(loaded: "Loaded") -> Iterator[FileIgnore]:
    """Read per-file-ignores. A pattern that matches no file is a mistake, so it is an error."""
    from vnetlint.gitignore import matcher

    walked: dict[str, list[str]] = {}
    for pattern, names in loaded.config.per_file_ignores.items():
        folder = loaded.folder("per-file-ignores", pattern)
        matches = matcher(folder, [pattern])
        if folder not in walked:
            walked[folder] = list(files.walk(folder))
        if not any(matches(path) for path in walked[folder]):
            raise ConfigError(f"{loaded.place('per-file-ignores', pattern)}: no file matches '{pattern}'")
        yield FileIgnore(matches, select(names))


def _context(loaded: "Loaded", inputs: Sequence[Input], read: Read) -> Iterable[Source]:
    """The files that the configuration adds: those of `include`, by default its whole folder."""
    from vnetlint.gitignore import matcher

    named = {each.path for each in inputs}
    patterns, folder = loaded.config.include, loaded.folder("include")
    matches = matcher(folder, patterns)
    found = [path for path in files.walk(folder) if matches(path)]
    if loaded.origin("include") and patterns and not found:
        raise ConfigError(f"{loaded.place('include')}: no file matches {' or '.join(patterns)}")
    for path in found:
        shown = files.display(path)
        if shown not in named and isinstance(source := read(shown), Source):
            yield source


def _told(ask: Callable[[], _Value], loaded: "Loaded | None", key: str) -> _Value:
    """Add the place in the configuration to an error that a key causes. Raises UserError."""
    try:
        return ask()
    except UserError as error:
        raise (ConfigError(f"{loaded.place(key)}: {error}") if loaded else error) from None
