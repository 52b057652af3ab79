"""The checks that the engine makes itself: encoding, schemas, and features that an older libvirt lacks.

Each is a function of a reading and the settings of a run, and yields problems with the names of their rules. The rules'
files contain only the pages. The problems of files that cannot be checked at all are here too.
"""

from collections.abc import Callable, Iterator

from vnetlint.engine import utf8
from vnetlint.engine.reading import File, FileReading
from vnetlint.finding import Edit, Fix, Problem, Related, Safety, Span
from vnetlint.settings import Settings
from vnetlint.xml.source import Unreadable
from vnetlint.xml.wellformed import SyntaxFault

ToolProblem = tuple[str, Problem]
"""The name of a rule, and a problem that it reports."""

ToolCheck = Callable[[FileReading, Settings], Iterator[ToolProblem]]


def encoding(reading: FileReading, _settings: Settings) -> Iterator[ToolProblem]:
    """Yield what libvirt reads differently because a file is not UTF-8."""
    for model in reading.models:
        for problem in utf8.problems(model.node.document):
            yield "not-utf-8", problem


def schema(reading: FileReading, _settings: Settings) -> Iterator[ToolProblem]:
    """Yield the faults of a file by libvirt's schema."""
    yield from reading.rejected


def metadata(reading: FileReading, settings: Settings) -> Iterator[ToolProblem]:
    """Yield the faults in `<metadata>` by a site's own schemas."""
    if settings.metadata:
        from vnetlint.schema import problems

        for model in reading.models:
            yield from problems.of_metadata(model.node.document, settings.metadata)


def older_libvirt(reading: FileReading, settings: Settings) -> Iterator[ToolProblem]:
    """Yield what the target version of libvirt does not support yet."""
    if settings.target is not None:
        from vnetlint.schema import problems

        for model in reading.models:
            for problem in problems.newer_than(model.node.document, settings.target):
                yield "needs-newer-libvirt", problem


CHECKS: tuple[tuple[str, ToolCheck], ...] = (
    ("not-utf-8", encoding),
    ("schema-", schema),
    ("schema-", metadata),
    ("needs-newer-libvirt", older_libvirt),
)
"""The checks, each with the beginning of its rules' names. A check runs only if one of these rules does."""


def syntax_problem(file: File, fault: SyntaxFault) -> Problem:
    """Return the problem that a file is not well formed, with the fix if there is one and the file is understood."""
    path = file.source.path
    related = (Related(fault.other[0], path, fault.other[1]),) if fault.other else ()
    made = fault.fix if file.is_certain else None
    safety: Safety = "safe" if made and made.is_certain else "unsafe"
    fixes = (Fix(made.title, tuple(Edit(path, *each) for each in made.edits), safety),) if made else ()
    element = file.documents[0].root.path if file.documents else "/"
    return Problem(path, fault.span, element, fault.message, fixes, related)


def unreadable_problem(file: Unreadable) -> Problem:
    """Return the problem that an input could not be read."""
    return Problem(file.path, Span(file.offset, file.offset), "/", file.message)
