"""Loads a configuration: the nearest file and those that it extends, laid over each other, with their overrides.

The nearest file is used. It may `extend` another one. Its keys, and in tables its entries, then override those of the
other one. For some files, entries of `overrides` override both. Paths and patterns are relative to the folder of the
file that contains them. Nothing in a configuration is executed.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from vnetlint.config import keptvalues
from vnetlint.config.chain import MAX_OVERRIDES
from vnetlint.config.chain import chain as chain_of
from vnetlint.config.chain import forget as forget_files
from vnetlint.config.file import ConfigError, ConfigFile
from vnetlint.dataclass import dataclass
from vnetlint.files.paths import display, invalid
from vnetlint.files.tomlplaces import Keys
from vnetlint.rulebook.catalogue import Catalogue, builtin
from vnetlint.validation import shown
from vnetlint.xml.source import Source

if TYPE_CHECKING:
    from vnetlint.config.model import Config

_TABLES = {"severity": 1, "per-file-ignores": 1, "metadata": 1, "options": 2}
"""The depth of the tables that are merged with those of an extended configuration."""


@dataclass(frozen=True)
class KeyOrigin:
    """Where a key is set: the file, and the path of keys as it is written there."""

    file: ConfigFile
    keys: Keys


@dataclass(frozen=True, eq=False)
class Loaded:
    """A configuration with its files and the origin of each key. Rules are identified by name, never by code."""

    config: "Config"
    chain: tuple[ConfigFile, ...]
    """The file that is used, and those that it extends, directly or through others."""
    origins: Mapping[Keys, KeyOrigin]
    options: Mapping[str, object]
    """The options that it sets, by rule name: each is an instance of the rule's dataclass."""
    policies: tuple[Source, ...]
    """The policy files that it names."""
    catalogue: Catalogue
    """The rules that it may name: also those of its policies."""

    @property
    def path(self) -> str:
        """The file that is used."""
        return self.chain[0].path

    def origin(self, *keys: str | int) -> KeyOrigin | None:
        """Return where a key, or the table around it, is set. None means that the key has its default."""
        return origin_of(self.origins, keys)

    def place(self, *keys: str | int) -> str:
        """Return `file:line:column` of a key, for a message."""
        origin = self.origin(*keys)
        return origin.file.place(*origin.keys) if origin else display(self.path)

    def folder(self, *keys: str | int) -> str:
        """Return the folder that a path or pattern is relative to."""
        origin = self.origin(*keys)
        return origin.file.folder if origin else self.chain[0].folder

    def resolve(self, path: str, *keys: str | int) -> str:
        """Return the path, as reports show it, of a file that the configuration names at a key."""
        return display(os.path.join(self.folder(*keys), path))


@cache
def load(
    path: str, catalogue: Catalogue | None = None, overrides: tuple[int, ...] = (), *, anew: bool = False
) -> Loaded:
    """Return a configuration, together with those that it extends, as it is for files to which some overrides apply.

    `catalogue` has the rules that it may name, by default vnetlint's own. Of `overrides`, numbers of valid entries in
    order, the later ones win. `anew` is whether it is validated even if an earlier run did so. Raises ConfigError for
    the fault that comes first in the files, because a run cannot go on with any.
    """
    catalogue = builtin() if catalogue is None else catalogue
    chain = chain_of(os.path.abspath(path))
    layers = [*_entries(chain, overrides), *(_Layer(each.table, KeyOrigin(each, ())) for each in chain)]
    policies = tuple(_policies(layers))
    known = _with(catalogue, policies)
    table: dict[str, Any] = {}
    origins: dict[Keys, KeyOrigin] = {}
    for layer in layers:
        _lay(table, layer.table, layer.at, (), 0, origins, known)
    # An entry may name the rules of its own policies.
    own = () if overrides else tuple(each for entry in _every_entry(chain) for each in _policies([entry]))
    named = _with(known, own)
    if overrides:
        del table["overrides"]
    # Rules of policies and plugins may change while the texts stay the same.
    may_be_kept = named is builtin()
    values = keptvalues.get(chain, overrides, named) if may_be_kept and not anew else None
    if values is None:
        from vnetlint.config.validate import validated

        values = validated(table, chain, origins, named)
        if may_be_kept:
            keptvalues.put(chain, overrides, values)
    return Loaded(values.config, chain, origins, values.options, policies, known)


