"""What a configuration excludes is not checked, not seen and not listed, however it is named."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lsp.test_plans import opened
from tests.test_cli import BAD, Ran
from tests.test_config import GUEST, nearest_cache_clear, write
from vnetlint.cli.inputs import MAX_NOTED
from vnetlint.config.exclude import Exclusions
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.lint import lint
from vnetlint.files.find import walk
from vnetlint.files.gitignore import Ignored
from vnetlint.lsp.documents import Buffers
from vnetlint.lsp.plans import GroupPlans

GOOD = "<network><name>n</name></network>\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    nearest_cache_clear()
    write(lan_xml=BAD, gen__lan_xml=BAD, gen__deep__lan_xml=BAD, vnetlint_toml='exclude = ["gen/"]\n')
    return tmp_path


def reported(*arguments: str) -> list[str]:
    """The files with findings."""
    ran = Ran("check", "--output-format", "json", *arguments)
    return sorted({each["path"] for each in json.loads(ran.out)["findings"]})


class TestCheck:
    def test_what_is_excluded_is_not_reported(self) -> None:
        assert reported() == ["lan.xml"]
        assert reported("--isolated") == ["gen/deep/lan.xml", "gen/lan.xml", "lan.xml"]

    @pytest.mark.parametrize("path", ["gen/lan.xml", "gen", "gen/deep/lan.xml", "./gen/../gen/deep"])
    def test_what_is_named_is_noted(self, path: str) -> None:
        ran = Ran("check", path)
        assert (ran.code, ran.out) == (0, "Checked 0 files: no findings.\n")
        name = os.path.normpath(path)
        assert ran.err == f"vnetlint: {name}: skipped: excluded by 'gen/' at vnetlint.toml:1:12\n"

    def test_of_many_one_is_named(self) -> None:
        names = [f"gen/{number}.xml" for number in range(MAX_NOTED + 1)]
        for name in names:
            Path(name).write_text(BAD)
        expected = "6 paths skipped: excluded by the configuration, such as gen/0.xml, excluded by 'gen/' at vnetlint.t"
        err = Ran("check", "lan.xml", *names).err
        assert err.startswith(f"vnetlint: {expected}")
        assert err.count("\n") == 1

    def test_no_file_is_written(self) -> None:
        assert Ran("check", "--fix", "--unsafe-fixes", "gen/lan.xml").code == 0
        assert Path("gen/lan.xml").read_text() == BAD

    def test_standard_input_goes_through_unchanged(self) -> None:
        ran = Ran("check", "--fix", "-", "--stdin-filename", "gen/new.xml", stdin=BAD.encode())
        assert (ran.code, ran.out) == (0, BAD)
        assert "gen/new.xml: skipped: excluded by 'gen/'" in ran.err

    def test_a_folder_of_which_all_is_excluded_is_no_mistake(self) -> None:
        write(vnetlint_toml='exclude = ["*.xml"]\n')
        ran = Ran("check")
        assert (ran.code, ran.out, ran.err) == (0, "Checked 0 files: no findings.\n", "")

    def test_a_pattern_that_matches_nothing_is_no_error(self) -> None:
        write(vnetlint_toml='exclude = ["build/", "*.gen.xml"]\n')
        assert reported() == ["gen/deep/lan.xml", "gen/lan.xml", "lan.xml"]

    def test_rules_across_files_do_not_see_it(self) -> None:
        write(gen__net_xml=GOOD, web_xml=GUEST.format("n"))
        write(vnetlint_toml='exclude = ["gen/"]\ncomplete = true\n')
        assert "web.xml" in reported("web.xml")
        nearest_cache_clear()
        write(vnetlint_toml="complete = true\n")
        assert "web.xml" not in reported("web.xml")

    def test_other_patterns_do_not_match_it(self) -> None:
        write(vnetlint_toml='exclude = ["gen/"]\n[per-file-ignores]\n"gen/" = ["network"]\n')
        ran = Ran("check")
        assert ran.err == "vnetlint: vnetlint.toml:3:1: no file matches 'gen/' that is not excluded\n"


class TestWhichConfiguration:
    def test_a_folder_is_excluded_with_the_configurations_in_it(self) -> None:
        write(gen__vnetlint_toml="exclude = []\n")
        assert reported("lan.xml", "gen/lan.xml") == ["lan.xml"]

    def test_the_nearest_excludes_files(self) -> None:
        write(vnetlint_toml='exclude = ["sub/lan.xml"]\n', sub__lan_xml=BAD, sub__old_xml=BAD)
        write(sub__vnetlint_toml='exclude = ["old.xml"]\n')
        assert reported("sub", "sub/lan.xml", "sub/old.xml") == ["sub/lan.xml"]

    def test_a_negated_pattern(self) -> None:
        write(vnetlint_toml='exclude = ["*.xml", "!lan.xml", "deep/"]\n', other_xml=BAD)
        assert reported() == ["gen/lan.xml", "lan.xml"]

    def test_through_extend_it_is_relative_to_the_file_that_has_it(self) -> None:
        write(base_toml='exclude = ["sub/a.xml"]\n', sub__a_xml=BAD, sub__b_xml=BAD, sub__sub__a_xml=BAD)
        write(sub__vnetlint_toml='extend = "../base.toml"\n')
        assert reported("sub") == ["sub/b.xml", "sub/sub/a.xml"]
        assert Ran("check", "sub/a.xml").err.endswith("excluded by 'sub/a.xml' at base.toml:1:12\n")

    def test_a_configuration_for_all_files(self) -> None:
        write(sub__other_toml='exclude = ["*"]\n', sub__a_xml=BAD)
        assert reported("--config", "sub/other.toml") == ["gen/deep/lan.xml", "gen/lan.xml", "lan.xml"]


class TestOtherCommands:
    @pytest.mark.parametrize("command", ["show", "reach", "graph --format dot"])
    def test_what_is_named_is_noted(self, command: str) -> None:
        write(gen__net_xml=GOOD.replace(">n<", ">hidden<"), net_xml=GOOD)
        ran = Ran(*command.split(), "net.xml", "gen/net.xml")
        assert ran.code == 0
        assert "hidden" not in ran.out
        assert "gen/net.xml: skipped: excluded by 'gen/' at vnetlint.toml:1:12\n" in ran.err

    def test_a_baseline_has_no_findings_of_it(self) -> None:
        assert Ran("baseline", "write").code == 0
        held = json.loads(Path("vnetlint-baseline.json").read_text())["findings"]
        assert {each["path"] for each in held} == {"lan.xml"}

    def test_what_a_baseline_holds_of_it_is_no_longer_found(self) -> None:
        Ran("baseline", "write", "--isolated", "--baseline", "held.json")
        paths = {each["path"] for each in json.loads(Path("held.json").read_text())["findings"]}
        assert paths == {"gen/deep/lan.xml", "gen/lan.xml", "lan.xml"}
        assert "in the baseline no longer found" in Ran("check", "--baseline", "held.json").err
        assert Ran("baseline", "prune", "--baseline", "held.json").code == 0
        assert {each["path"] for each in json.loads(Path("held.json").read_text())["findings"]} == {"lan.xml"}
        assert Ran("check", "--baseline", "held.json").err == ""

    def test_an_editor_shows_nothing_in_it(self, folder: Path) -> None:
        write(gen__net_xml=GOOD)
        buffers, plans = Buffers(), GroupPlans(RunOptions(), [str(folder)])
        run = plans.run_for(opened(buffers, folder / "gen" / "lan.xml"), buffers)
        assert lint(run.inputs, run.settings, run.context).findings == ()
        seen = plans.run_for(opened(buffers, folder / "lan.xml"), buffers)
        assert seen.inputs
        assert seen.context == ()
        write(vnetlint_toml="")
        assert plans.refresh()
        assert len(plans.run_for(opened(buffers, folder / "lan.xml"), buffers).context) == 3


def test_an_excluded_folder_is_not_listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[str] = []
    scandir = os.scandir

    def noted(path: str) -> Iterator[os.DirEntry[str]]:
        listed.append(os.path.relpath(path, folder))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", noted)
    assert list(walk(str(folder), Exclusions())) == [str(folder / "lan.xml")]
    assert listed == ["."]


PATTERNS = st.lists(
    st.sampled_from(["a/", "b", "/a", "a/b", "**/b.xml", "*.xml", "!b.xml", "!a/", "a/*", "?", "b/**"]), max_size=4
)
PATHS = ["a.xml", "b.xml", "a/b.xml", "a/b/a.xml", "b/a.xml", "b/a/b.xml"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PATTERNS)
def test_patterns_mean_what_they_mean_in_a_gitignore(
    tmp_path_factory: pytest.TempPathFactory, patterns: list[str]
) -> None:
    top = tmp_path_factory.getbasetemp() / "tree"
    for path in PATHS:
        (top / path).parent.mkdir(parents=True, exist_ok=True)
        (top / path).write_text(GOOD)
    (top / ".git").mkdir(exist_ok=True)
    (top / ".gitignore").write_text("".join(f"{each}\n" for each in patterns))
    (top / "vnetlint.toml").unlink(missing_ok=True)
    as_git = set(walk(str(top)))
    (top / ".gitignore").write_text("")
    nearest_cache_clear()
    (top / "vnetlint.toml").write_text(f"exclude = {json.dumps(patterns)}\n")
    excluded = Exclusions()
    assert set(walk(str(top), excluded)) == as_git
    assert {str(top / path) for path in PATHS if excluded.of(str(top / path)) is None} == as_git
    assert not Ignored(str(top)).matches(str(top / "a.xml"))


@pytest.mark.parametrize(
    "key", ["excludes", "Exclude", "ignore-paths", "ignore-files", "skip", "extend-exclude", "excluded"]
)
def test_a_key_of_another_linter_is_recognised(key: str) -> None:
    write(vnetlint_toml=f'{key} = ["gen/"]\n')
    assert Ran("check").err == f"vnetlint: vnetlint.toml:1:1: unknown key '{key}'; did you mean 'exclude'?\n"
