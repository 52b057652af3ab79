"""What breaks the expectations of a configuration about who reaches whom: judged once for a run, not for each file."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from shlex import quote

from vnetlint.api import advise, problem
from vnetlint.errors import ExpectationError
from vnetlint.finding import Fix, Problem, Related, Severity
from vnetlint.model.view import has_unknowns
from vnetlint.project import Project
from vnetlint.reach.answer import Unknown, Verdict
from vnetlint.reach.expect import Breach, breaches, worlds_of
from vnetlint.settings import Expectation
from vnetlint.xml.node import Attribute, Node

BROKEN = "expectation-broken"
UNDECIDED = "expectation-undecided"

ExpectedProblems = Mapping[str, tuple[tuple[str, Problem], ...]]
"""The name of a rule and a problem that it reports, by file."""

_EXPECTED: dict[str, str] = {
    "allowed": "must reach",
    "blocked": "must not reach",
    "one-way": "must only send to",
    "rejected": "must be rejected by",
    "dropped": "must be dropped by",
    "no-route": "must have no route to",
}
_HAPPENS: dict[Verdict, str] = {
    "allowed": "is allowed",
    "one-way": "arrives without a reply",
    "rejected": "is rejected",
    "dropped": "is dropped",
    "no-route": "has no route",
}


def judged(
    project: Project, expectations: tuple[Expectation, ...], pause: Callable[[], None], *, is_whole: bool
) -> ExpectedProblems:
    """Return what breaks expectations, by file.

    Raises ExpectationError if one names nobody. If the project is not whole, because a file could not be read or is a
    template, somebody may have that name, and nothing is raised.
    """
    found: dict[str, list[tuple[str, Problem]]] = {}
    worlds = worlds_of(project, expectations)
    paths = {each.path for each in project.models}
    for expectation in expectations if worlds else ():
        try:
            broken = breaches(worlds, expectation, pause)
        except ExpectationError:
            if is_whole and expectation.must_name:
                raise
            continue
        except Exception as error:
            # If the run was superseded, this raises again.
            pause()
            # A bug in the model must not hide the findings of the rules.
            root = project.models[0].node
            text = f"judging an expectation failed: {type(error).__name__}: {error}; please report this with the file"
            found.setdefault(project.models[0].path, []).append(("internal-error", problem(root, text)))
            continue
        for rule, each in _problems(broken, project, paths):
            found.setdefault(each.path, []).append((rule, each))
    return {path: tuple(each) for path, each in found.items()}


def _problems(broken: Iterable[Breach], project: Project, paths: Collection[str]) -> Iterator[tuple[str, Problem]]:
    for breach in broken:
        place = _place(breach, paths) or next(iter(project.models)).node
        document = place.node if isinstance(place, Attribute) else place
        if document.document.source.is_template and has_unknowns(document.document.root):
            continue
        expectation = breach.expectation
        related = (Related(f"'{expectation.source}' {_wanted(expectation)}", expectation.file.path, expectation.span),)
        if breach.missing is None:
            yield BROKEN, problem(place, _broken(breach), _look(expectation), related=related)
            continue
        # What should work is noticed when it does not. What should be impossible is not.
        is_mild = expectation.verdict == "allowed" and not breach.is_usual
        severity: Severity | None = "info" if is_mild else None
        tell = advise("Write the host's inventory, and name it in the configuration", "vnetlint host -o host.json")
        yield UNDECIDED, problem(place, _undecided(breach, *breach.missing), tell, related=related, severity=severity)


def _look(expectation: Expectation) -> tuple[Fix, ...]:
    """Show how to see every reason; which of them has to change is for the owner to decide."""
    ends = f"--from {quote(expectation.source)} --to {quote(expectation.target)}"
    return advise("Look at every reason on the way", f"vnetlint reach . {ends} --why")


def _place(breach: Breach, paths: Collection[str]) -> Node | Attribute | None:
    """Return the element that breaks an expectation, or else the NIC of a guest that it is about."""
    place = breach.place
    if place is not None and (place.node if isinstance(place, Attribute) else place).document.source.path in paths:
        return place
    views = [each.view for each in breach.guests if each.view is not None]
    interfaces = (node for view in views for node in view.node.descendants() if node.name == "interface")
    return next(interfaces, views[0].node if views else None)


def _wanted(expectation: Expectation) -> str:
    reason = f" ({expectation.reason})" if expectation.reason else ""
    return f"{_EXPECTED[expectation.verdict]} '{expectation.target}'{reason}"


def _head(breach: Breach) -> str:
    reason = f" ({breach.expectation.reason})" if breach.expectation.reason else ""
    others = f" and {breach.others} more" if breach.others else ""
    return f"{breach.source.name} {_EXPECTED[breach.expectation.verdict]} {breach.target.name}{others}{reason}"


def _traffic(breach: Breach) -> str:
    """Return what kind of packets an expectation is broken for."""
    question, expectation = breach.question, breach.expectation
    words = [f"IPv{question.version}"]
    if expectation.protocol is not None or question.port is not None:
        words.append(question.protocol.upper())
    if question.port is not None:
        words.append(f"port {question.port}")
    return " ".join(words)


def _broken(breach: Breach) -> str:
    why = f": {breach.why}" if breach.why else ""
    return f"{_head(breach)}, but {_traffic(breach)} {_HAPPENS[breach.case.outcome.verdict]}{why}"


def _undecided(breach: Breach, fact: Unknown, value: str) -> str:
    happens = f"{_traffic(breach)} {_HAPPENS[breach.case.outcome.verdict]} if {fact.with_value(value)}"
    return f"{_head(breach)}, but {happens} ({fact.key} in the inventory)"
