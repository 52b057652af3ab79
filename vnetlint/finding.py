"""What rules find and reports show: plain frozen data that imports nothing of the project."""

from typing import Literal, NamedTuple

from vnetlint.dataclass import dataclass

Severity = Literal["error", "warning", "info"]
"""`error`: libvirt refuses it or it cannot work. `warning`: it does not do what it says. `info`: worth knowing."""

When = Literal["define", "start", "plug", "never"]
"""The moment at which libvirt reports a problem; `plug` is when a guest's NIC is connected."""

Safety = Literal["safe", "unsafe", "choice", "display"]
"""What a fix may change; see Fix."""

Confidence = Literal["high", "medium", "low"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""From the most to the least severe."""


class Span(NamedTuple):
    """A half-open range of code points in the decoded text of one file."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `span` of the file `path` by `text`; an empty span inserts."""

    path: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to fix a finding. Either all its edits are made or none.

    A `safe` fix cannot change a configuration that works, an `unsafe` one may. A `choice` changes a design that works,
    or removes what its author could have meant differently, so it is made only if a person picks it. A `display` fix
    has no edits, because it needs a value from a person or happens outside the file. `snippet` is then what to copy.
    """

    title: str
    edits: tuple[Edit, ...]
    safety: Safety
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that helps to understand a finding."""

    message: str
    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule reports about one place. `severity` and `when` are None if the rule's defaults apply."""

    path: str
    span: Span
    element: str
    message: str
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()
    severity: Severity | None = None
    when: When | None = None
    libvirt_message: str | None = None
    confidence: Confidence = "high"


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with the name of its rule. Reports, editors and exit codes are based on findings.

    `element` is the path of the element from the document's root, such as `/network/ip[2]`. `when` is the moment at
    which libvirt reports the problem. The first of `fixes` is the one that `--fix` applies.
    """

    rule: str
    code: str
    path: str
    span: Span
    element: str
    message: str
    severity: Severity
    when: When
    libvirt_message: str | None = None
    confidence: Confidence = "high"
    fixes: tuple[Fix, ...] = ()
    related: tuple[Related, ...] = ()

    @property
    def is_schema_fault(self) -> bool:
        """Whether a schema rejects the place, and no rule of its own."""
        return self.rule.startswith("schema-")
