"""The model of a configuration, and how one is loaded.

The nearest file is used. It may `extend` another one. Its keys, and in tables its entries, then override those of the
other one. Paths and patterns are relative to the folder of the file that contains them. Nothing in a configuration is
executed.
"""

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

from vnetlint.config import file as configfile
from vnetlint.config.file import ConfigError, ConfigFile, read
from vnetlint.config.ruleoptions import model_of
from vnetlint.files.paths import display, invalid
from vnetlint.files.tomlplaces import Keys
from vnetlint.finding import Severity
from vnetlint.rulebook.catalogue import Catalogue, builtin
from vnetlint.settings import ExpectedVerdict
from vnetlint.validation import expected, shown, suggestion
from vnetlint.version import VersionError, parse_version
from vnetlint.xml.source import Source

MAX_EXTENDS = 10

_TABLES = {"severity": 1, "per-file-ignores": 1, "metadata": 1, "options": 2}
"""The depth of the tables that are merged with those of an extended configuration."""

_KEY = "[key]"
"""The step in the location of pydantic's error that means that the key is wrong and not its value."""


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _one_of(known: Callable[[Catalogue], Container[str]]) -> AfterValidator:
    """Return a validator for names that `known` finds in the catalogue, which is the context of the validation.

    Its error has no suggestion, because that takes long to find and only one fault is reported.
    """

    def checked(name: str, info: ValidationInfo) -> str:
        if info.context is None or name not in known(info.context):
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


def _below(text: str) -> str:
    # `vnetlint baseline write` writes it, so a repository must not choose a file elsewhere.
    if text.startswith("/") or ".." in text.split("/"):
        raise ValueError(
            f"invalid value '{text}' for 'baseline': expected a path below the folder of the configuration"
        )
    return _path(text)


Selector = Annotated[StrictStr, _one_of(lambda catalogue: catalogue.selectors)]
RuleName = Annotated[StrictStr, _one_of(lambda catalogue: catalogue.by_any_name)]
LibvirtVersion = Annotated[StrictStr, AfterValidator(_version)]
FilePath = Annotated[
    StrictStr, Field(min_length=1, json_schema_extra={"pattern": r"^[^\u0000]*$"}), AfterValidator(_path)
]
BaselinePath = Annotated[
    StrictStr,
    Field(min_length=1, json_schema_extra={"pattern": r"^(?!/)(?!(.*/)?\.\.(/|$))[^\u0000]*$"}),
    AfterValidator(_below),
]
FilePattern = Annotated[StrictStr, Field(min_length=1)]
Placeholder = Annotated[StrictStr, Field(min_length=1, max_length=200), AfterValidator(_placeholder)]


End = Annotated[StrictStr, Field(min_length=1, max_length=200)]


