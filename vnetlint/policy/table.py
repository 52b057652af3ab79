"""The tables of a policy file: what each key may hold."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from vnetlint.finding import Severity
from vnetlint.rulebook.info import Profile
from vnetlint.settings import ExpectedVerdict
from vnetlint.validation import expected

MAX_RULES = 200
MAX_ITEMS = 1000
MAX_EXAMPLES = 20
MAX_OPTIONS = 20

ShortText = Annotated[StrictStr, Field(min_length=1, max_length=200)]
LongText = Annotated[StrictStr, Field(min_length=1, max_length=5000)]
Clause = Annotated[StrictStr, Field(min_length=1, max_length=2000)]
Items = Annotated[tuple[Annotated[StrictStr, Field(max_length=200)], ...], Field(min_length=1, max_length=MAX_ITEMS)]
OptionText = Annotated[StrictStr, Field(max_length=200)]
Example = Annotated[StrictStr, Field(min_length=1, max_length=64 * 1024)]
Examples = Annotated[tuple[Example, ...], Field(max_length=MAX_EXAMPLES)]


def _dashed(name: str) -> str:
    return name.replace("_", "-")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_dashed)


class RangeTable(_Table):
    """`range`: both ends are included."""

    least: ShortText | StrictInt = Field(alias="from")
    most: ShortText | StrictInt = Field(alias="to")


class CountTable(_Table):
    """`count`: how many there may be."""

    at_least: Annotated[StrictInt, Field(ge=0)] | None = None
    at_most: Annotated[StrictInt, Field(ge=0)] | None = None


class ReachTable(_Table):
    """`reach`: what is to become of connections, as an entry of `expect` says it."""

    source: ShortText = Field(alias="from", description="`this`, `host`, `lan`, `internet`, `network:NAME` or a guest.")
    target: ShortText = Field(alias="to", description="The same; names may be shell patterns such as `web-*`.")
    verdict: ExpectedVerdict
    protocol: Literal["icmp", "tcp", "udp"] | None = None
    port: Annotated[StrictInt, Field(ge=1, le=65535)] | None = None
    family: Literal["ipv4", "ipv6"] | None = None


class FixTable(_Table):
    """`fix`: one change of the element."""

    title: ShortText
    safety: Literal["safe", "unsafe", "choice"] = "choice"
    set: Annotated[dict[Clause, ShortText], Field(min_length=1, max_length=20)] | None = None
    remove: Clause | None = None
    insert: LongText | None = None
    into: Clause | None = None


class OptionTable(_Table):
    """An option of a rule, which a configuration may set: a number, a text, or a list of texts."""

    default: StrictInt | OptionText | Annotated[tuple[OptionText, ...], Field(max_length=MAX_ITEMS)] = Field(
        description="What applies without a configuration; its type is that of the option."
    )
    description: ShortText
    least: StrictInt | None = None
    most: StrictInt | None = None


class RuleTable(_Table):
    """`[[rule]]`: one rule."""

    name: Annotated[StrictStr, Field(max_length=60)]
    code: StrictStr
    title: ShortText
    why: LongText
    what_to_do: LongText
    severity: Severity = "warning"
    profile: Profile = "default"
    options: Annotated[dict[StrictStr, OptionTable], Field(max_length=MAX_OPTIONS)] = Field(default_factory=dict)
    select: Clause | None = None
    xpath: Clause | None = None
    value: Clause | None = None
    allow: Items | None = None
    deny: Items | None = None
    pattern: ShortText | None = None
    range: RangeTable | None = None
    subnet_of: Items | None = None
    required: Clause | None = None
    count: CountTable | None = None
    unique: Literal["project", "host"] | None = None
    reach: ReachTable | None = None
    must: Clause | None = None
    message: Clause | None = None
    fix: FixTable | None = None
    bad: Annotated[Examples, Field(min_length=1)]
    good: Annotated[Examples, Field(min_length=1)]
    fixed: Examples = ()
    references: Annotated[tuple[Clause, ...], Field(max_length=MAX_EXAMPLES)] = ()


class PolicyTable(_Table):
    """A policy file."""

    policy: Annotated[StrictStr, Field(max_length=60)] = "policy"
    rule: Annotated[tuple[RuleTable, ...], Field(min_length=1, max_length=MAX_RULES)]


ASSERTIONS = ("allow", "deny", "pattern", "range", "subnet-of", "required", "count", "unique", "reach", "must")
"""The keys of a rule of which it has exactly one."""
OF_A_VALUE = ("allow", "deny", "pattern", "range", "subnet-of", "count", "unique")
"""Those that are about `value`."""


def keys_of(path: tuple[Any, ...]) -> list[str]:
    """Return the keys that are known in the table at a path of a policy file."""
    tables: dict[str, type[BaseModel]] = {
        "rule": RuleTable, "options": OptionTable, "range": RangeTable, "count": CountTable, "reach": ReachTable,
        "fix": FixTable,
    }  # fmt: skip
    named = [tables[each] for each in path if isinstance(each, str) and each in tables]
    model = named[-1] if named else PolicyTable
    return [field.alias or name for name, field in model.model_fields.items()]


def counted(error: Mapping[str, Any]) -> str:
    """Return what an error of pydantic says about a value, with the length that it may have."""
    given: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "too_long":
            return f"expected at most {given['max_length']} items"
        case "too_short":
            return f"expected at least {given['min_length']} item"
        case "string_too_long":
            return f"expected at most {given['max_length']} characters"
    return expected(error)


_HOLE = {"type": "string", "pattern": r"\{options\.[a-z][a-z0-9-]*\}"}
"""What may be written instead of a number or a list: an option of the rule."""


def json_schema() -> dict[str, Any]:
    """Return the JSON schema of a policy file."""
    made = PolicyTable.model_json_schema(by_alias=True)
    tables = made["$defs"]
    for table, keys in {
        "RuleTable": ("allow", "deny", "subnet-of"),
        "CountTable": ("at-least", "at-most"),
        "ReachTable": ("port",),
    }.items():
        for key in keys:
            tables[table]["properties"][key]["anyOf"].append(_HOLE)
    tables["RuleTable"]["anyOf"] = [{"required": ["select"]}, {"required": ["xpath"]}]
    return made
