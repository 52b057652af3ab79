"""The check of a rule of a policy: which elements it selects, and what it yields for each that breaks it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from vnetlint.api import problem, related
from vnetlint.finding import Problem
from vnetlint.model import View
from vnetlint.policy.assertions import assertion
from vnetlint.policy.evaluate import Judge, judge, subject
from vnetlint.policy.language import LanguageError, selector
from vnetlint.policy.options import class_of, filled, values_of
from vnetlint.policy.remedy import remedy
from vnetlint.policy.table import RuleTable, counted
from vnetlint.policy.violation import PolicyValueError
from vnetlint.policy.vocabulary import ELEMENT, Subject
from vnetlint.policy.wording import Wording, wording
from vnetlint.project import Project
from vnetlint.rulebook.rule import Check
from vnetlint.validation import shown

if TYPE_CHECKING:
    from vnetlint.policy.xpathtree import XPathSelection

_GIVEN = {"required": ("expected",), "must": (), "unique": ("value",), "reach": ("expected",)}
"""The values that an assertion has for a message; the others have both."""


@dataclass(frozen=True)
class PolicyCheck:
    """A check, the views that it is called with, and whether it takes the project."""

    run: Check
    on: tuple[type[View], ...]
    needs_project: bool


def check_of(key: str, table: RuleTable) -> PolicyCheck:
    """Return the check of a rule whose assertion is `key`. Raises PolicyValueError if a value is invalid."""
    of, wanted, chosen = _selection(table)
    asserted = assertion(key, table, of)
    words, words_need = _words(key, table, of)
    made, fix_needs = remedy(table.fix, of) if table.fix else (None, False)
    needs = asserted.needs_project or words_need or fix_needs or (wanted is not None and wanted.needs_project)

    def check(owner: View, project: Project | None) -> Iterator[Problem]:
        if chosen is not None and chosen.is_too_costly(owner.node.document):
            yield from _unchecked(owner)
            return
        for view in of.views(owner):
            if chosen is not None and view.node not in chosen.of(owner.node.document):
                continue
            if wanted is None or wanted.ask(view, project) is True:
                for each in asserted.find(view, project):
                    message = words(view, project, each.values) if words else each.message
                    fixes = made(view, project, each.values) if made else ()
                    first = (related(each.first, "first used here"),) if each.first is not None else ()
                    yield problem(each.place, message, fixes, related=first)

    on = of.on if isinstance(of.on, tuple) else (of.on,)
    return PolicyCheck(check if needs else lambda owner: check(owner, None), on, needs)


def _unchecked(owner: View) -> Iterator[Problem]:
    """Yield what is reported of a document that is too large for an expression, once."""
    root = owner.node.document.root
    if next(each for each in root.descendants() if each.name == owner.node.name) == owner.node:
        size = f"{owner.node.document.elements:,} elements"
        yield problem(root, f"not checked: the rule's XPath takes too long in a document of {size}")


def _selection(table: RuleTable) -> "tuple[Subject, Judge | None, XPathSelection | None]":
    """Return the kind of the elements, a condition that they meet, and an XPath that selects them."""
    of, wanted, chosen = ELEMENT, None, None
    if table.select is not None:
        try:
            parts = selector(table.select)
            of = subject(parts.kind, parts.at)
            wanted = judge(parts.condition, of) if parts.condition else None
        except LanguageError as error:
            hint = "; an XPath is for the key 'xpath'" if table.select.lstrip().startswith(("/", "xpath")) else ""
            raise PolicyValueError(("select",), f"{error}{hint}", error.at) from None
    if table.xpath is not None:
        chosen = _xpath(table.xpath)
        if table.select is None:
            of = replace(ELEMENT, views=lambda owner: map(View, chosen.of(owner.node.document)))
    return of, wanted, chosen


def _xpath(text: str) -> "XPathSelection":
    from vnetlint.policy.xpath import xpath
    from vnetlint.policy.xpathtree import XPathSelection

    try:
        return XPathSelection(xpath(text))
    except LanguageError as error:
        raise PolicyValueError(("xpath",), str(error), error.at) from None


def _words(key: str, table: RuleTable, of: Subject) -> tuple[Wording | None, bool]:
    if table.message is None:
        return None, False
    try:
        return wording(table.message, of, _GIVEN.get(key, ("value", "expected")))
    except LanguageError as error:
        raise PolicyValueError(("message",), str(error), error.at) from None


def adaptable(
    written: Mapping[str, Any], key: str, usual: PolicyCheck, table: RuleTable
) -> tuple[PolicyCheck, type[Any]]:
    """Return the check of a rule with options, and the dataclass of its options.

    `written` is the rule as its file has it, `usual` its check with the defaults.
    """

    @lru_cache(maxsize=8)
    def chosen(options: object) -> Check:
        try:
            return check_of(key, RuleTable.model_validate(filled(written, values_of(options)))).run
        except ValidationError as error:
            fault = error.errors()[0]
            raise ValueError(f"{shown(fault['loc'])}: {counted(fault)}") from None
        except PolicyValueError as error:
            raise ValueError(f"{shown(error.key)}: {error}") from None

    def run(owner: View, project: Project | None, options: object) -> Iterator[Problem]:
        return chosen(options)(owner, project)

    def run_alone(owner: View, options: object) -> Iterator[Problem]:
        return chosen(options)(owner)

    made: Callable[..., Iterator[Problem]] = run if usual.needs_project else run_alone
    return replace(usual, run=made), class_of(table.name, table.options, chosen)
