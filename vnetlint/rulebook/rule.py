"""A rule with its check, and the functions with which a rule's file declares it."""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from vnetlint.dataclass import dataclass
from vnetlint.finding import Finding, Problem, Severity, When
from vnetlint.lazy import cached_property
from vnetlint.rulebook.info import Profile, RuleInfo

if TYPE_CHECKING:
    from vnetlint.model.view import View

Check = Callable[..., Iterator[Problem]]
_Value = TypeVar("_Value")

LONGEST_MESSAGE = 600
"""Characters of a message that are reported, because a value in a file can have any length."""


@dataclass(frozen=True, eq=False)
class Rule(RuleInfo):
    """A rule that can be run. `check` is None if the engine itself makes its findings."""

    on: "tuple[type[View], ...]" = ()
    check: Check | None = None
    needs_project: bool = False
    options: type[Any] | None = None
    """The dataclass of its options. `check` gets an instance as its argument `options`."""
    explains: str = ""
    """A schema rule whose findings about the same element this rule's findings replace, because they say more."""

    @cached_property
    def default_options(self) -> object:
        """The options that apply without a configuration; None if the rule has no options."""
        return self.options() if self.options else None

    def check_with(self, options: Mapping[str, object]) -> Check:
        """Return the check with the rule's options bound to it. `options` has the configured options, by rule name."""
        assert self.check is not None, "only rules that check are run"
        if self.options is None:
            return self.check
        return partial(self.check, options=options.get(self.name, self.default_options))

    def finding(self, problem: Problem) -> Finding:
        """Return a problem as a finding of this rule, with the rule's defaults where the problem sets nothing."""
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
    """Return a message, without its middle if it is longer than LONGEST_MESSAGE."""
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
    explains: str = "",
) -> Callable[[Check], Rule]:
    """Return a decorator that makes a rule of a check.

    The check is called with each view of the types `on`, and with the project if it has a parameter for it. `options`
    is a frozen dataclass whose fields are made by `option`. If it is given, the check gets an instance as its last
    argument, `options`.
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
            explains=explains,
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
    """Return a rule whose findings the engine makes. The rule's file contains only its page."""
    page, family = _page(module), _family(module)
    return Rule(name, code, family, severity, when, since, page, profile, fails, suppressible, module=module)


def option(default: _Value, *, least: int | None = None, most: int | None = None, pattern: str | None = None) -> _Value:
    """Declare an option of a rule: a number with bounds, or a string or list of strings that match a pattern."""
    bounds = {"least": least, "most": most, "pattern": pattern}
    return field(default=default, metadata=bounds)


def _family(module: str) -> str:
    return module.rpartition(".")[0].rpartition(".")[2]


def _page(module: str) -> str:
    """Return the docstring of the module. It is not loaded yet if all rules are in one module, as in a wheel."""
    return getattr(sys.modules.get(module), "__doc__", None) or ""
