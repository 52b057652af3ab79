"""Load plugins: their version of the API is compared before any of their code runs, and their rules are checked.

A plugin that cannot be used ends the run. A site relies on its rules, and a run that goes on without them would be
green for the wrong reason.
"""

import ast
import os
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from importlib import import_module
from importlib.metadata import EntryPoint, PathDistribution
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import get_args

from vnetlint import __version__, api
from vnetlint.errors import UserError
from vnetlint.finding import SEVERITIES, When
from vnetlint.model.view import View
from vnetlint.rulebook.catalogue import Catalogue, letters, modules
from vnetlint.rulebook.info import OWN_CODES, OWN_FAMILIES, PROFILES
from vnetlint.rulebook.plugins import GROUP, SWITCH, folders
from vnetlint.rulebook.rule import Rule, clipped

STATES = "VNETLINT_API"
"""The name in the module of a plugin that states the version of the API for which it was written."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", re.ASCII)
_CODE = re.compile(r"[A-Z]{2,6}[0-9]{2,6}", re.ASCII)
_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})", re.ASCII)


class PluginError(UserError):
    """A plugin cannot be used."""


def load(catalogue: Catalogue, found: Iterable[str]) -> Catalogue:
    """Return a catalogue with the rules of packages, given by the folders of their metadata.

    Raises PluginError if one cannot be used.
    """
    for folder in found:
        package = PathDistribution(Path(folder))
        title = _title(package, folder)
        try:
            for point in _entry_points(package):
                with _only_installed():
                    rules = _rules(point)
                _check_names(rules, point.name, catalogue)
                catalogue = catalogue.with_rules(replace(each, family=point.name, package=title) for each in rules)
        except PluginError as error:
            way_out = f"upgrade it, remove it, or set {SWITCH}=1 to run without plugins"
            raise PluginError(f"plugin '{title}': {clipped(str(error))}; {way_out}") from None
    return catalogue


def _title(package: PathDistribution, folder: str) -> str:
    """Return the name and version of a package, or the name of its folder if it has no metadata."""
    given = package.metadata.json
    name, version = given.get("name"), given.get("version")
    return clipped(f"{name} {version}" if name and version else os.path.basename(folder))


def _entry_points(package: PathDistribution) -> tuple[EntryPoint, ...]:
    try:
        found = tuple(sorted(package.entry_points.select(group=GROUP), key=lambda each: each.name))
        if all(each.module for each in found):
            return found
    except Exception:
        # What importlib raises about a broken file is not documented.
        pass
    raise PluginError("its entry points cannot be read: expected lines such as 'acme = acme_vnetlint'")


def _rules(point: EntryPoint) -> tuple[Rule, ...]:
    if point.attr:
        raise PluginError(f"the entry point '{point.name}' names '{point.value}': expected a module or a package")
    try:
        _check_version(point.module)
        module = import_module(point.module)
        return declared_rules(module)
    except PluginError:
        raise
    except (Exception, SystemExit) as error:
        said = str(error).splitlines()
        what = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
        raise PluginError(f"'{point.module}' cannot be imported: {what}") from None


def _check_version(module: str) -> None:
    """Compare the version that a module states in its source, which is not executed. Raises PluginError."""
    spec = find_spec(module)
    source = spec.loader.get_source(module) if spec and hasattr(spec.loader, "get_source") else None  # type: ignore[union-attr]
    if source is None:
        raise PluginError(f"there is no module '{module}' with a source")
    stated = _stated(source)
    version = _VERSION.fullmatch(stated) if isinstance(stated, str) else None
    if version is None:
        raise PluginError(f"'{module}' states no version of the API: expected {STATES} = '{api.VERSION}' in it")
    ours = tuple(map(int, api.VERSION.split(".")))
    asked = (int(version[1]), int(version[2]))
    if asked[0] != ours[0] or asked > ours:
        raise PluginError(
            f"it needs version {stated} of the API for rules, and vnetlint {__version__} has version {api.VERSION}"
        )


def _stated(source: str) -> object:
    for node in ast.parse(source).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)) if name == STATES:
                return value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=value)) if name == STATES:
                return value
    return None


@contextmanager
def _only_installed() -> Iterator[None]:
    """Import from Python's library and from installed packages alone, also from those in editable installs."""
    before = sys.path[:]
    library, near = sysconfig.get_path("stdlib"), folders()
    kept = {os.path.realpath(each) for each in (library, *near, *_linked(near))}
    sys.path[:] = [each for each in before if each and (os.path.realpath(each) in kept or _is_in(library, each))]
    try:
        yield
    finally:
        sys.path[:] = before


