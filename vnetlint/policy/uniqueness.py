"""The assertion `unique`: no two elements of a project, or of a host, have the same value."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

from vnetlint.model import View
from vnetlint.policy.evaluate import Asker
from vnetlint.policy.table import RuleTable
from vnetlint.policy.violation import Assertion, Violation
from vnetlint.policy.vocabulary import Subject
from vnetlint.project import Project, subjects
from vnetlint.xml.node import Attribute, Node

if TYPE_CHECKING:
    from vnetlint.model.view import Named

_Firsts = dict[tuple[str, str], Node | Attribute]
"""The first place of each value, by host and value."""


def unique(table: RuleTable, of: Subject, asked: Asker) -> Assertion:
    """Return the assertion that no two elements have the same value."""
    kept: WeakKeyDictionary[Project, _Firsts] = WeakKeyDictionary()

    def firsts(project: Project) -> _Firsts:
        """Return the first element that has each value."""
        if project not in kept:
            found = kept[project] = {}
            for owner in (view for view in subjects(project.models) if isinstance(view, of.on)):
                for view in of.views(owner):
                    for each in asked.read(view, project):
                        if each.text:
                            found.setdefault((host_of(view, project), each.text), each.place)
        return kept[project]

    def host_of(view: View, project: Project) -> str:
        return project.host_of(cast("Named", view)) if table.unique == "host" else ""

    def find(view: View, project: Project | None) -> Iterator[Violation]:
        assert project is not None
        for each in asked.read(view, project):
            first = firsts(project).get((host_of(view, project), each.text or ""))
            if first is not None and not _same(first, each.place):
                message = f"'{each.text}' of '{table.value}' is used twice"
                yield Violation(each.place, message, {"value": each.text or ""}, first)

    return Assertion(find, needs_project=True)


def _same(one: Node | Attribute, other: Node | Attribute) -> bool:
    if isinstance(one, Attribute) and isinstance(other, Attribute):
        return one.node == other.node and one.name == other.name
    return one is other
