"""Finds the rules: every file below `rules/`, each of which declares one with `@rule` or `declare`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cache, cached_property, partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal, TypeVar

from vnetlint.errors import UserError
from vnetlint.finding import Finding, Problem, Severity, When
from vnetlint.model.view import View
from vnetlint.page import Page, read_page

Check = Callable[..., Iterator[Problem]]
_Value = TypeVar("_Value")
Profile = Literal["default", "strict", "all"]

PROFILES: tuple[Profile, ...] = ("default", "strict", "all")
"""From the fewest rules to all: what is wrong; what is worth a second look; what is only worth knowing."""

LONGEST_MESSAGE = 600
"""Characters of a message that are reported; a value of a file may be of any length."""

_CODE = re.compile(r"VN\d{4}")


@dataclass(frozen=True)
class _NoOptions:
    """The options of most rules."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule as its file declares it. `check` is None where the engine itself makes the findings."""

    name: str
    code: str
    severity: Severity
    when: When
    since: str
    module: str
    on: tuple[type[View], ...] = ()
    check: Check | None = None
    needs_project: bool = False
    profile: Profile = "default"
    """The smallest profile that runs the rule."""
    options: type[Any] | None = None
    """The dataclass of what a configuration may set; `check` is given one as `options`."""

    @cached_property
    def default_options(self) -> object:
        """The options where no configuration says otherwise; None where the rule has none."""
        return self.options() if self.options else None

    @property
    def family(self) -> str:
        """The folder that the rule lies in: network, interface, domain, filter, project or tool."""
        return self.module.split(".")[-2]

    @property
    def page(self) -> Page:
        """The rule's documentation."""
        return read_page(import_module(self.module).__doc__ or "")

    def check_with(self, options: Mapping[str, object]) -> Check:
        """Give the check with the rule's own of the options, which are by rule name."""
        assert self.check is not None, "only rules that check are run"
        if self.options is None:
            return self.check
        return partial(self.check, options=options.get(self.name, self.default_options))

    def finding(self, problem: Problem) -> Finding:
        """Put a problem under this rule's name and defaults."""
        return Finding(
            rule=self.name,
            code=self.code,
            path=problem.path,
            span=problem.span,
            element=problem.element,
            message=_clipped(problem.message),
            severity=problem.severity or self.severity,
            when=problem.when or self.when,
            libvirt_message=_clipped(problem.libvirt_message) if problem.libvirt_message else None,
            confidence=problem.confidence,
            fixes=problem.fixes,
            related=problem.related,
        )


def _clipped(message: str) -> str:
    """Cut the middle out of a message that quotes a huge value."""
    half = LONGEST_MESSAGE // 2
    return message if len(message) <= LONGEST_MESSAGE else f"{message[:half]} … {message[-half:]}"


class UnknownRuleError(UserError):
    """A selector, `name`, names no rule; the message suggests one that it may have meant."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__(f"unknown rule '{_clipped(name)}'; {hint}")
        self.name = name


def rule(
    name: str,
    *,
    code: str,
    on: type[View] | tuple[type[View], ...],
    severity: Severity,
    when: When,
    since: str,
    profile: Profile = "default",
    options: type[Any] | None = None,
) -> Callable[[Check], Rule]:
    """Declare a rule: the function below is called with each `on` of the files, and with the project if it asks.

    `options` is a frozen dataclass whose fields are made by `option`; the function is then given one as its last
    parameter, `options`.
    """

    def declared(check: Check) -> Rule:
        # All are typed; `inspect.signature` would take a tenth of the time that all rules take to load.
        needs_project = len(check.__annotations__.keys() - {"options", "return"}) > 1
        views = on if isinstance(on, tuple) else (on,)
        return Rule(name, code, severity, when, since, check.__module__, views, check, needs_project, profile, options)

    return declared


def option(default: _Value, *, least: int | None = None, most: int | None = None, pattern: str | None = None) -> _Value:
    """Declare an option of a rule, with bounds of a number, or the pattern of a text or of each text in a list."""
    bounds = {"least": least, "most": most, "pattern": pattern}
    return field(default=default, metadata=bounds)


def declare(
    name: str, module: str, *, code: str, severity: Severity, when: When, since: str, profile: Profile = "default"
) -> Rule:
    """Declare a rule whose findings the engine makes; its file holds the page."""
    return Rule(name, code, severity, when, since, module, profile=profile)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Load every rule, ordered by code."""
    package = import_module("vnetlint.rules")
    found = [
        value
        for module in _modules(package.__path__, "vnetlint.rules")
        for value in vars(import_module(module)).values()
        if isinstance(value, Rule) and value.module == module
    ]
    return tuple(sorted(found, key=lambda each: each.code))


