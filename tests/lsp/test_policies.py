"""Policies in an editor: a document is linted with those of its configuration, and a changed policy is a change."""

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor
from tests.policy.probe import HEAD, guest
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.errors import UserError
from vnetlint.lsp.documents import Buffers
from vnetlint.lsp.plans import GroupPlans

TEXT = "<network><name>lan</name></network>"
RULE = HEAD + "select = 'network'\nvalue = 'name'\ndeny = ['{}']\n"
GUEST = guest("<interface type='bridge'><source bridge='br0'/></interface>")
SITE = (
    HEAD
    + """options = { bridges = { default = ['br0'], description = 'Ours.' } }
xpath = "//interface[source/@bridge]"
value = "source/@bridge"
allow = "{options.bridges}"
fix = { title = "Join br1", set = { "source/@bridge" = "br1" } }
"""
)


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


@pytest.mark.asyncio(loop_scope="session")
async def test_an_editor_treats_its_rule_as_any(editor: Editor, folder: Path) -> None:
    site = folder / "site"
    site.mkdir(exist_ok=True)
    (site / "site.toml").write_text(SITE)
    (site / "vnetlint.toml").write_text("policies = ['site.toml']\n[options.probe]\nbridges = ['br1']\n")
    editor.saw_change(site / "vnetlint.toml")
    uri = editor.open(site / "web.xml", GUEST)
    [found] = [each for each in await editor.diagnostics(uri) if each.code == "probe"]
    assert editor.shown(uri, found.range) == "bridge='br0'"
    assert "expected 'br1'" in found.message
    place = types.HoverParams(types.TextDocumentIdentifier(uri), found.range.start)
    assert "probe (PROBE01)" in str(await editor.client.text_document_hover_async(place))
    titles = [each.title for each in await editor.actions(uri, "br0")]
    assert any(each.startswith("Suppress") for each in titles), titles
    [action] = [each for each in await editor.actions(uri, "br0") if each.title.startswith("Join br1")]
    editor.apply(action.edit)
    assert "bridge='br1'" in editor.text(uri)
    assert "probe" not in [each.code for each in await editor.diagnostics(uri)]
    editor.close(uri)
