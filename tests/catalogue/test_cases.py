"""Every form that a check of the catalogue names is found, and its correct twin is left alone."""

import tomllib
from pathlib import Path

import pytest

from tests.catalogue.cases import FOLDER, Form, forms
from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.finding import Finding

each_check = pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
"""A check is one test and not each of its forms, because there are thousands and each takes milliseconds."""

MEMORY = Memory()
"""The rules of the same settings are chosen once for all forms."""


def _findings(form: Form, *, twin: bool) -> tuple[Finding, ...]:
    files = form.twin if twin else form.files
    return lint([named(path, text) for path, text in files.items()], form.settings(twin=twin), memory=MEMORY).findings


@each_check
def test_a_check_has_forms_or_a_reason(path: Path) -> None:
    check = tomllib.loads(path.read_text("utf-8"))
    assert check["check"]
    assert bool(check.get("form")) != bool(check.get("why"))


@each_check
def test_each_form_is_found(path: Path) -> None:
    missed = {form.words: found for form in forms(path) if not _is_found(form, found := _findings(form, twin=False))}
    assert not missed


@each_check
def test_each_twin_is_left_alone(path: Path) -> None:
    flagged: dict[str, list[Finding]] = {}
    for form in forms(path):
        assert form.twin != form.files or form.twin_host != form.host, form.words
        found = [each for each in _findings(form, twin=True) if each.severity != "info" or each.rule in form.rules]
        flagged |= {form.words: found} if found else {}
    assert not flagged


def _is_found(form: Form, found: tuple[Finding, ...]) -> bool:
    """Whether every rule that the form names reports it, and one says when libvirt refuses it."""
    by_rules = [each for each in found if each.rule in form.rules]
    places = {each: {each.path, *(other.path for other in each.related)} for each in by_rules}
    refused = any(
        each.severity == "error" and each.when == form.refused and form.at in places[each] for each in by_rules
    )
    return set(form.rules) <= {each.rule for each in found} and (form.refused is None or refused)
