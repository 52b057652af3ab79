"""`vnetlint check --diff-base`: findings on changed lines, and those that a change causes elsewhere."""

import io
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checkout import commit_all, environment, git
from vnetlint.cli.main import main
from vnetlint.files.changedlines import changed_lines, lines_of

BAD = (
    "<network>\n  <name>lan</name>\n  <forward mode='bridge'/>\n  <bridge name='br0'/>\n"
    "  <ip address='10.0.0.1' prefix='24'/>\n</network>\n"
)
GOOD = "<network>\n  <name>{}</name>\n  <forward mode='nat'/>\n  <ip address='10.{}.0.1' prefix='24'/>\n</network>\n"
GUEST = (
    "<domain type='kvm'>\n  <name>{}</name>\n  <memory>1024</memory>\n  <os><type>hvm</type></os>\n  <devices>\n"
    "    <interface type='network'>\n      <source network='{}'/>\n    </interface>\n  </devices>\n</domain>\n"
)
INNER = "sub dir/ä/inner net.xml"


def check(*arguments: str, base: str = "main") -> tuple[int, list[str], str]:
    out, err = io.StringIO(), io.StringIO()
    options = ("check", "--diff-base", base, "--output-format", "concise", *arguments)
    code = main(options, io.BytesIO(), out, err)
    rules = [f"{line.split(':')[0]} {line.rpartition('[')[2].rstrip(']')}" for line in out.getvalue().splitlines()]
    return code, rules, err.getvalue()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose main branch has one fault, with the branch `change` checked out."""
    folder = tmp_path_factory.mktemp("made") / "site"
    (folder / INNER).parent.mkdir(parents=True)
    (folder / "lan.xml").write_text(BAD)
    (folder / INNER).write_text(GOOD.format("inner", 9))
    (folder / "vm.xml").write_text(GUEST.format("vm", "inner"))
    (folder / "vnetlint.toml").write_text("complete = true\n")
    git_at(folder)
    return folder


def git_at(folder: Path) -> None:
    commit_all(folder)
    git(folder, "branch", "--move", "main")
    git(folder, "checkout", "--quiet", "-b", "change")


@pytest.fixture
def repository(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(made, tmp_path / "site", symlinks=True)
    monkeypatch.chdir(tmp_path / "site")
    return tmp_path / "site"


def edit(path: str, old: str, new: str) -> None:
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))


def test_what_was_there_before_is_not_reported(repository: Path) -> None:
    assert check() == (0, [], "")
    edit("lan.xml", "<name>lan</name>", "<name>lan2</name>")
    assert check() == (0, [], "")
    edit("lan.xml", "<network>\n", "<network>\n  <!-- a line more -->\n")
    edit("lan.xml", "  <bridge name='br0'/>\n", "  <bridge name='br0'/>\r\n")
    assert check() == (0, [], "")


def test_a_finding_on_a_changed_line_is_reported_before_and_after_the_commit(repository: Path) -> None:
    edit("lan.xml", "10.0.0.1", "10.0.0.2")
    assert check() == (1, ["lan.xml ip-on-bridged-network"], "")
    git(repository, "commit", "--quiet", "--all", "--message", "change")
    assert check() == (1, ["lan.xml ip-on-bridged-network"], "")
    assert check(base="HEAD") == (0, [], "")


def test_the_base_is_where_the_branches_parted(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "main")
    edit("lan.xml", "10.0.0.1", "10.0.0.3")
    git(repository, "commit", "--quiet", "--all", "--message", "main goes on")
    git(repository, "checkout", "--quiet", "change")
    assert check() == (0, [], "")


def test_a_finding_that_a_new_element_moves_was_there_before(repository: Path) -> None:
    edit("lan.xml", "  <ip address", "  <dns enable='no'/>\n  <ip address")
    edit("lan.xml", "<bridge name='br0'/>", "<bridge name='br0'/>\n  <ip family='ipv6' address='fd00::1' prefix='64'/>")
    code, rules, _ = check("--select", "ip-on-bridged-network")
    assert (code, rules) == (1, ["lan.xml ip-on-bridged-network"])


def test_a_deleted_network_is_reported_at_the_guest_that_names_it(repository: Path) -> None:
    Path(INNER).unlink()
    assert check() == (1, ["vm.xml unknown-network"], "")
    assert check("vm.xml") == (1, ["vm.xml unknown-network"], "")


def test_a_renamed_file_is_the_same_file(repository: Path) -> None:
    Path("new").mkdir()
    git(repository, "mv", "lan.xml", "new/bridged lan.xml")
    git(repository, "mv", INNER, "new/inner.xml")
    assert check() == (0, [], "")
    edit("new/bridged lan.xml", "prefix='24'", "prefix='25'")
    assert check() == (1, ["new/bridged lan.xml ip-on-bridged-network"], "")


def test_every_line_of_a_new_file_is_changed(repository: Path) -> None:
    Path("new ü.xml").write_text(BAD.replace("lan", "other").replace("br0", "br7"))
    assert check() == (1, ["new ü.xml ip-on-bridged-network"], "")


def test_a_collision_with_a_new_file_is_reported_wherever_it_is(repository: Path) -> None:
    Path("aaa.xml").write_text(GOOD.format("aaa", 9))
    code, rules, _ = check()
    assert (code, {each.rpartition(" ")[2] for each in rules}) == (1, {"subnet-overlap"})


def test_a_malformed_file_was_malformed_before(repository: Path) -> None:
    edit("lan.xml", "</network>", "</netwrk>")
    assert check()[1] == ["lan.xml xml-syntax"]
    git(repository, "commit", "--quiet", "--all", "--message", "broken")
    assert check(base="HEAD") == (0, [], "")


def test_a_changed_configuration_is_noted(repository: Path) -> None:
    edit("vnetlint.toml", "true", "false")
    code, rules, notes = check()
    assert (code, rules) == (0, [])
    assert notes == "vnetlint: vnetlint.toml: changed since 'main'; what this changes on other lines is not reported\n"


def test_a_new_expectation_that_does_not_hold_is_reported(repository: Path) -> None:
    with Path("vnetlint.toml").open("a") as file:
        file.write('[[expect]]\nfrom = "vm"\nto = "host"\nverdict = "blocked"\n')
    code, rules, _ = check()
    assert (code, rules) == (1, ["vm.xml expectation-undecided"])


def test_only_what_changed_is_fixed(repository: Path) -> None:
    Path("old.xml").write_text(BAD.replace("lan", "old").replace("br0", "br4"))
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "more")
    edit("lan.xml", "10.0.0.1", "10.0.0.2")
    before = Path("old.xml").read_text()
    code, rules, _ = check("--fix", "--unsafe-fixes", base="HEAD")
    assert (code, "fixed lan.xml" in rules[0]) == (0, True), rules
    assert "<ip" not in Path("lan.xml").read_text()
    assert Path("old.xml").read_text() == before


def test_the_diff_has_only_what_changed(repository: Path) -> None:
    assert check("--diff", "--unsafe-fixes") == (0, [], "")
    edit("lan.xml", "10.0.0.1", "10.0.0.2")
    assert check("--diff", "--unsafe-fixes")[0] == 1


def test_a_malformed_file_is_fixed_only_where_it_changed(repository: Path) -> None:
    edit("lan.xml", "mode='bridge'", "mode=bridge")
    git(repository, "commit", "--quiet", "--all", "--message", "broken")
    check("--fix", base="HEAD")
    assert "mode=bridge" in Path("lan.xml").read_text()
    check("--fix")
    assert "mode='bridge'" in Path("lan.xml").read_text()


def test_a_baseline_and_a_base_go_together(repository: Path) -> None:
    assert main(["baseline", "write"], io.BytesIO(), io.StringIO(), io.StringIO()) == 0
    edit("vnetlint.toml", "complete", 'baseline = "vnetlint-baseline.json"\ncomplete')
    Path("new.xml").write_text(BAD.replace("lan", "new").replace("br0", "br4"))
    code, rules, notes = check()
    assert (code, rules) == (1, ["new.xml ip-on-bridged-network"])
    assert "no longer found" not in notes


def test_only_new_findings_are_suppressed(repository: Path) -> None:
    before = Path("lan.xml").read_text()
    Path("new.xml").write_text(BAD.replace("lan", "new").replace("br0", "br4"))
    code, rules, notes = check("--add-ignores", "known")
    assert (code, rules, "suppressed 1 finding in 1 file" in notes) == (0, [], True)
    assert Path("lan.xml").read_text() == before
    assert "vnetlint: ignore[ip-on-bridged-network] known" in Path("new.xml").read_text()


def test_each_configuration_judges_its_own_files_of_both_times(repository: Path) -> None:
    Path("lab").mkdir()
    Path("lab/vnetlint.toml").write_text("complete = true\nexternal = []\n")
    Path("lab/net.xml").write_text(GOOD.format("labnet", 7))
    Path("lab/vm.xml").write_text(GUEST.format("labvm", "labnet"))
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "lab")
    Path("lab/net.xml").unlink()
    assert check(base="HEAD") == (1, ["lab/vm.xml unknown-network"], "")
    assert check("lan.xml", base="HEAD") == (0, [], "")


def test_templates_without_the_ending_of_xml_are_compared_too(repository: Path) -> None:
    Path("net.j2").write_text(BAD.replace(">lan<", ">{{ name }}<").replace("br0", "br6"))
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", "template")
    assert check(base="HEAD") == (0, [], "")
    Path("net.j2").rename("renamed.j2")
    assert check(base="HEAD") == (0, [], "")
    edit("renamed.j2", "10.0.0.1", "10.0.0.{{ number }}")
    assert check(base="HEAD")[1] == ["renamed.j2 ip-on-bridged-network"]


@pytest.mark.parametrize("form", ["full", "json", "sarif", "junit", "github", "gitlab"])
def test_every_format_has_only_what_changed(repository: Path, form: str) -> None:
    out = io.StringIO()
    assert main(["check", "--diff-base", "main", "--output-format", form], io.BytesIO(), out, io.StringIO()) == 0
    assert "ip-on-bridged-network" not in out.getvalue()
    if form == "json":
        assert json.loads(out.getvalue())["summary"]["unchanged"] == 1


def test_a_folder_below_is_compared_like_the_whole(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("sub dir")
    edit("ä/inner net.xml", "<forward mode='nat'/>", "<forward mode='bridge'/>\n  <bridge name='br5'/>")
    code, rules, _ = check(".")
    assert code == 1
    assert "ä/inner net.xml ip-on-bridged-network" in rules


def test_a_hook_of_another_repository_does_not_mislead(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert check() == (0, [], "")


# -- what cannot be done -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("revision", ["nope", "--upload-pack=x", "HEAD:lan.xml", "", "main..change", "-h"])
def test_an_unknown_revision_is_an_error(repository: Path, revision: str) -> None:
    code, rules, notes = check(base=revision)
    assert (code, rules) == (2, [])
    assert f"unknown revision '{revision}': expected a branch, tag or commit" in notes
    assert len(notes.splitlines()) == 1


def test_a_file_outside_of_any_repository_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lan.xml").write_text(BAD)
    assert check() == (2, [], "vnetlint: lan.xml: not in a git repository, and --diff-base needs one\n")
    out, err = io.StringIO(), io.StringIO()
    assert main(["check", "-", "--diff-base", "main"], io.BytesIO(BAD.encode()), out, err) == 2
    assert err.getvalue() == "vnetlint: <stdin>: --diff-base needs files in a git repository\n"


def test_an_empty_repository_and_a_broken_one_are_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lan.xml").write_text(BAD)
    git(tmp_path, "init", "--quiet")
    assert "unknown revision 'main'" in check()[2]
    shutil.rmtree(".git")
    Path(".git").write_text("gitdir: /nowhere\n")
    code, _, notes = check()
    assert (code, "not a git repository" in notes, len(notes.splitlines())) == (2, True, 1)


def test_unrelated_branches_are_an_error(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "--orphan", "other")
    git(repository, "commit", "--quiet", "--message", "other")
    code, _, notes = check()
    assert (code, "'main' and HEAD have no common commit" in notes) == (2, True)


def test_a_shallow_clone_says_what_to_do(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edit("lan.xml", "10.0.0.1", "10.0.0.2")
    git(repository, "commit", "--quiet", "--all", "--message", "change")
    url = f"file://{repository}"
    git(tmp_path, "clone", "--quiet", "--depth", "1", "--no-single-branch", url, "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    for revision in ("origin/main", "v1"):
        code, _, notes = check(base=revision)
        assert (code, "fetch-depth: 0" in notes, len(notes.splitlines())) == (2, True, 1), notes
    git(tmp_path / "shallow", "fetch", "--quiet", "--unshallow")
    assert check(base="origin/main") == (1, ["lan.xml ip-on-bridged-network"], "")


def test_git_has_to_be_installed(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert check() == (2, [], "vnetlint: git is not installed, and --diff-base needs it\n")


# -- submodules --------------------------------------------------------------------------------------------------------


def test_a_submodule_is_compared_with_the_commit_that_it_had(repository: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "net.xml").write_text(BAD.replace("lan", "shared").replace("br0", "br4"))
    commit_all(library)
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(library), "library")
    git(repository, "commit", "--quiet", "--message", "submodule")
    assert check(base="HEAD") == (0, [], "")
    edit("library/net.xml", "10.0.0.1", "10.0.0.2")
    git(repository / "library", "commit", "--quiet", "--all", "--message", "change")
    assert check(base="HEAD")[1] == ["library/net.xml ip-on-bridged-network"]
    git(repository, "commit", "--quiet", "--all", "--message", "newer submodule")
    assert check(base="HEAD~")[1] == ["library/net.xml ip-on-bridged-network"]


# -- a hostile repository ----------------------------------------------------------------------------------------------


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a file behind when it is run."""
    program = tmp_path / "trap"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\ncat\n")
    program.chmod(0o755)
    return program