@dataclass(frozen=True)
class _Layer:
    """A table of keys, and where it is. Of several layers the first that has a key sets it."""

    table: Mapping[str, Any]
    at: KeyOrigin


def _entries(chain: Iterable[ConfigFile], numbers: Iterable[int]) -> list[_Layer]:
    """Return entries of `overrides` as layers, the last one first."""
    every = _every_entry(chain)
    return [_Layer({key: each for key, each in every[number].table.items() if key != "files"}, every[number].at)
            for number in reversed(tuple(numbers))]  # fmt: skip


def _every_entry(chain: Iterable[ConfigFile]) -> list[_Layer]:
    """Return all entries of `overrides`, which the first file has that has the key. The model judges their types."""
    file = next((each for each in chain if "overrides" in each.table), None)
    entries = file.table["overrides"] if file else ()
    if file is None or not isinstance(entries, list):
        return []
    shaped = ((number, each) for number, each in enumerate(entries[:MAX_OVERRIDES]) if isinstance(each, dict))
    return [_Layer(each, KeyOrigin(file, ("overrides", number))) for number, each in shaped]


def _with(catalogue: Catalogue, policies: tuple[Source, ...]) -> Catalogue:
    if not policies:
        return catalogue
    from vnetlint.policy.load import with_policies

    return with_policies(catalogue, policies)


def _policies(layers: Iterable[_Layer]) -> Iterator[Source]:
    """Yield the policies that a configuration names: the first layer that has the key. The model judges its type."""
    layer = next((each for each in layers if "policies" in each.table), None)
    named = layer.table["policies"] if layer else ()
    for number, name in enumerate(named if isinstance(named, list) else ()):
        if layer is not None and isinstance(name, str) and name:
            file = layer.at.file
            place = file.place(*layer.at.keys, "policies", number)
            if reason := invalid(name):
                raise ConfigError(f"{place}: {reason}")
            from vnetlint.policy.packs import policy_source

            yield policy_source(name, file.folder, place)


def forget() -> None:
    """Clear the caches of configurations, for a process during which files may change."""
    load.cache_clear()
    forget_files()


def _lay(
    table: dict[str, Any],
    own: Mapping[str, Any],
    at: KeyOrigin,
    keys: Keys,
    depth: int,
    origins: dict[Keys, KeyOrigin],
    catalogue: Catalogue,
) -> None:
    """Add the keys of a file to `table`, unless they are set already. The code of a rule is replaced by its name."""
    for key, value in own.items():
        name = _rule_name(key, catalogue) if keys in (("severity",), ("options",)) else key
        within, here = (*keys, name), KeyOrigin(at.file, (*at.keys, key))
        earlier = origins.get(within)
        if earlier is not None and (earlier.file, earlier.keys[:-1]) == (at.file, at.keys):
            words = f"'{earlier.keys[-1]}' and '{key}' are the same rule"
            raise ConfigError(f"{at.file.place(*here.keys)}: {shown(at.keys)}: {words}")
        deeper = depth - 1 if keys else _TABLES.get(key, 0)
        if deeper > 0 and isinstance(value, dict):
            origins.setdefault(within, here)
            below = table.setdefault(name, {})
            if isinstance(below, dict):
                _lay(below, value, here, within, deeper, origins, catalogue)
        elif name not in table:
            table[name] = value
            origins[within] = here


def _rule_name(name: str, catalogue: Catalogue) -> str:
    rule = catalogue.by_any_name.get(name)
    return rule.name if rule else name


def origin_of(origins: Mapping[Keys, KeyOrigin], keys: Keys) -> KeyOrigin | None:
    """Return where a key, or the table around it, is set."""
    for depth in range(len(keys), 0, -1):
        if origin := origins.get(keys[:depth]):
            return KeyOrigin(origin.file, (*origin.keys, *keys[depth:]))
    return None