class ExpectationTable(BaseModel):
    """An entry of `expect`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: End = Field(
        alias="from",
        description="Who opens connections: a guest, `network:NAME` for the guests of a network, `host`, `lan(eth0)`, "
        "`internet`, or a machine of the inventory; also as a shell pattern such as `web-*`.",
    )
    target: End = Field(alias="to", description="Whom the connections are opened to, named like `from`.")
    verdict: ExpectedVerdict = Field(
        description="What is to become of them: `allowed`, `blocked` (no packet arrives, for whatever reason), "
        "`rejected`, `dropped`, `no-route`, or `one-way` (packets arrive and replies do not)."
    )
    protocol: Literal["icmp", "tcp", "udp"] | None = Field(
        default=None, description="Only this protocol; by default all."
    )
    port: Annotated[StrictInt, Field(ge=1, le=65535)] | None = Field(
        default=None, description="Only this port of the receiver; needs the protocol `tcp` or `udp`."
    )
    family: Literal["ipv4", "ipv6"] | None = Field(
        default=None, description="Only this IP version; by default those that both ends have."
    )
    reason: StrictStr = Field(default="", max_length=200, description="Why it is expected; shown in the finding.")

    @model_validator(mode="after")
    def _port_of_a_protocol(self) -> Self:
        if self.port is not None and self.protocol not in ("tcp", "udp"):
            raise ValueError("'port' needs the protocol 'tcp' or 'udp'")
        return self


class Config(BaseModel):
    """The keys of a configuration; all are optional."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_dashed)

    extend: FilePath | None = Field(default=None, description="Another configuration, whose keys this one overrides.")
    select: tuple[Selector, ...] = Field(
        default=("default",),
        description="The rules to run: names, codes, starts of codes such as VN1, families, or the profiles `default`, "
        "`strict` and `all`.",
    )
    extend_select: tuple[Selector, ...] = Field(default=(), description="More rules to run.")
    ignore: tuple[Selector, ...] = Field(default=(), description="Rules not to run.")
    fixable: tuple[Selector, ...] = Field(
        default=(), description="Rules whose findings --fix fixes even if they are below --fail-on."
    )
    unfixable: tuple[Selector, ...] = Field(default=(), description="Rules whose findings --fix does not fix.")
    min_severity: Severity = Field(default="info", description="The lowest severity that is shown.")
    severity: dict[RuleName, Severity] = Field(default={}, description="The severity of findings, by rule.")
    options: dict[RuleName, dict[str, Any]] = Field(default={}, description="The options of rules, by rule.")
    per_file_ignores: dict[FilePattern, tuple[Selector, ...]] = Field(
        default={}, description="Rules not to run on some files, by pattern as in a .gitignore."
    )
    include: tuple[FilePattern, ...] = Field(
        default=("*",),
        description="The files below this folder that rules across files see: patterns as in a .gitignore.",
    )
    placeholders: tuple[Placeholder, ...] = Field(
        default=(),
        description="Placeholders for values in templates, besides the usual ones: regular expressions as in XML "
        "Schema, such as `<<[a-z]+>>`.",
    )
    external: tuple[StrictStr, ...] = Field(
        default=("default",), description="Networks and filters that exist although these files do not define them."
    )
    complete: StrictBool = Field(default=False, description="Whether the files define everything on the host.")
    host: FilePath | None = Field(default=None, description="The host's inventory, a JSON or TOML file.")
    target_libvirt: LibvirtVersion | None = Field(
        default=None, description="The oldest libvirt that the files are for, such as 9.0.0."
    )
    schemas: FilePath = Field(
        default="bundled",
        description="The schemas to use: `bundled`, `system` (those of libvirt), or a folder with libvirt's schemas.",
    )
    metadata: dict[StrictStr, FilePath] = Field(
        default={}, description="Schemas (.rng or .xsd) for the contents of <metadata>, by namespace."
    )
    policies: tuple[FilePath, ...] = Field(
        default=(),
        description="Policy files, whose rules run as well: paths, or names of those that vnetlint has, such as "
        "`hardening`.",
    )
    baseline: BaselinePath | None = Field(
        default=None, description="The baseline, a JSON file of known findings, which are not reported."
    )
    expect: tuple[ExpectationTable, ...] = Field(default=(), description="Who is expected to reach whom.")


@dataclass(frozen=True)
class KeyOrigin:
    """Where a key is set: the file, and the path of keys as it is written there."""

    file: ConfigFile
    keys: Keys


@dataclass(frozen=True, eq=False)
class Loaded:
    """A configuration with its files and the origin of each key. Rules are identified by name, never by code."""

    config: Config
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
        """Return the path, as reports show it, of a file that the configuration names at a key."""
        return display(os.path.join(self.folder(*keys), path))


