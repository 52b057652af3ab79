"""The model of a configuration, and loading one.

The nearest file is used. It may `extend` another one, whose keys, and whose entries of tables, it overrides. Paths and
patterns are relative to the folder of the file that they are written in. Nothing in a configuration is executed.
"""

import os
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictStr, ValidationError
from pydantic_core import PydanticCustomError

from vnetlint import configfile
from vnetlint.configfile import ConfigError, ConfigFile, read
from vnetlint.files import display, invalid
from vnetlint.finding import Severity
from vnetlint.options import model_of
from vnetlint.registry import all_rules, find, rules_by_any_name, selectors, unknown_rule
from vnetlint.tomlplaces import Keys
from vnetlint.version import VersionError, parse_version

MAX_EXTENDS = 10

_TABLES = {"severity": 1, "per-file-ignores": 1, "metadata": 1, "options": 2}
"""The depth of the tables that are merged with those of an extended configuration."""

_KEY = "[key]"
"""By this pydantic says that a key is wrong, and not its value."""


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _one_of(known: Callable[[], Container[str]]) -> AfterValidator:
    """Accept the names of rules. A suggestion takes long to find, so only the fault that is reported gets one."""

    def checked(name: str) -> str:
        if name not in known():
            raise PydanticCustomError("unknown_rule", "unknown rule")
        return name

    return AfterValidator(checked)


def _version(text: str) -> str:
    try:
        parse_version(text)
    except VersionError as error:
        raise ValueError(str(error)) from None
    return text


def _placeholder(text: str) -> str:
    from vnetlint.schema.regex import searcher
    from vnetlint.schema.regextree import RegexError

    try:
        searcher(text)
    except RegexError as error:
        raise ValueError(f"invalid pattern '{text}': {error}") from None
    return text


def _path(text: str) -> str:
    if reason := invalid(text):
        raise ValueError(reason)
    return text


Selector = Annotated[StrictStr, _one_of(selectors)]
RuleName = Annotated[StrictStr, _one_of(rules_by_any_name)]
LibvirtVersion = Annotated[StrictStr, AfterValidator(_version)]
FilePath = Annotated[
    StrictStr, Field(min_length=1, json_schema_extra={"pattern": r"^[^\u0000]*$"}), AfterValidator(_path)
]
Pattern = Annotated[StrictStr, Field(min_length=1)]
Placeholder = Annotated[StrictStr, Field(min_length=1, max_length=200), AfterValidator(_placeholder)]