def _modules(path: Iterable[str], prefix: str) -> Iterator[str]:
    for entry in iter_modules(path, prefix + "."):
        if entry.ispkg:
            yield from _modules(import_module(entry.name).__path__, entry.name)
        else:
            yield entry.name


@cache
def rules_by_name() -> dict[str, Rule]:
    """All rules by name."""
    return {each.name: each for each in all_rules()}


@cache
def rules_by_any_name() -> dict[str, Rule]:
    """All rules by name and by code."""
    return {name: each for each in all_rules() for name in (each.name, each.code)}


@cache
def selectors() -> tuple[str, ...]:
    """Give all that `select` takes: profiles, families, names, and the codes with their beginnings."""
    rules = all_rules()
    codes = {each.code[:length] for each in rules for length in range(3, len(each.code) + 1)}
    return (*PROFILES, *sorted({each.family for each in rules}), *(each.name for each in rules), *sorted(codes))


def find(name: str) -> Rule:
    """Give a rule by name or code. Raises UnknownRuleError."""
    found = rules_by_any_name().get(name)
    if found is None:
        raise unknown_rule(name)
    return found


def select(selectors: Iterable[str]) -> frozenset[Rule]:
    """Give the rules that selectors name: a name, a code, the start of one (`VN1`), a family, or a profile.

    Raises UnknownRuleError.
    """
    chosen: set[Rule] = set()
    for selector in selectors:
        matching = {each for each in all_rules() if _matches(selector, each)}
        if not matching:
            raise unknown_rule(selector)
        chosen |= matching
    return frozenset(chosen)


def _matches(selector: str, each: Rule) -> bool:
    return (
        selector in (each.name, each.family)
        or (selector in PROFILES and each.profile in PROFILES[: PROFILES.index(selector) + 1])
        or selector == each.code
        or (len(selector) > 2 and selector.startswith("VN") and each.code.startswith(selector))
    )


def nearest_name(name: str) -> str | None:
    """Give the name or code of a rule that an unknown one may have meant."""
    known = [word for each in all_rules() for word in (each.name, each.code)]
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.6)), None)


def unknown_rule(name: str) -> UnknownRuleError:
    """Give the error about a name that no rule has, with the one that may have been meant."""
    near = nearest_name(name)
    return UnknownRuleError(name, f"did you mean '{near}'?" if near else "`vnetlint rules` lists them")


def check_declarations(rules: Iterable[Rule]) -> Iterator[str]:
    """Give a sentence for each rule that breaks the conventions; the tests hold that there is none."""
    seen: dict[Any, Rule] = {}
    for each in rules:
        stem = each.module.rsplit(".", 1)[1]
        if stem != each.name.replace("-", "_"):
            yield f"{each.name} lies in {stem}.py"
        if not _CODE.fullmatch(each.code):
            yield f"{each.name} has the code {each.code}"
        for key in (each.name, each.code):
            if seen.setdefault(key, each) is not each:
                yield f"{key} is declared twice"
        if {option.name for option in fields(each.options or _NoOptions)} != each.page.options.keys():
            yield f"{each.name} has a page that tells of other options than there are"