def test_nothing_that_a_repository_names_is_run(repository: Path, trap: Path) -> None:
    names = ("core.fsmonitor", "core.sshCommand", "core.pager", "core.editor", "core.askPass", "core.gitProxy",
             "core.alternateRefsCommand", "filter.x.clean", "filter.x.smudge", "filter.x.process", "diff.x.textconv",
             "diff.x.command", "diff.external", "merge.x.driver", "gpg.program", "credential.helper", "pager.ls-tree",
             "pager.cat-file", "alias.rev-parse", "alias.ls-tree", "alias.cat-file", "alias.merge-base",
             "interactive.diffFilter", "uploadpack.packObjectsHook")  # fmt: skip
    for name in names:
        is_shell = name.startswith(("alias.", "credential."))
        git(repository, "config", name, f"!{trap}" if is_shell else str(trap))
    Path(".git/hooks").mkdir(exist_ok=True)
    for hook in ("post-checkout", "pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        shutil.copy(trap, f".git/hooks/{hook}")
    Path(".gitattributes").write_text("*.xml filter=x diff=x merge=x text eol=crlf\n")
    edit("lan.xml", "10.0.0.1", "10.0.0.2")
    Path(INNER).unlink()
    assert check()[0] == 1
    assert not (trap.parent / "sprung").exists()
    # The traps work: git by itself steps into one.
    subprocess.run(["git", "status"], env=environment(), capture_output=True, check=False)
    assert (trap.parent / "sprung").exists()


def test_missing_objects_are_not_fetched_by_a_program_of_the_repository(repository: Path, trap: Path) -> None:
    blob = git(repository, "rev-parse", "HEAD:lan.xml").strip()
    (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    settings = {
        "remote.origin.url": f"ext::{trap}",
        "remote.origin.promisor": "true",
        "remote.origin.partialCloneFilter": "blob:none",
        "protocol.ext.allow": "always",
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
    }
    for key, value in settings.items():
        git(repository, "config", key, value)
    edit("lan.xml", "10.0.0.1", "10.0.0.2")
    code, _, notes = check()
    assert (code, "in a partial clone, fetch the files first" in notes, len(notes.splitlines())) == (2, True, 1), notes
    assert not (trap.parent / "sprung").exists()


def test_a_repository_of_another_user_is_not_trusted(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    code, _, notes = check()
    assert (code, "git config --global --add safe.directory" in notes, len(notes.splitlines())) == (2, True, 1)


# -- lines -------------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from("abcde\r")), st.lists(st.sampled_from("abcde\r")))
def test_unchanged_lines_are_in_both_in_the_same_order(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    lines = lines_of(after)
    kept = [line for number, line in enumerate(lines, 1) if number not in changed_lines(before, after)]
    rest = iter(lines_of(before))
    assert all(line in rest for line in kept)
    assert changed_lines(after, after) == frozenset()


def test_lines_of_a_long_text_are_compared_at_once() -> None:
    text = "\n".join(f"<a{number}/>\n</interface>" for number in range(20_000))
    new = text.replace("<a77/>", "<b/>").replace("<a19000/>", "<c/>\n<d/>")
    assert changed_lines(text, new) == {155, 38001, 38002}
    same = "x\n" * 30_000
    assert len(changed_lines(f"a\n{same}b", f"c\n{'x' * 9}\n{same}{same}d")) > 0


def test_line_ends_are_no_change() -> None:
    assert changed_lines("a\nb\n", "a\r\nb\r") == frozenset()
    assert os.linesep == "\n"
