"""What a rule says and what a user is told: plain frozen data that imports nothing of the project."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "info"]
When = Literal["define", "start", "plug", "never"]
Safety = Literal["safe", "unsafe", "choice", "display"]
Confidence = Literal["high", "medium", "low"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""From the worst to the mildest."""


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
    """One way to fix a finding; all its edits are made or none.

    `safe` cannot change a configuration that works; `unsafe` may. `choice` changes a design that works, or takes away
    what somebody wrote and could have meant otherwise, so it is made only where a person picks it. `display` has no
    edits: it needs a value from a person, or happens outside the file. `snippet` is then what to copy.
    """

    title: str
    edits: tuple[Edit, ...]
    safety: Safety
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a reader has to look at to understand a finding."""

    message: str
    path: str
    span: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """What a rule says of one place; `severity` and `when` are None where the rule's defaults hold."""

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
    """A problem under the name of its rule: what reports, editors and exit codes are made from.

    `element` is the path of the element from the document's root, such as `/network/ip[2]`; `when` is the moment
    at which libvirt complains. The first of `fixes` is the one that `--fix` applies.
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
