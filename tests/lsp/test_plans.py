"""Which files are linted together with a document: those of its configuration, those of the opened folder, or none."""

import os
import time
from pathlib import Path

import pytest

from vnetlint.config.runoptions import RunOptions
from vnetlint.errors import UserError
from vnetlint.lsp.documents import Buffer, Buffers
from vnetlint.lsp.plans import GroupPlans
from vnetlint.lsp.uris import uri_of

TEXT = "<network><name>{}</name></network>\n"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration below it, in which the server runs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configured" / "old").mkdir(parents=True)
    (tmp_path / "configured" / "vnetlint.toml").write_text("complete = true\n")
    for name in ("a.xml", "b.xml", "configured/c.xml", "configured/old/d.xml"):
        (tmp_path / name).write_text(TEXT.format(name[-5]))
    return tmp_path


def opened(buffers: Buffers, path: Path | str, text: str = TEXT) -> Buffer:
    uri = path if isinstance(path, str) else uri_of(str(path))
    return buffers.open(uri, 1, text.format("open"), "utf-16")


def context(planner: GroupPlans, buffer: Buffer, buffers: Buffers) -> dict[str, str]:
    return {each.path: each.text for each in planner.run_for(buffer, buffers).context}


def test_without_a_configuration_the_opened_folder_is_the_project(site: Path) -> None:
    buffers = Buffers()
    planner = GroupPlans(RunOptions(), [str(site)])
    assert sorted(context(planner, opened(buffers, site / "a.xml"), buffers)) == [
        "b.xml", "configured/c.xml", "configured/old/d.xml",
    ]  # fmt: skip


def test_the_nearest_configuration_decides_what_is_read(site: Path) -> None:
    buffers = Buffers()
    planner = GroupPlans(RunOptions(), [str(site)])
    buffer = opened(buffers, site / "configured" / "c.xml")
    assert list(context(planner, buffer, buffers)) == ["configured/old/d.xml"]
    assert planner.run_for(buffer, buffers).settings.complete


@pytest.mark.parametrize("uri", ["untitled:1", "vscode-vfs://github/o/a.xml"])
def test_a_document_without_a_file_is_linted_alone(site: Path, uri: str) -> None:
    buffers = Buffers()
    other = opened(buffers, site / "a.xml")
    buffer = opened(buffers, uri)
    planner = GroupPlans(RunOptions(), [str(site)])
    assert context(planner, buffer, buffers) == {}
    assert uri not in context(planner, other, buffers)


def test_nothing_outside_the_opened_folders_is_read(site: Path) -> None:
    (site / "configured" / "vnetlint.toml").write_text("no = 'such key'")
    buffers = Buffers()
    buffer = opened(buffers, site / "configured" / "c.xml")
    assert context(GroupPlans(RunOptions(), [str(site / "elsewhere")]), buffer, buffers) == {}
    with pytest.raises(UserError, match="unknown key 'no'"):
        GroupPlans(RunOptions(), []).run_for(buffer, buffers)


def test_open_documents_override_the_disk_and_new_ones_are_added(site: Path) -> None:
    buffers = Buffers()
    planner = GroupPlans(RunOptions(), [str(site)])
    buffer = opened(buffers, site / "a.xml")
    opened(buffers, site / "b.xml")
    opened(buffers, site / "new.xml")
    opened(buffers, site / "configured" / "new.xml")
    opened(buffers, site / "notes.txt")
    found = context(planner, buffer, buffers)
    assert found["b.xml"] == found["new.xml"] == TEXT.format("open")
    assert "a.xml" not in found
    assert "notes.txt" not in found
    assert "configured/new.xml" not in found


def test_changes_on_disk_are_seen_after_a_refresh(site: Path) -> None:
    buffers = Buffers()
    planner = GroupPlans(RunOptions(), [str(site)])
    buffer = opened(buffers, site / "a.xml")
    context(planner, buffer, buffers)
    settings = planner.run_for(buffer, buffers).settings
    assert not planner.refresh()
    assert planner.run_for(buffer, buffers).settings is settings
    (site / "b.xml").write_text(TEXT.format("other"))
    os.utime(site / "b.xml", ns=(time.time_ns(), time.time_ns() + 10**9))
    assert planner.refresh()
    assert context(planner, buffer, buffers)["b.xml"] == TEXT.format("other")
    (site / "vnetlint.toml").write_text("ignore = ['network']\n")
    assert planner.refresh()
    assert planner.run_for(buffer, buffers).settings != settings
    (site / "vnetlint.toml").write_text("ignore = [\n")
    with pytest.raises(UserError, match="not TOML"):
        planner.refresh()
    assert planner.run_for(buffer, buffers).settings != settings


@pytest.mark.parametrize(("include", "seen"), [("", ["configured/new.xml"]), ('include = ["old/"]\n', [])])
def test_an_unsaved_document_is_included_if_its_configuration_includes_it(
    site: Path, include: str, seen: list[str]
) -> None:
    (site / "configured" / "vnetlint.toml").write_text(include)
    buffers = Buffers()
    buffer = opened(buffers, site / "configured" / "c.xml")
    opened(buffers, site / "configured" / "new.xml")
    planner = GroupPlans(RunOptions(), [str(site)])
    assert sorted(set(context(planner, buffer, buffers)) - {"configured/old/d.xml"}) == seen


def test_a_pattern_in_the_configuration_is_no_change_of_it(site: Path) -> None:
    (site / "configured" / "vnetlint.toml").write_text("[per-file-ignores]\n'old/*' = ['network']\n")
    buffers = Buffers()
    plans = GroupPlans(RunOptions(), [str(site)])
    before = plans.run_for(opened(buffers, site / "configured" / "c.xml"), buffers)
    assert before.settings.ignores
    assert not plans.refresh()
    assert plans.run_for(opened(buffers, site / "configured" / "c.xml"), buffers).settings is before.settings
