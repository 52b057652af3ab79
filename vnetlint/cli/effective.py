"""The configuration of a file as it takes effect: each key with its value, and where it is set, as TOML or JSON."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from vnetlint.config.exclude import Exclusion
from vnetlint.config.found import PassedOver, passed_over
from vnetlint.config.load import KeyOrigin, Loaded, load
from vnetlint.config.model import Config
from vnetlint.config.plan import RunPlanner
from vnetlint.config.ruleoptions import model_of
from vnetlint.config.runoptions import RunOptions
from vnetlint.files.paths import display
from vnetlint.policy.packs import policy_source
from vnetlint.report.display import clean
from vnetlint.report.text import to_json, to_toml, toml_key
from vnetlint.rulebook.catalogue import Catalogue
from vnetlint.rulebook.plugins import installed
from vnetlint.rulebook.rule import Rule

VERSION = 1
_OPTIONS = {
    "select": "select",
    "extend-select": "extend_select",
    "ignore": "ignore",
    "policies": "policies",
    "min-severity": "min_severity",
    "host": "host",
    "target-libvirt": "target",
    "schemas": "schemas",
    "baseline": "baseline",
}
"""The keys that an option of the command line sets, and its field."""
_ADDED = ("extend-select", "ignore", "policies")
"""The keys that an option adds to."""
_PATHS = ("host", "baseline", "schemas")


class _Setting(NamedTuple):
    """A key with its value. If nothing sets it, the value is the default."""

    keys: tuple[str, ...]
    value: Any
    origin: KeyOrigin | None
    is_option: bool = False
    """Whether the command line sets it, or adds to it."""
    is_missing: bool = False
    """Whether the value is the path of a file that does not exist."""

    @property
    def source(self) -> str:
        """What sets it: `command line`, `configuration` or `default`."""
        return "command line" if self.is_option else "configuration" if self.origin else "default"


class _Entry(NamedTuple):
    """An entry of `overrides`."""

    origin: KeyOrigin
    files: tuple[str, ...]
    applies: bool


@dataclass(frozen=True, eq=False)
class EffectiveConfig:
    """The configuration of a file or folder, and why it is this one."""

    path: str
    options: RunOptions
    loaded: Loaded | None
    """The configuration with the overrides that apply, if there is one."""
    passed_over: tuple[PassedOver, ...]
    entries: tuple[_Entry, ...]
    excluded: Exclusion | None

    @classmethod
    def of(cls, path: str, options: RunOptions) -> "EffectiveConfig":
        """Return the configuration of a file or folder. Raises UserError if it, or an option, is invalid."""
        planner = RunPlanner(options)
        file = os.path.join(path, "file") if os.path.isdir(path) else path
        found = planner.config_for(file)
        is_searched = options.config is None and not options.isolated
        passed = tuple(passed_over(os.path.dirname(os.path.abspath(file)), found)) if is_searched else ()
        if found is None:
            return cls(path, options, None, passed, (), None)
        layout = planner.layout(found)
        chosen = layout.of(file)
        entries = [_Entry(layout.origin(number), each.files, number in chosen)
                   for number, each in enumerate(layout.entries)]  # fmt: skip
        loaded = load(os.path.abspath(found), planner.catalogue, chosen, anew=True)
        return cls(path, options, loaded, passed, tuple(entries), planner.exclusions.of(path))

    @property
    def reason(self) -> str:
        """Why there is this configuration, or none."""
        if self.options.isolated:
            return "no configuration, because of --isolated"
        if self.loaded is None:
            return "no configuration in its folder or any folder above"
        why = "as --config says" if self.options.config else "the nearest in its folder and those above"
        return f"configured by {display(self.loaded.path)}, {why}"

    def settings(self) -> Iterator[_Setting]:
        """Yield all keys with their values, including defaults. Tables come last, as TOML requires."""
        values = (self.loaded.config if self.loaded else Config()).model_dump(
            mode="json", by_alias=True, exclude={"overrides"}
        )
        values["expect"] = [
            {name: each for name, each in one.items() if each not in (None, "")} for one in values["expect"]
        ]
        tables = {key: value for key, value in values.items() if isinstance(value, dict) and key != "options"}
        for key, value in values.items():
            if not isinstance(value, dict):
                yield self._with_option(key, self._resolved(key, value))
        for key, table in tables.items():
            for name, value in table.items():
                resolved = self.loaded.resolve(value, key, name) if self.loaded and key == "metadata" else value
                yield self._setting((key, name), resolved)
        catalogue: Catalogue = self.loaded.catalogue if self.loaded else installed()
        for rule in catalogue:
            if rule.options is not None:
                yield from self._of_rule(rule)

    def _of_rule(self, rule: Rule) -> Iterator[_Setting]:
        given = self.loaded.options.get(rule.name) if self.loaded else None
        for name, field in model_of(rule).model_fields.items():
            value = getattr(given or rule.default_options, name)
            yield self._setting(("options", rule.name, field.alias or name), value)

    def _resolved(self, key: str, value: Any) -> Any:
        """Return a value with paths as they are from the current folder."""
        if self.loaded is None or value is None:
            return value
        if key == "policies":
            folder = self.loaded.folder(key)
            return [policy_source(name, folder).path.removeprefix("vnetlint:") for name in value]
        is_path = key in _PATHS and not (key == "schemas" and value in ("bundled", "system"))
        return self.loaded.resolve(value, key) if is_path else value

    def _with_option(self, key: str, value: Any) -> _Setting:
        """Return a key that an option may set as well."""
        given = getattr(self.options, _OPTIONS[key]) if key in _OPTIONS else None
        setting = self._setting((key,), value)
        replaced = bool(self.options.select) and key in ("extend-select", "ignore")
        if given or (replaced and setting.origin):
            both = setting.origin is not None and key in _ADDED and not replaced
            shown: Any = list(given) if isinstance(given, tuple) else given
            setting = setting._replace(
                value=[*setting.value, *shown] if both else shown,
                origin=setting.origin if both else None,
                is_option=True,
            )
        is_missing = key in ("host", "baseline") and setting.value is not None and not os.path.exists(setting.value)
        return setting._replace(is_missing=is_missing)

    def _setting(self, keys: tuple[str, ...], value: Any) -> _Setting:
        origin = self.loaded.origins.get(keys) if self.loaded else None
        return _Setting(keys, list(value) if isinstance(value, tuple) else value, origin)


def as_toml(shown: EffectiveConfig) -> str:
    """Return the configuration as TOML, with paths from the current folder and comments where each key is set."""
    lines = [clean(f"# {line}") for line in _remarks(shown)]
    table: tuple[str, ...] = ()
    for each in shown.settings():
        if each.keys[:-1] != table:
            table = each.keys[:-1]
            lines += ["", f"[{'.'.join(map(toml_key, table))}]"]
        name, where = each.keys[-1], _where(each)
        line = f"# {name} is not set" if each.value is None else f"{toml_key(name)} = {to_toml(each.value)}"
        lines.append(f"{line}  # {where}" if where else line)
    return "\n".join(lines) + "\n"


def _remarks(shown: EffectiveConfig) -> Iterator[str]:
    """Yield why the configuration is this one, and what is special about the file."""
    yield f"{shown.path}: {shown.reason}"
    chain = shown.loaded.chain if shown.loaded else ()
    for before, after in pairwise(chain):
        yield f"extended at {before.place('extend')}: {display(after.path)}"
    for each in shown.passed_over:
        yield f"not read: {each.path}: {each.reason}"
    for entry in shown.entries:
        verb = "overridden" if entry.applies else "not overridden"
        yield f"{verb} by {entry.origin.file.place(*entry.origin.keys)}: files = {to_toml(list(entry.files))}"
    if shown.excluded:
        yield f"not checked: {shown.excluded}"


def _where(setting: _Setting) -> str:
    """Return where a key is set, as a comment."""
    if setting.value is None:
        return ""
    origin = setting.origin.file.place(*setting.origin.keys) if setting.origin else ""
    where = ", ".join(filter(None, (origin, "command line" if setting.is_option else ""))) or "default"
    return clean(f"{where}: no such file" if setting.is_missing else where)


def as_json(shown: EffectiveConfig) -> str:
    """Return the configuration as JSON."""
    chain = shown.loaded.chain if shown.loaded else ()
    settings = [
        {"key": list(each.keys), "value": each.value, "source": each.source, "origin": _origin(each.origin)}
        | ({"missing": True} if each.is_missing else {})
        for each in shown.settings()
    ]
    entries = [{"origin": _origin(each.origin), "files": list(each.files), "applies": each.applies}
               for each in shown.entries]  # fmt: skip
    document = {
        "version": VERSION,
        "path": shown.path,
        "config": display(chain[0].path) if chain else None,
        "reason": shown.reason,
        "extends": [display(each.path) for each in chain[1:]],
        "not_read": [{"path": each.path, "reason": each.reason} for each in shown.passed_over],
        "overrides": entries,
        "excluded": _excluded(shown.excluded) if shown.excluded else None,
        "settings": settings,
    }
    return to_json(document)


def _excluded(excluded: Exclusion) -> dict[str, Any]:
    return {"pattern": excluded.pattern, "origin": _origin(KeyOrigin(excluded.file, ("exclude", excluded.number)))}


def _origin(origin: KeyOrigin | None) -> dict[str, Any] | None:
    if origin is None:
        return None
    line, column = origin.file.position(origin.keys) or (1, 1)
    return {"path": display(origin.file.path), "line": line, "column": column}
