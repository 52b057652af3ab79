"""Policy files as rules: their tables are read, checked, and made into rules like any others."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pydantic import StrictStr, TypeAdapter, ValidationError

from vnetlint.config.file import ConfigError, ConfigFile, parsed
from vnetlint.policy.check import adaptable, check_of
from vnetlint.policy.options import defaults, filled, unused
from vnetlint.policy.page import page_of
from vnetlint.policy.table import (
    ASSERTIONS,
    MAX_ITEMS,
    MAX_RULES,
    OF_A_VALUE,
    OptionTable,
    PolicyTable,
    RuleTable,
    counted,
    keys_of,
)
from vnetlint.policy.violation import PolicyValueError
from vnetlint.rulebook.catalogue import Catalogue
from vnetlint.rulebook.info import OWN_CODES, OWN_FAMILIES, PROFILES
from vnetlint.rulebook.rule import Rule
from vnetlint.validation import expected, shown, suggestion
from vnetlint.xml.source import Source

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_CODE = re.compile(r"[A-Z]{2,6}[0-9]{2,6}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def with_policies(catalogue: Catalogue, policies: Iterable[Source]) -> Catalogue:
    """Return a catalogue with the rules of policy files. One that it has already is not added again.

    Raises ConfigError if a file is not a policy, or a rule has a name or code of another one.
    """
    for source in policies:
        rules = rules_of(source)
        if any(each is rules[0] for each in catalogue):
            continue
        for number, rule in enumerate(rules):
            for key, value in (("name", rule.name), ("code", rule.code)):
                if value in catalogue.by_any_name or value in catalogue.selectors:
                    place = _file(source).place("rule", number, key)
                    raise ConfigError(f"{place}: the {key} '{value}' is taken by another rule, family or profile")
        family = rules[0].family
        if family != "policy" and (family in catalogue.by_any_name or family in PROFILES or family in OWN_FAMILIES):
            raise ConfigError(f"{_file(source).place('policy')}: the name '{family}' is taken by a family or a rule")
        catalogue = catalogue.with_rules(rules)
    return catalogue


@lru_cache(maxsize=64)
def rules_of(source: Source) -> tuple[Rule, ...]:
    """Return the rules of a policy file. Raises ConfigError, with the position of the first fault, if it is not one."""
    file = _file(source)
    _check_texts(file, (), file.table)
    policy = _validated(file)
    if not _NAME.fullmatch(policy.policy):
        raise ConfigError(
            f"{file.place('policy')}: invalid name '{policy.policy[:60]}': expected one such as 'our-site'"
        )
    seen: dict[str, int] = {}
    made = []
    for number, table in enumerate(policy.rule):
        for key, text in (("name", table.name), ("code", table.code)):
            if seen.setdefault(text, number) != number:
                raise ConfigError(f"{file.place('rule', number, key)}: the {key} '{text}' is used twice")
        made.append(_rule(file, number, table, policy.policy))
    return tuple(made)


def tables_of(source: Source) -> tuple[RuleTable, ...]:
    """Return the tables of the rules of a policy file that is known to be valid, with the defaults of their options."""
    return _validated(_file(source)).rule


def place_of(source: Source, *keys: str | int) -> str:
    """Return `file:line:column` of a key of a policy file."""
    return _file(source).place(*keys)


@lru_cache(maxsize=8)
def _file(source: Source) -> ConfigFile:
    return ConfigFile(source.path, source.text, parsed(source.path, source.text, "policy"))


def _check_texts(file: ConfigFile, keys: tuple[str | int, ...], value: Any) -> None:
    """Raise ConfigError if a text has a control character, with which a page could command a terminal.

    Or if a list or table is longer than any may be, because to judge each item would take long.
    """
    if isinstance(value, dict | list) and len(value) > MAX_ITEMS:
        raise ConfigError(f"{file.place(*keys)}: invalid value for '{shown(keys)}': expected at most {MAX_ITEMS} items")
    if isinstance(value, str) and (found := _CONTROL.search(value)):
        raise ConfigError(f"{file.place(*keys)}: a control character, U+{ord(found.group()):04X}, in a text")
    if isinstance(value, dict):
        for key, each in value.items():
            _check_texts(file, (*keys, key), key)
            _check_texts(file, (*keys, key), each)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            _check_texts(file, (*keys, number), each)


def _validated(file: ConfigFile) -> PolicyTable:
    rules = file.table.get("rule")
    table = file.table
    if isinstance(rules, list) and len(rules) <= MAX_RULES:
        table = {**table, "rule": [_with_defaults(file, number, each) for number, each in enumerate(rules)]}
    try:
        return PolicyTable.model_validate(table)
    except ValidationError as error:
        faults = [(tuple(each["loc"]), each) for each in error.errors()]
    raise ConfigError(_explained(file, faults)) from None


def _with_defaults(file: ConfigFile, number: int, rule: Any) -> Any:
    """Return the table of a rule with the defaults of its options."""
    if not isinstance(rule, dict):
        return rule
    try:
        declared = _OPTIONS.validate_python(rule.get("options", {}))
    except ValidationError as error:
        faults = [(("rule", number, "options", *each["loc"]), each) for each in error.errors()]
        raise ConfigError(_explained(file, faults)) from None
    try:
        found = filled(rule, defaults(declared))
        if (name := unused(rule, declared)) is not None:
            raise PolicyValueError(("options", name), f"nothing uses it; write {{options.{name}}} where it applies")
    except PolicyValueError as error:
        raise ConfigError(_about(file, number, error)) from None
    return found


_OPTIONS = TypeAdapter(dict[StrictStr, OptionTable])


def _about(file: ConfigFile, number: int, error: PolicyValueError) -> str:
    return f"{_within(file, ('rule', number, *error.key), error.at)}: {shown(error.key)}: {error}"


def _explained(file: ConfigFile, faults: list[tuple[tuple[str | int, ...], Any]]) -> str:
    """Return the message about the fault that comes first in the file, but what is missing may only be misspelt."""
    # A list of which no item is valid is too short as well.
    inner = [
        fault
        for fault in faults
        if not any(fault[0] == each[0][: len(fault[0])] for each in faults if each is not fault)
    ]
    loc, error = min(
        inner, key=lambda fault: (fault[1]["type"] == "missing", file.position(_plain(fault[0])) or (0, 0))
    )
    keys = _plain(loc)
    place = file.place(*keys)
    within = f"{shown(keys[:-1])}: " if len(keys) > 1 else ""
    match error["type"]:
        case "extra_forbidden":
            return f"{place}: {within}unknown key '{keys[-1]}'{suggestion(str(keys[-1]), keys_of(keys[:-1]))}"
        case "missing":
            return f"{place}: {within}missing key '{keys[-1]}'"
        case "literal_error":
            near = suggestion(str(error["input"]), re.findall(r"'([^']*)'", str(error["ctx"]["expected"])))
            more = near if "did you mean" in near else ""
            return f"{place}: invalid value for '{shown(keys)}': {expected(error)}{more}"
    return f"{place}: invalid value for '{shown(keys)}': {counted(error)}"


def _plain(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return the path of a key in a file; pydantic adds the type that a value of several types was tried as."""
    return tuple(step for step in loc if not isinstance(step, str) or not _TYPE.match(step))


