"""The bundle of rules in a wheel says what the files of the rules say."""

import cmath
import math
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from tools.bundle import bundle
from vnetlint.rulebook.catalogue import Catalogue, builtin, bundled, in_files
from vnetlint.rulebook.rule import Rule
from vnetlint.testing.cases import bad_case, good_cases

ROOT = Path(__file__).parent.parent


@cache
def _source() -> str:
    return bundle(ROOT / "rules")


@cache
def _bundled() -> Catalogue:
    module = ModuleType("vnetlint.rules.bundle")
    exec(compile(_source(), "bundle.py", "exec"), vars(module))
    return Catalogue(bundled(module.FILES))


def test_a_bundle_has_every_rule_with_all_that_it_declares() -> None:
    assert [each.name for each in _bundled()] == [each.name for each in Catalogue(in_files())]
    declared = {each.name for each in fields(Rule)} - {"given_text", "check", "options"}
    for ours, theirs in zip(_bundled(), Catalogue(in_files()), strict=True):
        for name in declared:
            assert getattr(ours, name) == getattr(theirs, name), (ours.name, name)
        assert (ours.check is None) == (theirs.check is None)
        assert _options(ours) == _options(theirs)


def _options(rule: Rule) -> list[tuple[object, ...]]:
    return (
        [(each.name, each.type, each.default, each.metadata) for each in fields(rule.options)] if rule.options else []
    )


def test_a_bundle_has_no_pages_and_each_rule_still_has_its_own() -> None:
    assert "## Bad" not in _source()
    assert [each.text for each in _bundled()] == [each.text for each in Catalogue(in_files())]


@pytest.mark.parametrize("others", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["alone", "with others"])
@pytest.mark.parametrize("rule", builtin(), ids=lambda rule: rule.name)
def test_a_bundle_finds_what_the_files_find(rule: Rule, others: bool) -> None:
    """A rule on its own page alone, and beside all others, which takes three times as long."""
    cases = [each for each in (bad_case(rule), *good_cases(rule)) if each is not None]
    for case in cases:
        each = case if others else case.with_settings(replace(case.settings, rules=frozenset({rule.name})))
        assert replace(each, catalogue=_bundled()).lint().findings == each.lint().findings


def test_names_of_one_file_are_not_seen_in_another(tmp_path: Path) -> None:
    for stem, value in (("first", 1), ("second", 2)):
        _write(
            tmp_path / "network" / f"{stem}.py", f'"""Page."""\n\ndef read():\n    return VALUE\n\nVALUE = {value}\n'
        )
    module = ModuleType("bundle")
    exec(bundle(tmp_path), vars(module))
    assert [file()["read"]() for file in module.FILES] == [1, 2]


def test_what_files_import_is_imported_once_if_it_is_the_same(tmp_path: Path) -> None:
    first = "import re\nfrom math import (\n    pow,\n    sin,\n    tan as tangent,\n)\n"
    second = "import re\nfrom cmath import sin\nMADE = sin, pow\n"
    for stem, text in (("first", first), ("second", second)):
        _write(tmp_path / "network" / f"{stem}.py", text)
    source = bundle(tmp_path)
    assert source.count("import re\n") == 1
    module = ModuleType("bundle")
    exec(source, vars(module))
    one, two = (file() for file in module.FILES)
    assert (one["sin"], one["pow"], module.tangent) == (math.sin, math.pow, math.tan)
    assert two["MADE"] == (cmath.sin, pow)


def test_a_text_with_lines_stays_as_it_is(tmp_path: Path) -> None:
    _write(tmp_path / "network" / "first.py", 'TEXT = (f"{1}"\n    """one\n\n  two""")\n')
    module = ModuleType("bundle")
    exec(bundle(tmp_path), vars(module))
    assert module.FILES[0]()["TEXT"] == "1one\n\n  two"


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
