"""The tutorial of docs/policies.md does what it says: its files are written and its commands run, in order."""

import io
import re
import shlex
from pathlib import Path

import pytest

from tests.policy.probe import policy
from tests.test_architecture import ROOT
from vnetlint.cli.main import main
from vnetlint.policy.load import rules_of
from vnetlint.policy.vocabulary import SUBJECTS

PAGE = (ROOT / "docs" / "policies.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_tutorial_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = 0
    for language, file, text in BLOCK.findall(PAGE):
        if file:
            Path(file).write_text(text)
        elif language == "console":
            command, _, shown = text.partition("\n")
            out, err = io.StringIO(), io.StringIO()
            main(shlex.split(command.removeprefix("$ vnetlint ")), io.BytesIO(), out, err)
            assert shown in ("", out.getvalue() + err.getvalue()), command
            ran += 1
    assert ran >= 3


def test_parts_of_rules_on_the_page_are_valid() -> None:
    parts = [text for language, file, text in BLOCK.findall(PAGE) if language == "toml" and not file]
    rules = [each for each in parts if "value = " in each]
    assert len(rules) == 2
    for each in rules:
        assert rules_of(policy(each if "xpath" in each else f"select = 'interface'\n{each}"))


def test_every_name_of_the_model_is_explained() -> None:
    for each in SUBJECTS.values():
        assert each.words
        assert all(one.words for one in each.values.values())
        assert {one.to for one in each.relations.values()} <= SUBJECTS.keys()
