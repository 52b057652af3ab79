"""The rules that a run knows, by name and code, and the rules that a selector means."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from vnetlint.errors import UserError
from vnetlint.lazy import cached_property, pattern
from vnetlint.rulebook.info import PROFILES
from vnetlint.rulebook.rule import Rule, clipped

_CODE = pattern(r"VN\d{4}")

RENAMED: Mapping[str, str] = {}
"""The present name of each rule that had another name or code in an earlier version, by the old one, which still works.

No other rule may have it: docs/versioning.md promises that, and tests/test_names.py knows all names that ever were.
"""
REMOVED: Mapping[str, str] = {}
"""The names and codes of rules that were removed: since when and why, as the end of a message. None is used again."""


class UnknownRuleError(UserError):
    """There is no rule for the selector `name`. The message suggests one that may have been meant."""

    def __init__(self, name: str, hint: str) -> None:
        super().__init__(f"unknown rule '{clipped(name)}'; {hint}")
        self.name = name


class Catalogue:
    """Rules ordered by code: vnetlint's own, and those that a site or an installed package adds."""

    def __init__(self, rules: Iterable[Rule] | Callable[[], Iterable[Rule]]) -> None:
        """`rules` may also be what loads them, which is called when the first of them is needed."""
        self._given = rules

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, by code."""
        given = self._given() if callable(self._given) else self._given
        return tuple(sorted(given, key=lambda each: each.code))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> Rule:
        return self.by_name[name]

    def with_rules(self, rules: Iterable[Rule]) -> "Catalogue":
        """Return a catalogue with more rules."""
        return Catalogue((*self.rules, *rules))

    @cached_property
    def by_name(self) -> dict[str, Rule]:
        """All rules by name."""
        return {each.name: each for each in self.rules}

    @cached_property
    def by_any_name(self) -> dict[str, Rule]:
        """All rules by name and by code, also by those that they had before."""
        former = {old: self.by_name[name] for old, name in RENAMED.items() if name in self.by_name}
        return former | {name: each for each in self.rules for name in (each.name, each.code)}

    @cached_property
    def selectors(self) -> tuple[str, ...]:
        """All that `select` accepts: profiles, families, names, codes, and starts of codes such as VN1."""
        codes = {
            each.code[:length]
            for each in self.rules
            for length in range(len(letters(each.code)) + 1, len(each.code) + 1)
        }
        families = sorted({each.family for each in self.rules})
        return (*PROFILES, *families, *(each.name for each in self.rules), *sorted(codes))

    def find(self, name: str) -> Rule:
        """Return a rule by name or code. Raises UnknownRuleError if there is none."""
        found = self.by_any_name.get(name)
        if found is None:
            raise self.unknown(name)
        return found

    def select(self, selectors: Iterable[str]) -> frozenset[str]:
        """Return the names of the rules that selectors mean: a name, a code, its start (`VN1`), a family, a profile.

        Raises UnknownRuleError if a selector means no rule.
        """
        chosen: set[str] = set()
        for selector in selectors:
            if selector in self.by_any_name:
                chosen.add(self.by_any_name[selector].name)
                continue
            matching = {each.name for each in self.rules if _matches(selector, each)}
            if not matching:
                raise self.unknown(selector)
            chosen |= matching
        return frozenset(chosen)

    def nearest_name(self, name: str) -> str | None:
        """Return the most similar name or code of a rule, or None if none is similar."""
        return next(iter(get_close_matches(name, list(self.by_any_name), n=1, cutoff=0.6)), None)

    def unknown(self, name: str) -> UnknownRuleError:
        """Return the error for a name that no rule has, with a suggestion."""
        if name in REMOVED:
            return UnknownRuleError(name, REMOVED[name])
        near = self.nearest_name(name)
        return UnknownRuleError(name, f"did you mean '{near}'?" if near else "`vnetlint rules` lists them")


def _matches(selector: str, each: Rule) -> bool:
    return (
        selector in (each.code, each.family)
        or (selector in PROFILES and each.profile in PROFILES[: PROFILES.index(selector) + 1])
        or (len(selector) > len(letters(each.code)) and each.code.startswith(selector))
    )


def letters(code: str) -> str:
    """Return the letters at the start of a code, which tell whose it is: VN are vnetlint's own."""
    return code.rstrip("0123456789")


@cache
def builtin() -> Catalogue:
    """Return vnetlint's own rules, which are loaded when the first is needed."""
    return Catalogue(_load)


def _load() -> Iterable[Rule]:
    try:
        # Made by the build of a wheel, because one module loads four times as fast as a module for each rule.
        files = import_module("vnetlint.rules.bundle").FILES
    except ModuleNotFoundError:
        return in_files()
    return bundled(files)


def in_files() -> Iterator[Rule]:
    """Yield vnetlint's own rules from their files. Each file below `rules/` declares one with `@rule` or `declare`."""
    package = import_module("vnetlint.rules")
    for module in modules(package.__path__, "vnetlint.rules"):
        for value in vars(import_module(module)).values():
            if isinstance(value, Rule) and value.module == module:
                yield value


def bundled(files: Iterable[Callable[[], Mapping[str, object]]]) -> Iterator[Rule]:
    """Yield the rules of a bundle, whose functions return what the files declare."""
    return (value for file in files for value in file().values() if isinstance(value, Rule))


def modules(path: Iterable[str], prefix: str) -> Iterator[str]:
    """Yield the names of the modules in a package and the packages in it. The packages are imported."""
    for entry in iter_modules(path, prefix + "."):
        if entry.ispkg:
            yield from modules(import_module(entry.name).__path__, entry.name)
        else:
            yield entry.name


def broken_conventions(rules: Iterable[Rule]) -> Iterator[str]:
    """Return a sentence for each built-in rule that breaks a convention; a test expects none."""
    seen: dict[str, Rule] = {}
    for each in rules:
        stem = each.module.rsplit(".", 1)[1]
        if stem != each.name.replace("-", "_"):
            yield f"{each.name} is in {stem}.py"
        if not _CODE.fullmatch(each.code):
            yield f"{each.name} has the code {each.code}"
        for key in (each.name, each.code):
            if seen.setdefault(key, each) is not each:
                yield f"{key} is declared twice"
        options = {option.name for option in fields(each.options)} if each.options else set()
        if options != each.page.options.keys():
            yield f"the page of {each.name} describes other options than it has"
