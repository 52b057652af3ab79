"""The tables of a policy file: what each key may hold."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr

from vnetlint.finding import Severity
from vnetlint.rulebook.info import Profile
from vnetlint.settings import ExpectedVerdict

MAX_RULES = 200
MAX_ITEMS = 1000
MAX_EXAMPLES = 20

ShortText = Annotated[StrictStr, Field(min_length=1, max_length=200)]
LongText = Annotated[StrictStr, Field(min_length=1, max_length=5000)]
Clause = Annotated[StrictStr, Field(min_length=1, max_length=2000)]
Items = Annotated[tuple[Annotated[StrictStr, Field(max_length=200)], ...], Field(min_length=1, max_length=MAX_ITEMS)]
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


ReachEnd = Literal["this", "host", "lan", "internet"]
"""Who is asked about: the element itself, or who is outside."""


class ReachTable(_Table):
    """`reach`: what is to become of connections, as an entry of `expect` says it."""

    source: ReachEnd = Field(alias="from")
    target: ReachEnd = Field(alias="to")
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


class RuleTable(_Table):
    """`[[rule]]`: one rule."""

    name: Annotated[StrictStr, Field(max_length=60)]
    code: StrictStr
    title: ShortText
    why: LongText
    what_to_do: LongText
    severity: Severity = "warning"
    profile: Profile = "default"
    select: Clause
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
        "rule": RuleTable, "range": RangeTable, "count": CountTable, "reach": ReachTable, "fix": FixTable
    }  # fmt: skip
    named = [tables[each] for each in path if isinstance(each, str) and each in tables]
    model = named[-1] if named else PolicyTable
    return [field.alias or name for name, field in model.model_fields.items()]