def _is_in(library: str, path: str) -> bool:
    """Whether an entry of the path is a part of Python's library: `lib-dynload`, or the library as an archive."""
    folder = os.path.dirname(path)
    return folder == library or (path.endswith(".zip") and folder == os.path.dirname(library))


def _linked(near: Iterable[str]) -> Iterator[str]:
    """Yield the folders that the .pth files of the environment add to the path."""
    for folder in near:
        for path in sorted(Path(folder).glob("*.pth")):
            for line in path.read_text("utf-8", "replace").splitlines():
                if os.path.isabs(line):
                    yield line


def declared_rules(module: ModuleType) -> tuple[Rule, ...]:
    """Return the rules that are declared in a module, or in the modules of a package.

    Raises PluginError if there is none, or if one breaks a convention.
    """
    inner = modules(module.__path__, module.__name__) if hasattr(module, "__path__") else ()
    rules = tuple(
        value
        for name in (module.__name__, *inner)
        for value in vars(import_module(name)).values()
        if isinstance(value, Rule) and value.module == name
    )
    if not rules:
        raise PluginError(f"no rule is declared in '{module.__name__}'")
    for each in rules:
        if fault := _fault(each):
            raise PluginError(f"{each.module}: {fault}")
    return rules


def _fault(rule: Rule) -> str:
    """Return what is wrong with a rule by itself, or an empty text."""
    if not _NAME.fullmatch(rule.name):
        return f"invalid name '{rule.name}': expected one such as 'our-bridges'"
    if not _CODE.fullmatch(rule.code) or rule.code.startswith(OWN_CODES):
        return f"invalid code '{rule.code}' of {rule.name}: expected one such as 'ACME001', not {OWN_CODES}"
    if rule.check is None:
        return f"{rule.name} has no check: expected a function with @rule"
    if not rule.on or not all(isinstance(each, type) and issubclass(each, View) for each in rule.on):
        return f"{rule.name} is on something else than Network, Domain, Interface or Filter"
    for key, value, known in (
        ("severity", rule.severity, SEVERITIES),
        ("when", rule.when, get_args(When)),
        ("profile", rule.profile, PROFILES),
    ):
        if value not in known:
            return f"invalid {key} '{value}' of {rule.name}: expected one of {', '.join(known)}"
    options = {each.name for each in fields(rule.options)} if rule.options else set()
    if options != rule.page.options.keys():
        return f"the page of {rule.name} describes other options than it has"
    return "" if rule.page.title else f"{rule.name} has no page: expected one in the docstring of its module"


def _check_names(rules: Iterable[Rule], family: str, catalogue: Catalogue) -> None:
    """Check that no name, code or family is another's. Raises PluginError."""
    if not _NAME.fullmatch(family) or family in OWN_FAMILIES | {*PROFILES} or family in catalogue.by_any_name:
        raise PluginError(f"invalid family '{family}': the name of an entry point is one of its own, such as 'acme'")
    owners = {
        taken: each.package or "vnetlint"
        for each in catalogue
        for taken in (each.name, each.code, each.family, letters(each.code))
    }
    owners |= dict.fromkeys((*OWN_FAMILIES, *PROFILES), "vnetlint")
    if family in owners:
        raise PluginError(f"the family '{family}' is also that of {owners[family]}")
    seen: set[str] = set()
    for each in rules:
        for what, value in (("name", each.name), ("code", each.code), ("start of a code", letters(each.code))):
            if value in owners:
                raise PluginError(f"the {what} '{value}' of {each.name} is also that of {owners[value]}")
            if value in seen and what != "start of a code":
                raise PluginError(f"the {what} '{value}' is declared twice")
            seen.add(value)