@cache
def load(path: str, catalogue: Catalogue | None = None) -> Loaded:
    """Return a configuration, together with those that it extends.

    `catalogue` has the rules that it may name, by default vnetlint's own. Raises ConfigError for the fault that comes
    first in the files, because a run cannot go on with any.
    """
    catalogue = catalogue or builtin()
    chain = tuple(_chain(read(os.path.abspath(path))))
    policies = tuple(_policies(chain))
    if policies:
        from vnetlint.policy.load import with_policies

        catalogue = with_policies(catalogue, policies)
    table: dict[str, Any] = {}
    origins: dict[Keys, KeyOrigin] = {}
    for file in chain:
        _lay(table, file.table, KeyOrigin(file, ()), (), 0, origins, catalogue)
    faults: list[_Fault] = []
    options = dict(_options(table.get("options"), faults, catalogue))
    try:
        config = Config.model_validate(table, context=catalogue)
    except ValidationError as error:
        faults += [(tuple(each["loc"]), each) for each in error.errors()]
    if faults:
        raise ConfigError(_explain(faults, chain, origins, catalogue)) from None
    return Loaded(config, chain, origins, options, policies, catalogue)


def _policies(chain: Iterable[ConfigFile]) -> Iterator[Source]:
    """Yield the policies that a configuration names: the first file that has the key. The model judges its type."""
    file = next((each for each in chain if "policies" in each.table), None)
    named = file.table["policies"] if file else ()
    for number, name in enumerate(named if isinstance(named, list) else ()):
        if file is not None and isinstance(name, str) and name:
            place = file.place("policies", number)
            if reason := invalid(name):
                raise ConfigError(f"{place}: {reason}")
            from vnetlint.policy.packs import policy_source

            yield policy_source(name, file.folder, place)


def forget() -> None:
    """Clear the caches of configurations, for a process during which files may change."""
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
            raise ConfigError(f"{file.place('extend')}: circular 'extend' of '{extended}'")
        if len(seen) > MAX_EXTENDS:
            raise ConfigError(f"{file.place('extend')}: more than {MAX_EXTENDS} configurations in a chain of 'extend'")
        if not os.path.isfile(at):
            reason = "is not a regular file" if os.path.lexists(at) else "does not exist"
            raise ConfigError(f"{file.place('extend')}: {extended} {reason}")
        file = read(os.path.normpath(at))
        seen.append(os.path.realpath(at))


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
        if earlier is not None and earlier.file is at.file:
            words = f"'{earlier.keys[-1]}' and '{key}' are the same rule"
            raise ConfigError(f"{at.file.place(*here.keys)}: {'.'.join(map(str, at.keys))}: {words}")
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


_Fault = tuple[Keys, Any]
"""The path of a key, and the error that pydantic has for it."""


def _options(table: object, faults: list[_Fault], catalogue: Catalogue) -> Iterator[tuple[str, object]]:
    """Yield the options of each rule in the table, and add their faults to `faults`."""
    if not isinstance(table, dict):
        return
    for name, values in table.items():
        rule = catalogue.by_name.get(name)
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
            # Raised by the rule's dataclass, for a condition on more than one option.
            faults.append((("options", name), {"type": "value_error", "ctx": {"error": error}}))


def _explain(
    faults: list[_Fault], chain: tuple[ConfigFile, ...], origins: Mapping[Keys, KeyOrigin], catalogue: Catalogue
) -> str:
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
        known = _known_beside(keys, catalogue)
        within = f"{shown(written[:-1])}: " if len(keys) > 1 else ""
        return f"{place}: {within}unknown key '{keys[-1]}'{suggestion(str(keys[-1]), known)}"
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
    if keys[0] == "expect" and len(keys) > 1:
        return [each.alias or name for name, each in ExpectationTable.model_fields.items()]
    model = Config if len(keys) == 1 else model_of(catalogue.find(str(keys[1])))
    return [_dashed(name) for name in model.model_fields]


def _plain(loc: Keys) -> Keys:
    return tuple(step for step in loc if step != _KEY)


def _origin(origins: Mapping[Keys, KeyOrigin], keys: Keys) -> KeyOrigin | None:
    for depth in range(len(keys), 0, -1):
        if origin := origins.get(keys[:depth]):
            return KeyOrigin(origin.file, (*origin.keys, *keys[depth:]))
    return None


def known_keys() -> list[str]:
    """Return the keys of a configuration, as they are written in TOML."""
    return [_dashed(name) for name in Config.model_fields]
