"""Every form that a check of the catalogue names is found, and its correct twin is left alone."""

import tomllib
from pathlib import Path

import pytest

from tests.catalogue.cases import FOLDER, Form, forms
from vnetlint.engine import lint
from vnetlint.finding import Finding
from vnetlint.xml.source import Source

each_form = pytest.mark.parametrize("form", list(forms()), ids=str)


def _findings(form: Form, *, twin: bool) -> tuple[Finding, ...]:
    files = form.twin if twin else form.files
    return lint([Source(path, text) for path, text in files.items()], form.settings(twin=twin)).findings


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_check_has_forms_or_a_reason(path: Path) -> None:
    check = tomllib.loads(path.read_text("utf-8"))
    assert check["check"]
    assert bool(check.get("form")) != bool(check.get("why"))


@each_form
def test_the_form_is_found(form: Form) -> None:
    found = _findings(form, twin=False)
    assert set(form.rules) <= {each.rule for each in found}
    if form.refused:
        assert any(
            each.rule in form.rules
            and each.severity == "error"
            and each.when == form.refused
            and form.at in {each.path, *(other.path for other in each.related)}
            for each in found
        ), found


@each_form
def test_the_twin_is_left_alone(form: Form) -> None:
    assert form.twin != form.files or form.twin_host != form.host
    found = [each for each in _findings(form, twin=True) if each.severity != "info" or each.rule in form.rules]
    assert not found
