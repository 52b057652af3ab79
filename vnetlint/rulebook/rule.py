"""A rule with its check, and the decorators by which a rule's file declares one."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from vnetlint.finding import Finding, Problem, Severity, When
from vnetlint.rulebook.info import Profile, RuleInfo

if TYPE_CHECKING:
    from vnetlint.model.view import View

Check = Callable[..., Iterator[Problem]]
_Value = TypeVar("_Value")

LONGEST_MESSAGE = 600
"""Characters of a message that are reported; a value in a file may have any length."""


@dataclass(frozen=True, eq=False)
class Rule(RuleInfo):
    """A rule that can be run. `check` is None where the engine itself makes the findings."""

    module: str = ""
    """The module that declares it; empty for a rule that is data."""
    on: "tuple[type[View], ...]" = ()
    check: Check | None = None
    needs_project: bool = False
    options: type[Any] | None = None
    """The dataclass of what a configuration may set; `check` is given one as `options`."""

    @cached_property
    def default_options(self) -> object:
        """The options without a configuration; None if the rule has none."""
        return self.options() if self.options else None

    def check_with(self, options: Mapping[str, object]) -> Check:
        """Return the check, bound to the rule's own options; `options` has those of all rules, by rule name."""
        assert self.check is not None, "only rules that check are run"
        if self.options is None:
            return self.check
        return partial(self.check, options=options.get(self.name, self.default_options))

    def finding(self, problem: Problem) -> Finding:
        """Return a problem as a finding of this rule, with the rule's defaults."""
        return Finding(
            rule=self.name,
            code=self.code,
            path=problem.path,
            span=problem.span,
            element=problem.element,
            message=clipped(problem.message),
            severity=problem.severity or self.severity,
            when=problem.when or self.when,
            libvirt_message=clipped(problem.libvirt_message) if problem.libvirt_message else None,
            confidence=problem.confidence,
            fixes=problem.fixes,
            related=problem.related,
        )


def clipped(message: str) -> str:
    """Return a message without its middle if it quotes a huge value."""
    half = LONGEST_MESSAGE // 2
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:half]} … {message[-half:]}"


def rule(
    name: str,
    *,
    code: str,
    on: "type[View] | tuple[type[View], ...]",
    severity: Severity,
    when: When,
    since: str,
    profile: Profile = "default",
    options: type[Any] | None = None,
) -> Callable[[Check], Rule]:
    """Declare a rule: the function is called with each `on` of the files, and with the project if it asks for it.

    `options` is a frozen dataclass whose fields are made by `option`; the function is then given one as its last
    parameter, `options`.
    """

    def declared(check: Check) -> Rule:
        module = check.__module__
        return Rule(
            name,
            code,
            _family(module),
            severity,
            when,
            since,
            _page(module),
            profile,
            module=module,
            on=on if isinstance(on, tuple) else (on,),
            check=check,
            # All parameters are annotated. `inspect.signature` would make loading all rules a tenth slower.
            needs_project=len(check.__annotations__.keys() - {"options", "return"}) > 1,
            options=options,
        )

    return declared


def declare(
    name: str,
    module: str,
    *,
    code: str,
    severity: Severity,
    when: When,
    since: str,
    profile: Profile = "default",
    fails: bool = False,
    suppressible: bool = True,
) -> Rule:
    """Declare a rule whose findings the engine makes; its file holds the page."""
    page, family = _page(module), _family(module)
    return Rule(name, code, family, severity, when, since, page, profile, fails, suppressible, module)


def option(default: _Value, *, least: int | None = None, most: int | None = None, pattern: str | None = None) -> _Value:
    """Declare an option of a rule, with bounds of a number, or the pattern of a text or of each text in a list."""
    bounds = {"least": least, "most": most, "pattern": pattern}
    return field(default=default, metadata=bounds)


def _family(module: str) -> str:
    return module.rpartition(".")[0].rpartition(".")[2]


def _page(module: str) -> str:
    return sys.modules[module].__doc__ or ""