class Config(BaseModel):
    """The keys of a configuration; all are optional."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_dashed)

    extend: FilePath | None = Field(default=None, description="Another configuration, which this one changes.")
    select: tuple[Selector, ...] = Field(
        default=("default",),
        description="The rules to run: names, codes, starts of codes such as VN1, families, or the profiles `default`, "
        "`strict` and `all`.",
    )
    extend_select: tuple[Selector, ...] = Field(default=(), description="Rules to run as well.")
    ignore: tuple[Selector, ...] = Field(default=(), description="Rules to leave out of those.")
    fixable: tuple[Selector, ...] = Field(
        default=(), description="Rules whose findings --fix fixes even if they are too mild to fail."
    )
    unfixable: tuple[Selector, ...] = Field(default=(), description="Rules whose findings --fix leaves alone.")
    min_severity: Severity = Field(default="info", description="The mildest severity that is shown.")
    severity: dict[RuleName, Severity] = Field(default={}, description="Another severity for a rule.")
    options: dict[RuleName, dict[str, Any]] = Field(default={}, description="What a rule lets one set, by rule.")
    per_file_ignores: dict[Pattern, tuple[Selector, ...]] = Field(
        default={}, description="Rules to leave out in some files, by pattern as in a .gitignore."
    )
    include: tuple[Pattern, ...] = Field(
        default=("*",),
        description="The files below this folder that rules across files see: patterns as in a .gitignore.",
    )
    placeholders: tuple[Placeholder, ...] = Field(
        default=(),
        description="What stands for a value in templates, besides the usual forms: regular expressions as in XML "
        "Schema, such as `<<[a-z]+>>`.",
    )
    external: tuple[StrictStr, ...] = Field(
        default=("default",), description="Networks and filters that exist outside of these files."
    )
    complete: StrictBool = Field(default=False, description="Whether the files hold everything that the host has.")
    host: FilePath | None = Field(default=None, description="The host's inventory, a JSON or TOML file.")
    target_libvirt: LibvirtVersion | None = Field(
        default=None, description="The oldest libvirt that the files are for, such as 9.0.0."
    )
    schemas: FilePath = Field(
        default="bundled", description="Whose schemas: `bundled`, `system`, or a folder of libvirt's."
    )
    metadata: dict[StrictStr, FilePath] = Field(
        default={}, description="Schemas (.rng or .xsd) for the contents of <metadata>, by namespace."
    )


@dataclass(frozen=True)
class Origin:
    """Where a key is set: the file, and the keys as they are written in it."""

    file: ConfigFile
    keys: Keys


@dataclass(frozen=True, eq=False)
class Loaded:
    """A configuration with its files, and the origin of each key; rules are known by their names."""

    config: Config
    chain: tuple[ConfigFile, ...]
    """The file that is used, and those that it extends, directly or through others."""
    origins: Mapping[Keys, Origin]
    options: Mapping[str, object]
    """The options that it sets, by the name of the rule."""

    @property
    def path(self) -> str:
        """The file that is used."""
        return self.chain[0].path

    def origin(self, *keys: str | int) -> Origin | None:
        """Return where a key, or the table that it is in, is set; None if it has its default."""
        return _origin(self.origins, keys)

    def place(self, *keys: str | int) -> str:
        """Return `file:line:column` of a key, for a message."""
        origin = self.origin(*keys)
        return origin.file.place(*origin.keys) if origin else display(self.path)

    def folder(self, *keys: str | int) -> str:
        """Return the folder that a path or pattern is relative to."""
        origin = self.origin(*keys)
        return origin.file.folder if origin else self.chain[0].folder

    def resolve(self, path: str, *keys: str | int) -> str:
        """Return the path of a file that the configuration names at a key."""
        return display(os.path.join(self.folder(*keys), path))


@cache
def load(path: str) -> Loaded:
    """Read a configuration and those that it extends. Raises ConfigError for the first fault."""
    chain = tuple(_chain(read(os.path.abspath(path))))
    table: dict[str, Any] = {}
    origins: dict[Keys, Origin] = {}
    for file in chain:
        _lay(table, file.table, Origin(file, ()), (), 0, origins)
    faults: list[_Fault] = []
    options = dict(_options(table.get("options"), faults))
    try:
        config = Config.model_validate(table)
    except ValidationError as error:
        faults += [(tuple(each["loc"]), each) for each in error.errors()]
    if faults:
        raise ConfigError(_explain(faults, chain, origins)) from None
    return Loaded(config, chain, origins, options)


def forget() -> None:
    """Forget what was read and where it was found, for a process that outlives a change."""
    load.cache_clear()
    configfile.forget()


def _chain(file: ConfigFile) -> Iterator[ConfigFile]:
    seen = [os.path.realpath(file.path)]
    while True:
        yield file
        extended = file.table.get("extend")
        if not isinstance(extended, str) or not extended:
            return
        if reason := invalid(extended):
            raise ConfigError(f"{file.place('extend')}: {reason}")
        at = os.path.join(file.folder, extended)
        if os.path.realpath(at) in seen:
            raise ConfigError(f"{file.place('extend')}: {extended} is extended in a circle")
        if len(seen) > MAX_EXTENDS:
            raise ConfigError(f"{file.place('extend')}: more than {MAX_EXTENDS} configurations extend each other")
        if not os.path.isfile(at):
            reason = "is not a regular file" if os.path.lexists(at) else "does not exist"
            raise ConfigError(f"{file.place('extend')}: {extended} {reason}")
        file = read(os.path.normpath(at))
        seen.append(os.path.realpath(at))


def _lay(
    table: dict[str, Any], own: Mapping[str, Any], at: Origin, keys: Keys, depth: int, origins: dict[Keys, Origin]
) -> None:
    """Add the keys of a file that are not set yet; a rule is known by its name, even if it is written as a code."""
    for key, value in own.items():
        name = _rule_name(key) if keys in (("severity",), ("options",)) else key
        within, here = (*keys, name), Origin(at.file, (*at.keys, key))
        earlier = origins.get(within)
        if earlier is not None and earlier.file is at.file:
            words = f"'{earlier.keys[-1]}' and '{key}' are one rule"
            raise ConfigError(f"{at.file.place(*here.keys)}: {'.'.join(map(str, at.keys))}: {words}")
        deeper = depth - 1 if keys else _TABLES.get(key, 0)
        if deeper > 0 and isinstance(value, dict):
            origins.setdefault(within, here)
            below = table.setdefault(name, {})
            if isinstance(below, dict):
                _lay(below, value, here, within, deeper, origins)
        elif name not in table:
            table[name] = value
            origins[within] = here


def _rule_name(name: str) -> str:
    rule = rules_by_any_name().get(name)
    return rule.name if rule else name


_Fault = tuple[Keys, Any]
"""Its keys, and what pydantic says about it."""


def _options(table: object, faults: list[_Fault]) -> Iterator[tuple[str, object]]:
    """Return the options of each rule in the table, and add to `faults` what is wrong with them."""
    if not isinstance(table, dict):
        return
    by_name = {rule.name: rule for rule in all_rules()}
    for name, values in table.items():
        rule = by_name.get(name)
        if rule is None or not isinstance(values, dict):
            continue
        if rule.options is None:
            faults.append((("options", name), {"type": "no_options"}))
            continue
        try:
            yield name, rule.options(**dict(model_of(rule).model_validate(values)))
        except ValidationError as error:
            faults += [(("options", name, *each["loc"]), each) for each in error.errors()]
        except ValueError as error:
            # Raised by the rule, for what bounds of single options cannot say.
            faults.append((("options", name), {"type": "value_error", "ctx": {"error": error}}))


def _explain(faults: list[_Fault], chain: tuple[ConfigFile, ...], origins: Mapping[Keys, Origin]) -> str:
    """Return the message about the first fault."""

    def order(fault: _Fault) -> tuple[int, tuple[int, int]]:
        origin = _origin(origins, _plain(fault[0]))
        if origin is None:
            return 0, (0, 0)
        return chain.index(origin.file), origin.file.position(origin.keys) or (0, 0)

    loc, error = min(faults, key=order)
    keys = _plain(loc)
    origin = _origin(origins, keys)
    place = origin.file.place(*origin.keys) if origin else display(chain[0].path)
    written = origin.keys if origin else keys
    if error["type"] == "extra_forbidden":
        known = list(Config.model_fields) if len(keys) == 1 else list(model_of(find(str(keys[1]))).model_fields)
        within = f"{_shown(written[:-1])}: " if len(keys) > 1 else ""
        return (
            f"{place}: {within}unknown key '{keys[-1]}'{suggestion(str(keys[-1]), [_dashed(each) for each in known])}"
        )
    if error["type"] == "no_options":
        names = [rule.name for rule in all_rules() if rule.options]
        return f"{place}: the rule {written[-1]} has no options{suggestion(str(keys[-1]), names)}"
    if error["type"] == "unknown_rule":
        return f"{place}: {unknown_rule(error['input'])}"
    if error["type"] == "value_error":
        # The validator says what is wrong, and names the value.
        return f"{place}: {error['ctx']['error']}"
    return f"{place}: invalid value for '{_shown(written)}': {_expected(error)}"


_WANTED = {
    "string_type": "a string",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "dict_type": "a table",
    "string_too_short": "a string that is not empty",
}


def _expected(error: Any) -> str:
    given: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case kind if kind in _WANTED:
            return f"expected {_WANTED[kind]}"
        case "literal_error":
            return f"expected {given['expected']}"
        case "greater_than_equal":
            return f"expected at least {given['ge']}"
        case "less_than_equal":
            return f"expected at most {given['le']}"
        case "string_pattern_mismatch":
            # The pattern is a regular expression; the rule's page says in words what it takes.
            return f"'{error['input']}' is not of the form that the option takes"
    message = str(error["msg"])
    return message[0].lower() + message[1:]


def _shown(keys: Keys) -> str:
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")


def _plain(loc: Keys) -> Keys:
    return tuple(step for step in loc if step != _KEY)


def _origin(origins: Mapping[Keys, Origin], keys: Keys) -> Origin | None:
    for depth in range(len(keys), 0, -1):
        if origin := origins.get(keys[:depth]):
            return Origin(origin.file, (*origin.keys, *keys[depth:]))
    return None


def known_keys() -> list[str]:
    """Return the keys of a configuration as they are written."""
    return [_dashed(name) for name in Config.model_fields]


def suggestion(word: str, known: list[str]) -> str:
    """Return the end of a message about an unknown word: the known word that may have been meant."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(sorted(known)[:12])}"