_TYPE = re.compile(r"constrained-|tuple\[|int$|str$|\[key\]$")


def _rule(file: ConfigFile, number: int, table: RuleTable, family: str) -> Rule:
    at = ("rule", number)
    for key, pattern, example in (("name", _NAME, "our-bridges"), ("code", _CODE, "ACME001")):
        text = getattr(table, key)
        if not pattern.fullmatch(text):
            raise ConfigError(f"{file.place(*at, key)}: invalid {key} '{text[:60]}': expected one such as '{example}'")
    if table.code.startswith(OWN_CODES) and not _is_shipped(file.path):
        raise ConfigError(
            f"{file.place(*at, 'code')}: the code '{table.code}' starts with {OWN_CODES}, as vnetlint's own do"
        )
    if table.select is None and table.xpath is None:
        raise ConfigError(f"{file.place(*at)}: {shown(at)}: missing key 'select'")
    key = _assertion_of(file, at, table)
    try:
        check = check_of(key, table)
    except PolicyValueError as error:
        raise ConfigError(_about(file, number, error)) from None
    options = None
    if table.options:
        check, options = adaptable(file.table["rule"][number], key, check, table)
    if table.fixed and len(table.fixed) != len(table.bad):
        raise ConfigError(f"{file.place(*at, 'fixed')}: {len(table.fixed)} texts for {len(table.bad)} bad examples")
    if table.fixed and table.fix is None:
        raise ConfigError(f"{file.place(*at, 'fixed')}: 'fixed' needs 'fix'")
    return Rule(
        table.name,
        table.code,
        family,
        table.severity,
        "never",
        "",
        page_of(table, file.path),
        table.profile,
        on=check.on,
        check=check.run,
        needs_project=check.needs_project,
        options=options,
    )


def _is_shipped(path: str) -> bool:
    from vnetlint.policy.packs import is_shipped

    return is_shipped(path)


def _assertion_of(file: ConfigFile, at: tuple[str | int, ...], table: RuleTable) -> str:
    """Return the key of the assertion of a rule. Raises ConfigError unless it has exactly one, with its value."""
    found = [key for key in ASSERTIONS if getattr(table, key.replace("-", "_")) is not None]
    if len(found) != 1:
        what = f"'{found[0]}' and '{found[1]}'" if found else "none"
        place = file.place(*at, *found[1:2])
        raise ConfigError(f"{place}: {table.name}: expected one assertion, got {what}; known: {', '.join(ASSERTIONS)}")
    if found[0] in OF_A_VALUE and table.value is None:
        raise ConfigError(
            f"{file.place(*at, found[0])}: {table.name}: '{found[0]}' needs 'value', such as 'source/@dev'"
        )
    if found[0] not in OF_A_VALUE and table.value is not None:
        raise ConfigError(f"{file.place(*at, 'value')}: {table.name}: '{found[0]}' has no 'value'")
    return found[0]


def _within(file: ConfigFile, keys: tuple[str | int, ...], offset: int | None) -> str:
    """Return `file:line:column` of a place in the text of a key, or of the key if it is not written as it is."""
    value: Any = file.table
    for step in keys:
        value = value[step] if not isinstance(value, dict) or step in value else None
    at, place = file.position(keys), file.place(*keys)
    # With options filled in, an offset is not one of what is written.
    if offset is None or at is None or not isinstance(value, str) or "{options." in value[: offset + 1]:
        return place
    lines = file.text.split("\n")
    start = sum(len(line) + 1 for line in lines[: at.line - 1]) + at.column - 1
    begin = file.text.find(value, start)
    if begin < 0 or file.text[start:begin].count("\n") > 1:
        return place
    before = file.text[: begin + offset]
    return f"{place.rsplit(':', 2)[0]}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
