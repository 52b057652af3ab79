"""Validates a configuration, and explains the first of its faults."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from vnetlint.config.file import ConfigError, ConfigFile
from vnetlint.config.keptvalues import ConfigValues
from vnetlint.config.load import KeyOrigin, origin_of
from vnetlint.config.model import NOT_OVERRIDDEN, Config, ExpectationTable, OverrideTable, dashed
from vnetlint.config.ruleoptions import model_of
from vnetlint.files.paths import display
from vnetlint.files.tomlplaces import Keys
from vnetlint.rulebook.catalogue import Catalogue
from vnetlint.validation import expected, shown, suggestion

_MEANT = {
    **dict.fromkeys(
        ("ignore-paths", "ignore-files", "ignored-files", "ignore-patterns", "skip", "skip-files", "excluded-files",
         "extend-exclude", "force-exclude", "global-exclude"),
        "exclude",
    ),
    **dict.fromkeys(("hosts", "per-host", "per-folder", "per-file", "folders"), "overrides"),
    "extends": "extend",
    "plugins": "policies",
    "inventory": "host",
    "rules": "select",
    "disable": "ignore",
    "enable": "extend-select",
}  # fmt: skip
"""The keys that other linters have, or that come to mind, and what they are here."""

_KEY = "[key]"
"""The step in the location of pydantic's error that means that the key is wrong and not its value."""

_Fault = tuple[Keys, Any]
"""The path of a key, and the error that pydantic has for it."""


def validated(
    table: dict[str, Any], chain: tuple[ConfigFile, ...], origins: Mapping[Keys, KeyOrigin], catalogue: Catalogue
) -> ConfigValues:
    """Return the values of a configuration, given as the table of its keys and where each is set.

    Raises ConfigError for the fault that comes first in the files.
    """
    faults = _faults_of_entries(table.get("overrides"), catalogue)
    options = dict(_options(table.get("options"), faults, catalogue))
    try:
        config = Config.model_validate(table, context=catalogue)
    except ValidationError as error:
        faults += [(tuple(each["loc"]), each) for each in error.errors()]
    if faults:
        raise ConfigError(_explain(faults, chain, origins, catalogue)) from None
    return ConfigValues(config, options)


def _options(
    table: object, faults: list[_Fault], catalogue: Catalogue, at: Keys = ("options",)
) -> Iterator[tuple[str, object]]:
    """Yield the options of each rule in the table at some keys, and add their faults to `faults`."""
    if not isinstance(table, dict):
        return
    for name, values in table.items():
        rule = catalogue.by_any_name.get(name)
        if rule is None or not isinstance(values, dict):
            continue
        if rule.options is None:
            faults.append(((*at, name), {"type": "no_options"}))
            continue
        try:
            yield rule.name, rule.options(**dict(model_of(rule).model_validate(values)))
        except ValidationError as error:
            faults += [((*at, name, *each["loc"]), each) for each in error.errors()]
        except ValueError as error:
            # Raised by the rule's dataclass, for a condition on more than one option.
            faults.append(((*at, name), {"type": "value_error", "ctx": {"error": error}}))


def _faults_of_entries(entries: object, catalogue: Catalogue) -> list[_Fault]:
    """Return what is wrong with the options of rules in entries of `overrides`."""
    faults: list[_Fault] = []
    for number, each in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(each, dict):
            list(_options(each.get("options"), faults, catalogue, ("overrides", number, "options")))
    return faults


def _explain(
    faults: list[_Fault], chain: tuple[ConfigFile, ...], origins: Mapping[Keys, KeyOrigin], catalogue: Catalogue
) -> str:
    """Return the message about the first fault."""

    def order(fault: _Fault) -> tuple[int, tuple[int, int]]:
        origin = origin_of(origins, _plain(fault[0]))
        if origin is None:
            return 0, (0, 0)
        return chain.index(origin.file), origin.file.position(origin.keys) or (0, 0)

    loc, error = min(faults, key=order)
    keys = _plain(loc)
    origin = origin_of(origins, keys)
    place = origin.file.place(*origin.keys) if origin else display(chain[0].path)
    written = origin.keys if origin else keys
    if error["type"] == "extra_forbidden":
        known = _known_beside(keys, catalogue)
        within = f"{shown(written[:-1])}: " if len(keys) > 1 else ""
        return f"{place}: {within}unknown key '{keys[-1]}'{_meant(keys, known)}"
    if error["type"] == "missing":
        return f"{place}: {shown(written[:-1])}: missing key '{keys[-1]}'"
    if error["type"] == "no_options":
        names = [rule.name for rule in catalogue if rule.options]
        return f"{place}: the rule {written[-1]} has no options{suggestion(str(keys[-1]), names)}"
    if error["type"] == "unknown_rule":
        return f"{place}: {catalogue.unknown(error['input'])}"
    if error["type"] == "value_error":
        # The message of our own validators already names the value.
        return f"{place}: {error['ctx']['error']}"
    return f"{place}: invalid value for '{shown(written)}': {expected(error)}"


def _known_beside(keys: Keys, catalogue: Catalogue) -> list[str]:
    """Return the keys that are known where an unknown one is."""
    model: type[BaseModel] = Config
    if keys[0] == "overrides" and len(keys) > 2:
        model, keys = OverrideTable, keys[2:]
    if keys[0] == "expect" and len(keys) > 1:
        return [each.alias or name for name, each in ExpectationTable.model_fields.items()]
    if len(keys) > 1:
        model = model_of(catalogue.find(str(keys[1])))
    return [dashed(name) for name in model.model_fields]


def _meant(keys: Keys, known: list[str]) -> str:
    """Return the end of a message about an unknown key: what was meant, or why it cannot be here."""
    key = str(keys[-1])
    if keys[0] == "overrides" and len(keys) == 3 and key in NOT_OVERRIDDEN:
        return f": '{key}' is for all files; move it out of 'overrides'"
    if len(keys) in (1, 3) and (meant := _MEANT.get(key)) in known:
        return f"; did you mean '{meant}'?"
    return suggestion(key, known)


def _plain(loc: Keys) -> Keys:
    return tuple(step for step in loc if step != _KEY)
