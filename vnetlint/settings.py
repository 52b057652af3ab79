"""The settings of a run: plain values that can be compared, hashed and sent to another process."""

from collections.abc import Container, Mapping
from dataclasses import asdict, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vnetlint.dataclass import dataclass
from vnetlint.finding import SEVERITIES, Finding, Fix, Safety, Severity, Span
from vnetlint.lazy import cached_property
from vnetlint.version import Version

if TYPE_CHECKING:
    from vnetlint.host import Host
    from vnetlint.xml.source import Source

EXTERNAL_NETWORKS = frozenset({"default"})
"""Networks that exist although no file of the project defines them: libvirt ships `default`."""


@dataclass(frozen=True)
class FixPolicy:
    """Which fix of a finding is made. In bulk it is the first, if its safety and the finding's severity allow it."""

    unsafe: bool = False
    """Whether fixes that may change a configuration that works are made in bulk."""
    threshold: Severity = "warning"
    """The lowest severity that is fixed in bulk."""
    fixable: frozenset[str] = frozenset()
    """Names of rules that are fixed in bulk whatever their severity."""
    unfixable: frozenset[str] = frozenset()
    """Names of rules that are never fixed in bulk."""
    choices: Mapping[str, int] = field(default_factory=dict)
    """The number (from 1) of the fix to make, whatever its safety, by rule name."""

    def pick(self, finding: Finding) -> Fix | None:
        """Return the fix to make, or None."""
        if (number := self.choices.get(finding.rule)) is not None:
            fix = finding.fixes[number - 1] if 0 < number <= len(finding.fixes) else None
            return fix if fix is not None and fix.edits else None
        return self._in_bulk(finding, self.unsafe)

    def _in_bulk(self, finding: Finding, unsafe: bool) -> Fix | None:
        if not finding.fixes or finding.rule in self.unfixable:
            return None
        mild = SEVERITIES.index(finding.severity) > SEVERITIES.index(self.threshold)
        if mild and finding.rule not in self.fixable:
            return None
        fix = finding.fixes[0]
        allowed = fix.safety == "safe" or (fix.safety == "unsafe" and unsafe)
        return fix if allowed and fix.edits else None

    def offer(self, finding: Finding, files: Container[str]) -> Safety:
        """Return the safety level at which bulk fixing would fix a finding by edits of `files` alone.

        It is `choice` if a person has to pick a fix, and `display` if no fix has edits.
        """
        fix = self._in_bulk(finding, unsafe=True)
        if fix is not None and is_within(fix, files):
            return fix.safety
        return "choice" if any(fix.edits and is_within(fix, files) for fix in finding.fixes) else "display"


def is_within(fix: Fix, files: Container[str]) -> bool:
    """Whether a fix edits no other files than `files`."""
    return all(edit.path in files for edit in fix.edits)


@dataclass(frozen=True)
class FileIgnore:
    """Rules that do not apply to some files: those that a pattern, as in a .gitignore of `folder`, matches."""

    folder: str
    pattern: str
    rules: frozenset[str]
    """Names of rules."""


ExpectedVerdict = Literal["allowed", "blocked", "rejected", "dropped", "no-route", "one-way"]
"""What is to become of connections; `blocked` means that no packet arrives, for whatever reason."""


@dataclass(frozen=True)
class Expectation:
    """Who is expected to reach whom."""

    source: str
    """The name or pattern of those who open connections."""
    target: str
    """The name or pattern of those whom they are opened to."""
    verdict: ExpectedVerdict
    file: "Source"
    """The configuration."""
    span: Span
    """Its first line in the configuration."""
    source_place: str
    """`file:line:column` of the source, for a message."""
    target_place: str
    """`file:line:column` of the target, for a message."""
    protocol: Literal["icmp", "tcp", "udp"] | None = None
    """None is all of them."""
    port: int | None = None
    family: Literal["ipv4", "ipv6"] | None = None
    """The IP version; None is those that both ends have."""
    reason: str = ""
    must_name: bool = True
    """Whether it is an error if it names nobody. It is not if it is about any of several hosts that has both ends."""


@dataclass(frozen=True)
class Settings:
    """The settings of a run."""

    rules: frozenset[str] = frozenset({"default"})
    """The rules to run: names, or other selectors that the catalogue knows."""
    host: "Host | None" = None
    complete: bool = False
    """Whether the files define everything on the host, so that a name that they do not define is missing."""
    one_host: bool = False
    """Whether the files are those of one host, in whatever folders they are."""
    external: frozenset[str] = EXTERNAL_NETWORKS
    """Networks and filters that exist although these files do not define them."""
    fixing: FixPolicy = FixPolicy()
    """Which fixes `fix` makes."""
    schemas: Path | None = None
    """The folder of the schemas to use; None is the project's own."""
    placeholders: tuple[str, ...] = ()
    """A site's own placeholders for values, besides the usual ones: regular expressions as in XML Schema."""
    target: Version | None = None
    """The version of libvirt that the files are for; None is the newest."""
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """Severities that replace the rules' own, by rule name."""
    ignores: tuple[FileIgnore, ...] = ()
    """Rules that do not apply to some files."""
    metadata: Mapping[str, Path] = field(default_factory=dict)
    """Schemas for the contents of `<metadata>`, by namespace."""
    options: Mapping[str, object] = field(default_factory=dict)
    """Options that replace the rules' defaults, by rule name: each is an instance of the rule's dataclass."""

    expectations: tuple[Expectation, ...] = ()
    """Who is expected to reach whom."""
    policies: "tuple[Source, ...]" = ()
    """The policy files, whose rules there are besides those of the catalogue."""
    plugins: tuple[str, ...] = ()
    """The installed packages, with their versions, whose rules there are besides those of the catalogue."""

    @cached_property
    def digest(self) -> str:
        """A hash of all settings: equal settings have equal digests, in every process."""
        import json
        from hashlib import sha256

        values = {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}
        return sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _plain(value: object) -> object:
    """Return a value as JSON can write it. Sets are sorted."""
    if hasattr(value, "model_dump_json"):
        return value.model_dump_json()
    if hasattr(value, "__dataclass_fields__"):
        return [type(value).__name__, _plain(asdict(value))]  # type: ignore[call-overload]
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
