"""The keys of a configuration, with their types, defaults and descriptions."""

from collections.abc import Callable, Container
from copy import copy
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationInfo,
    create_model,
    model_validator,
)
from pydantic_core import PydanticCustomError

from vnetlint.config.chain import MAX_OVERRIDES
from vnetlint.files.paths import invalid
from vnetlint.finding import Severity
from vnetlint.rulebook.catalogue import Catalogue
from vnetlint.settings import ExpectedVerdict
from vnetlint.version import VersionError, parse_version

NOT_OVERRIDDEN = ("extend", "include", "exclude", "per-file-ignores", "baseline", "overrides")
"""The keys that an entry of `overrides` does not have, because they are about all files."""


def dashed(name: str) -> str:
    """Return a key as it is written in TOML, by the name of its field."""
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

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=dashed)

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

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=dashed)

    files: tuple[FilePattern, ...] = Field(
        min_length=1, description="The files that the entry is about: patterns as in a .gitignore."
    )


if TYPE_CHECKING:
    OverrideTable = _Override
else:
    OverrideTable = create_model(
        "OverrideTable",
        __base__=_Override,
        **{
            name: (each.annotation, copy(each))
            for name, each in ConfigKeys.model_fields.items()
            if dashed(name) not in NOT_OVERRIDDEN
        },
    )


class Config(ConfigKeys):
    """The keys of a configuration."""

    overrides: tuple[OverrideTable, ...] = Field(
        default=(), max_length=MAX_OVERRIDES, description="Keys that differ for some files, such as those of one host."
    )


def known_keys() -> list[str]:
    """Return the keys of a configuration, as they are written in TOML."""
    return [dashed(name) for name in Config.model_fields]
