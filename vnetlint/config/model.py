"""The model of a configuration, and how one is loaded.

The nearest file is used. It may `extend` another one. Its keys, and in tables its entries, then override those of the
other one. For some files, entries of `overrides` override both. Paths and patterns are relative to the folder of the
file that contains them. Nothing in a configuration is executed.
"""

import os
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

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
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from vnetlint.config.chain import chain as chain_of
from vnetlint.config.chain import forget as forget_files
from vnetlint.config.file import ConfigError, ConfigFile
from vnetlint.config.ruleoptions import model_of
from vnetlint.files.paths import display, invalid
from vnetlint.files.tomlplaces import Keys
from vnetlint.finding import Severity
from vnetlint.rulebook.catalogue import Catalogue, builtin
from vnetlint.settings import ExpectedVerdict
from vnetlint.validation import expected, shown, suggestion
from vnetlint.version import VersionError, parse_version
from vnetlint.xml.source import Source

_TABLES = {"severity": 1, "per-file-ignores": 1, "metadata": 1, "options": 2}
"""The depth of the tables that are merged with those of an extended configuration."""

MAX_OVERRIDES = 500
"""The most entries of `overrides`: the pattern of each is matched with each file."""

NOT_OVERRIDDEN = ("extend", "include", "exclude", "per-file-ignores", "baseline", "overrides")
"""The keys that an entry of `overrides` does not have, because they are about all files."""

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


class ConfigKeys(BaseModel):
    """The keys of a configuration, without its overrides; all are optional."""

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
    exclude: tuple[FilePattern, ...] = Field(
        default=(),
        description="Files and folders below this folder that are not checked, also if they are named: patterns as in "
        "a .gitignore.",
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


class _Override(BaseModel):
    """What each entry of `overrides` has. The other keys are those of a configuration."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_dashed)

    files: tuple[FilePattern, ...] = Field(
        min_length=1, description="The files that the entry is about: patterns as in a .gitignore."
    )

    @property
    def is_host(self) -> bool:
        """Whether the files are those of one host: the entry has its inventory, or contains everything on it."""
        return getattr(self, "host", None) is not None or getattr(self, "complete", False) is True


if TYPE_CHECKING:
    OverrideTable = _Override
else:
    OverrideTable = create_model(
        "OverrideTable",
        __base__=_Override,
        **{
            name: (each.annotation, copy(each))
            for name, each in ConfigKeys.model_fields.items()
            if _dashed(name) not in NOT_OVERRIDDEN
        },
    )


class Config(ConfigKeys):
    """The keys of a configuration."""

    overrides: tuple[OverrideTable, ...] = Field(
        default=(), max_length=MAX_OVERRIDES, description="Keys that differ for some files, such as those of one host."
    )


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
def load(path: str, catalogue: Catalogue | None = None, overrides: tuple[int, ...] = ()) -> Loaded:
    """Return a configuration, together with those that it extends, as it is for files to which some overrides apply.

    `catalogue` has the rules that it may name, by default vnetlint's own. Of `overrides`, numbers of valid entries in
    order, the later ones win. Raises ConfigError for the fault that comes first in the files, because a run cannot go
    on with any.
    """
    catalogue = catalogue or builtin()
    chain = chain_of(os.path.abspath(path))
    layers = [*_entries(chain, overrides), *(_Layer(each.table, KeyOrigin(each, ())) for each in chain)]
    policies = tuple(_policies(layers))
    known = _with(catalogue, policies)
    table: dict[str, Any] = {}
    origins: dict[Keys, KeyOrigin] = {}
    for layer in layers:
        _lay(table, layer.table, layer.at, (), 0, origins, known)
    named = known
    faults: list[_Fault] = []
    if overrides:
        del table["overrides"]
    else:
        # An entry may name the rules of its own policies.
        own = [each for entry in _every_entry(chain) for each in _policies([entry])]
        named = _with(known, tuple(own))
        faults += _faults_of_entries(table.get("overrides"), named)
    options = dict(_options(table.get("options"), faults, named))
    try:
        config = Config.model_validate(table, context=named)
    except ValidationError as error:
        faults += [(tuple(each["loc"]), each) for each in error.errors()]
    if faults:
        raise ConfigError(_explain(faults, chain, origins, named)) from None
    return Loaded(config, chain, origins, options, policies, known)


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


_Fault = tuple[Keys, Any]
"""The path of a key, and the error that pydantic has for it."""


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
    return [_dashed(name) for name in model.model_fields]


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


def _origin(origins: Mapping[Keys, KeyOrigin], keys: Keys) -> KeyOrigin | None:
    for depth in range(len(keys), 0, -1):
        if origin := origins.get(keys[:depth]):
            return KeyOrigin(origin.file, (*origin.keys, *keys[depth:]))
    return None


def known_keys() -> list[str]:
    """Return the keys of a configuration, as they are written in TOML."""
    return [_dashed(name) for name in Config.model_fields]
