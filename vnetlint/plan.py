"""From what was asked to what the engine is given: files in groups that share a configuration, each with its settings.

What a face asks for (an option of the command line, a setting of an editor) stands above the configuration, and that
above what is built in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from vnetlint import files
from vnetlint.configfile import ConfigError, nearest
from vnetlint.engine import FileIgnore, Input, Settings
from vnetlint.errors import UserError
from vnetlint.registry import Rule, find, select
from vnetlint.schema.sets import folder_of
from vnetlint.version import parse_version
from vnetlint.xml.source import Source

if TYPE_CHECKING:
    from vnetlint.config import Loaded
    from vnetlint.host import Host

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Options:
    """What a face says of settings; None is nothing."""

    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    host: str | None = None
    target: str | None = None
    schemas: str | None = None
    config: str | None = None
    isolated: bool = False
    unsafe: bool = False


@dataclass(frozen=True)
class Run:
    """One call of the engine."""

    inputs: tuple[Input, ...]
    context: tuple[Source, ...]
    settings: Settings


def check_rules(options: Options) -> None:
    """Hold the names of rules in the options against those that there are, before anything is read."""
    select((*options.select, *options.extend_select, *options.ignore))


Read = Callable[[str], Input]
"""How the text of a file is had: an editor's unsaved one stands above what the disk has."""


def plan(inputs: Sequence[Input], options: Options, read: Read = files.read) -> list[Run]:
    """Group files by the configuration that holds for them. Raises ConfigError."""
    groups: dict[str | None, list[Input]] = {}
    for each in inputs:
        groups.setdefault(_config_of(each, options), []).append(each)
    return [_run(config, group, options, read) for config, group in groups.items()]


def _config_of(each: Input, options: Options) -> str | None:
    if options.isolated:
        return None
    if options.config is not None:
        return options.config
    return nearest(each.path)


def _run(path: str | None, inputs: list[Input], options: Options, read: Read) -> Run:
    if path is None:
        return Run(tuple(inputs), (), _settings(options, None))
    from vnetlint import config

    loaded = config.load(path)
    return Run(tuple(inputs), tuple(_context(loaded, inputs, read)), _settings(options, loaded))


def _settings(options: Options, loaded: "Loaded | None") -> Settings:
    """Put the settings of a group together."""
    own = loaded.config if loaded else None
    host = options.host or (loaded.resolve(own.host) if loaded and own and own.host else None)
    target = options.target or (own.target_libvirt if own else None)
    schemas = options.schemas or (own.schemas if own else "bundled")
    if loaded and own and not options.schemas and schemas not in ("bundled", "system"):
        schemas = loaded.resolve(schemas)
    settings = Settings(
        rules=_rules(options, loaded),
        host=_host(host),
        unsafe=options.unsafe,
        target=_told(lambda: parse_version(target), loaded, "target-libvirt") if target else None,
        schemas=_told(lambda: folder_of(schemas), loaded, "schemas"),
    )
    if loaded is None or own is None:
        return settings
    return replace(
        settings,
        complete=own.complete,
        external=frozenset(own.external),
        severity={_told(partial(find, name), loaded, "severity").name: each for name, each in own.severity.items()},
        ignores=tuple(_file_ignore(pattern, names, loaded) for pattern, names in own.per_file_ignores.items()),
        metadata={namespace: Path(loaded.resolve(path)) for namespace, path in own.metadata.items()},
    )


def _host(path: str | None) -> "Host | None":
    if path is None:
        return None
    from vnetlint import host

    return host.load(path)


def _rules(options: Options, loaded: "Loaded | None") -> frozenset[Rule]:
    own = loaded.config if loaded else None
    chosen = _selected(own.select if own and own.select is not None else ["default"], loaded, "select")
    if loaded and own:
        chosen |= _selected(own.extend_select, loaded, "extend-select")
        chosen -= _selected(own.ignore, loaded, "ignore")
    if options.select:
        chosen = _selected(options.select)
    return (chosen | _selected(options.extend_select)) - _selected(options.ignore)


def _selected(names: Iterable[str], loaded: "Loaded | None" = None, key: str = "") -> frozenset[Rule]:
    return _told(lambda: select(names), loaded, key)


def _file_ignore(pattern: str, names: Sequence[str], loaded: "Loaded") -> FileIgnore:
    """One entry of per-file-ignores. A pattern that fits no file is a mistake that would go unnoticed."""
    from vnetlint.config import place_of
    from vnetlint.gitignore import matcher

    matches = matcher(str(loaded.folder.absolute()), [pattern])
    if not any(matches(path) for path in files.walk(str(loaded.folder))):
        raise ConfigError(f"{place_of(loaded, 'per-file-ignores', pattern)}: no file matches '{pattern}'")
    return FileIgnore(matches, _selected(names, loaded, "per-file-ignores"))


def _context(loaded: "Loaded", inputs: Sequence[Input], read: Read) -> Iterable[Source]:
    """The files that the configuration adds to what was named: those that `include` says, else its folder."""
    from vnetlint.config import place_of
    from vnetlint.gitignore import matcher

    named = {each.path for each in inputs}
    patterns = loaded.config.include
    matches = None if patterns is None else matcher(str(loaded.folder.absolute()), patterns)
    found = [path for path in files.walk(str(loaded.folder)) if matches is None or matches(path)]
    if patterns and not found:
        raise ConfigError(f"{place_of(loaded, 'include')}: no file matches {' or '.join(patterns)}")
    for path in found:
        shown = files.display(path)
        if shown not in named and isinstance(source := read(shown), Source):
            yield source


def _told(ask: Callable[[], _Value], loaded: "Loaded | None" = None, key: str = "") -> _Value:
    """Ask, and where it cannot be answered, tell the place in the configuration that asks. Raises UserError."""
    if loaded is None:
        return ask()
    try:
        return ask()
    except UserError as error:
        from vnetlint.config import place_of

        raise ConfigError(f"{place_of(loaded, key, getattr(error, 'name', ''))}: {error}") from None
