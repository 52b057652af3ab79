"""What a configuration may say, and loading one.

The nearest file holds, and what it wants of another it names with `extend`: keys stand above those of the extended one,
and in a table each entry does. Paths and patterns count from the folder of the file that they stand in. Nothing in any
of them is executed.
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
"""How deep the tables lie that are put together with those of an extended configuration."""

_KEY = "[key]"
"""How pydantic says that not the value of a key is wrong but the key."""


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _one_of(known: Callable[[], Container[str]]) -> AfterValidator:
    """Take names of rules. What may have been meant by another takes long to find, and is told of one fault only."""

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


def _path(text: str) -> str:
    if reason := invalid(text):
        raise ValueError(reason)
    return text


Selector = Annotated[StrictStr, _one_of(selectors)]
RuleName = Annotated[StrictStr, _one_of(rules_by_any_name)]
LibvirtVersion = Annotated[StrictStr, AfterValidator(_version)]
FilePath = Annotated[StrictStr, Field(min_length=1), AfterValidator(_path)]
Pattern = Annotated[StrictStr, Field(min_length=1)]


class Config(BaseModel):
    """What a configuration may say; all of it is optional."""

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
        default={}, description="Schemas (.rng or .xsd) for what stands in <metadata>, by namespace."
    )


@dataclass(frozen=True)
class Origin:
    """Where a key was set: the file, and the keys as they are written there."""

    file: ConfigFile
    keys: Keys


@dataclass(frozen=True, eq=False)
class Loaded:
    """A configuration with the files that it came from, and for each key, by the name of its rule, its origin."""

    config: Config
    chain: tuple[ConfigFile, ...]
    """The file that holds, and those that it extends, each the one before it."""
    origins: Mapping[Keys, Origin]
    options: Mapping[str, object]
    """The options that it sets, by the name of the rule."""

    @property
    def path(self) -> str:
        """The file that holds."""
        return self.chain[0].path

    def origin(self, *keys: str | int) -> Origin | None:
        """Give where a key was set, or what holds it; None where the default holds."""
        return _origin(self.origins, keys)

    def place(self, *keys: str | int) -> str:
        """Give `file:line:column` of a key, for a message."""
        origin = self.origin(*keys)
        return origin.file.place(*origin.keys) if origin else display(self.path)

    def folder(self, *keys: str | int) -> str:
        """Give the folder that a path or pattern counts from."""
        origin = self.origin(*keys)
        return origin.file.folder if origin else self.chain[0].folder

    def resolve(self, path: str, *keys: str | int) -> str:
        """Give the path of a file that the configuration names at a key."""
        return display(os.path.join(self.folder(*keys), path))


@cache
def load(path: str) -> Loaded:
    """Read a configuration, and those that it extends. Raises ConfigError, of the fault that stands first."""
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
    """Read configurations again, and look again where they are: for a process that outlives a change."""
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
    """Lay the keys of a file below those that are there; a rule is known by its name, whatever it is written as."""
    for key, value in own.items():
        name = _rule_name(key) if keys in (("severity",), ("options",)) else key
        within, told = (*keys, name), Origin(at.file, (*at.keys, key))
        earlier = origins.get(within)
        if earlier is not None and earlier.file is at.file:
            words = f"'{earlier.keys[-1]}' and '{key}' are one rule"
            raise ConfigError(f"{at.file.place(*told.keys)}: {'.'.join(map(str, at.keys))}: {words}")
        deeper = depth - 1 if keys else _TABLES.get(key, 0)
        if deeper > 0 and isinstance(value, dict):
            origins.setdefault(within, told)
            below = table.setdefault(name, {})
            if isinstance(below, dict):
                _lay(below, value, told, within, deeper, origins)
        elif name not in table:
            table[name] = value
            origins[within] = told


def _rule_name(name: str) -> str:
    rule = rules_by_any_name().get(name)
    return rule.name if rule else name


_Fault = tuple[Keys, Any]
"""Where, and what pydantic says of it."""


def _options(table: object, faults: list[_Fault]) -> Iterator[tuple[str, object]]:
    """Give the options of each rule that has some in the table, noting what is wrong with them."""
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
            # What no bound of an option can say, its rule does.
            faults.append((("options", name), {"type": "value_error", "ctx": {"error": error}}))


def _explain(faults: list[_Fault], chain: tuple[ConfigFile, ...], origins: Mapping[Keys, Origin]) -> str:
    """Tell of the fault that stands first."""

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
        # What was asked says what is wrong, and names the value.
        return f"{place}: {error['ctx']['error']}"
    return f"{place}: {_shown(written)}: {_words(error)}"


_WANTED = {
    "string_type": "a string",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "tuple_type": "a list",
    "dict_type": "a table",
}


def _words(error: Any) -> str:
    if error["type"] in _WANTED:
        return f"must be {_WANTED[error['type']]}"
    if error["type"] == "string_too_short":
        return "must not be empty"
    message = str(error["msg"]).replace("Input", "it")
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
    """Give the keys of a configuration as they are written."""
    return [_dashed(name) for name in Config.model_fields]


def suggestion(word: str, known: list[str]) -> str:
    """Give the end of a message about an unknown word: the known one that it may have meant."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(sorted(known)[:12])}"
