"""The checks of vnetlint itself, which are no rules in files of their own: encoding, schemas, older libvirts.

Each is a function of a reading and the run's settings, and yields problems with the names of the rules that they
belong to; the rules' files hold the pages. What keeps a file from being judged at all is here too.
"""

from collections.abc import Callable, Iterator

from vnetlint.engine import utf8
from vnetlint.engine.reading import File, FileReading
from vnetlint.finding import Edit, Fix, Problem, Related, Span
from vnetlint.result import Unreadable
from vnetlint.settings import Settings
from vnetlint.xml import wellformed

ToolProblem = tuple[str, Problem]
"""A problem behind the name of its rule."""

ToolCheck = Callable[[FileReading, Settings], Iterator[ToolProblem]]


def encoding(reading: FileReading, _settings: Settings) -> Iterator[ToolProblem]:
    """What libvirt makes of a file that is not UTF-8."""
    for model in reading.models:
        for problem in utf8.problems(model.node.document):
            yield "not-utf-8", problem


def schema(reading: FileReading, _settings: Settings) -> Iterator[ToolProblem]:
    """What libvirt's format has against a file."""
    yield from reading.rejected


def metadata(reading: FileReading, settings: Settings) -> Iterator[ToolProblem]:
    """What a site's own schemas have against what is in `<metadata>`."""
    if settings.metadata:
        from vnetlint.schema import problems

        for model in reading.models:
            yield from problems.of_metadata(model.node.document, settings.metadata)


def older_libvirt(reading: FileReading, settings: Settings) -> Iterator[ToolProblem]:
    """What the target version of libvirt does not know yet."""
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
"""Each check behind the beginning of the names of its rules: it runs only if one of these does."""


def syntax_problem(file: File, fault: wellformed.Fault) -> Problem:
    """Return why a file is not well formed, with the fix if there is one."""
    path = file.source.path
    related = (Related(fault.other[0], path, fault.other[1]),) if fault.other else ()
    made = fault.fix
    fixes = (Fix(made.title, tuple(Edit(path, *each) for each in made.edits), "safe"),) if made else ()
    element = file.documents[0].root.path if file.documents else "/"
    return Problem(path, fault.span, element, fault.message, fixes, related)


def unreadable_problem(file: Unreadable) -> Problem:
    """Return why an input could not be read."""
    return Problem(file.path, Span(file.offset, file.offset), "/", file.message)
