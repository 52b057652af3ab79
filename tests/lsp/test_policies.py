"""Policies in an editor: a document is linted with those of its configuration, and a changed policy is a change."""

from pathlib import Path

import pytest

from tests.policy.probe import HEAD
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.errors import UserError
from vnetlint.lsp.documents import Buffers
from vnetlint.lsp.plans import GroupPlans

TEXT = "<network><name>lan</name></network>"
RULE = HEAD + "select = 'network'\nvalue = 'name'\ndeny = ['{}']\n"


def test_a_policy_is_run_and_a_changed_one_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("vnetlint.toml").write_text("policies = ['site.toml']\n")
    Path("site.toml").write_text(RULE.format("lan"))
    Path("lan.xml").write_text(TEXT)
    buffers, plans, memory = Buffers(), GroupPlans(RunOptions(), [str(tmp_path)]), Memory()
    buffer = buffers.open((tmp_path / "lan.xml").as_uri(), 1, TEXT, "utf-16")

    def rules() -> list[str]:
        run = plans.run_for(buffer, buffers)
        return [each.rule for each in lint(run.inputs, run.settings, run.context, memory).findings]

    assert "probe" in rules()
    Path("site.toml").write_text(RULE.format("other"))
    assert plans.refresh()
    assert "probe" not in rules()
    Path("site.toml").write_text("[[rule]]\n")
    with pytest.raises(UserError, match=r"site\.toml:1:3: rule\[0\]: missing key 'name'"):
        plans.refresh()
    assert "probe" not in rules()
