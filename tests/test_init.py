"""`vnetlint init`: what it finds, what it writes, what it never touches, and that a check is green afterwards."""

import os
import pty
import select
import shutil
import sys
import tomllib
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import pytest
import typer
import yaml

from tests.test_cli import BAD, GOOD, Ran
from vnetlint.adopt import surroundings
from vnetlint.adopt.surroundings import Origin
from vnetlint.cli.main import main
from vnetlint.config.load import forget
from vnetlint.engine.baselinefile import read as read_baseline
from vnetlint.files.write import FileChange, NewFile, WriteError, create_together
from vnetlint.host.inventory import Inventory

CONTROL_C = "\x03"
ALL = {"vnetlint.toml", "vnetlint-baseline.json", ".pre-commit-config.yaml"}
GUEST = "<domain type='kvm'>\n  <name>web</name>\n  <memory>1</memory>\n  <os><type>hvm</type></os>\n</domain>\n"


class Terminal(BytesIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one finding. vnetlint counts as installed from a folder, as in this checkout."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("vnetlint.cli.init.origin", lambda: Origin(None))
    forget()
    (tmp_path / ".git").mkdir()
    (tmp_path / "lan.xml").write_text(BAD)
    return tmp_path


def again(*arguments: str) -> Ran:
    """Run a command after a configuration may have been written, as another process would."""
    forget()
    return Ran(*arguments)


def files(folder: Path) -> dict[str, bytes]:
    found = {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}
    return {name: data for name, data in found.items() if not name.startswith(".git/")}


def asked(monkeypatch: pytest.MonkeyPatch, answer: Callable[[str, bool], bool]) -> tuple[int, str, list[str]]:
    """Run on a terminal; return the exit code, the output, and the questions."""
    questions: list[str] = []

    def confirm(text: str, default: bool, prompt_suffix: str) -> bool:
        questions.append(text)
        return answer(text, default)

    monkeypatch.setattr(typer, "confirm", confirm)
    out, err = StringIO(), StringIO()
    code = main(["init"], Terminal(), out, err)
    return code, out.getvalue() + err.getvalue(), questions


def test_afterwards_a_check_is_green_and_a_new_finding_is_not(site: Path) -> None:
    assert again("check").code == 1
    ran = Ran("init", "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert {*files(site)} == {"lan.xml", *ALL}
    assert again("check").code == 0
    (site / "new.xml").write_text(BAD.replace("lan", "new"))
    assert "new.xml:5:3: error:" in again("check", "--output-format", "concise").out


def test_the_baseline_is_what_the_command_would_write(site: Path) -> None:
    (site / "guests").mkdir()
    (site / "guests" / "web.xml").write_text(GUEST.replace("<memory>", "<memry>1</memry><memory>"))
    Ran("init", "--yes")
    before = (site / "vnetlint-baseline.json").read_bytes()
    (site / "vnetlint-baseline.json").unlink()
    assert again("baseline", "write").code == 0
    assert (site / "vnetlint-baseline.json").read_bytes() == before


def test_without_findings_there_is_no_baseline(site: Path) -> None:
    (site / "lan.xml").write_text(GOOD)
    assert Ran("init", "--yes").code == 0
    assert {*files(site)} == {"lan.xml", *ALL} - {"vnetlint-baseline.json"}
    assert "baseline" not in tomllib.loads((site / "vnetlint.toml").read_text())


def test_another_folder_is_configured_in_itself(site: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (site / "elsewhere").mkdir()
    monkeypatch.chdir(site / "elsewhere")
    assert Ran("init", "--yes", "..").code == 0
    assert {*files(site)} == {"lan.xml", *ALL}
    monkeypatch.chdir(site)
    assert again("check").code == 0


@pytest.mark.parametrize(
    ("name", "text"),
    [("vnetlint.toml", ""), ("vnetlint.toml", "not TOML"), ("pyproject.toml", "[tool.vnetlint]\ncomplete = true\n")],
)
def test_a_configuration_that_exists_is_kept(site: Path, name: str, text: str) -> None:
    (site / name).write_text(text)
    before = files(site)
    ran = Ran("init", "--yes")
    assert (ran.code, files(site)) == (2, before)
    assert ran.err == f"vnetlint: {name}: this folder is configured already, so nothing was written\n"
    assert "Would write vnetlint.toml\n" in ran.out


def test_a_configuration_above_is_named(site: Path) -> None:
    (site / "kvm").mkdir()
    shutil.copy("lan.xml", "kvm/lan.xml")
    (site / "vnetlint.toml").write_text("")
    ran = Ran("init", "--yes", "kvm")
    assert (ran.code, (site / "kvm" / "vnetlint.toml").exists()) == (0, True)
    assert ran.err == "vnetlint: vnetlint.toml applies here as long as this folder has no configuration of its own\n"


def test_a_pyproject_without_a_section_is_no_configuration(site: Path) -> None:
    (site / "pyproject.toml").write_text("[project]\nname = 'vnetlint-lover'\n")
    assert Ran("init", "--yes").code == 0
    assert (site / "pyproject.toml").read_text() == "[project]\nname = 'vnetlint-lover'\n"


def test_a_baseline_that_exists_is_used_and_kept(site: Path) -> None:
    again("baseline", "write")
    before = files(site)
    ran = Ran("init", "--yes")
    assert ran.err == "vnetlint: vnetlint-baseline.json is kept as it is; `vnetlint baseline write` writes it anew\n"
    assert before.items() <= files(site).items()
    assert again("check").code == 0


@pytest.mark.parametrize("option", [(), ("--dry-run",), ("--dry-run", "--yes")])
def test_without_a_terminal_or_dry_it_shows_and_writes_nothing(site: Path, option: tuple[str, ...]) -> None:
    before = files(site)
    ran = Ran("init", *option)
    assert (ran.code, files(site)) == (1, before)
    for name in ALL:
        assert f"\nWould write {name}" in ran.out
    assert ("--yes" in ran.err) == (not option)
    shown = ran.out.partition("Would write vnetlint.toml\n")[2].partition("\nWould")[0]
    Ran("init", "--yes")
    assert "".join(line[4:] or "\n" for line in shown.splitlines(keepends=True)) == (site / "vnetlint.toml").read_text()


def test_on_a_terminal_it_asks(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, questions = asked(monkeypatch, lambda _, default: default)
    assert (code, questions) == (
        0,
        [
            "Write vnetlint.toml?",
            "Hold today's 1 finding in vnetlint-baseline.json, so that only new ones are reported?",
            "Write .pre-commit-config.yaml, so that a commit is checked?",
        ],
    )
    assert {*files(site)} == {"lan.xml", *ALL}


@pytest.mark.parametrize("name", sorted(ALL))
def test_what_is_declined_is_not_written(site: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    code, said, _ = asked(monkeypatch, lambda question, _: name not in question)
    expected = set() if name == "vnetlint.toml" else ALL - {name}
    assert (code, {*files(site)}) == (0, {"lan.xml", *expected})
    assert ("nothing was written" in said) == (not expected)


@pytest.mark.parametrize("error", [typer.Abort, KeyboardInterrupt])
@pytest.mark.parametrize("number", range(3))
def test_a_run_that_is_stopped_leaves_nothing(
    site: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], number: int
) -> None:
    before, left = files(site), [None] * number

    def stop(_: str, default: bool) -> bool:
        if not left:
            raise error
        left.pop()
        return default

    code, said, _ = asked(monkeypatch, stop)
    assert (code, files(site)) == (130, before)
    assert said.endswith("vnetlint: stopped; nothing was written\n")


@pytest.mark.parametrize("at", range(1, 4))
def test_a_run_that_is_stopped_while_it_writes_leaves_nothing(
    site: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    before, calls, replace = files(site), [0], os.replace

    def stop(*arguments: str) -> None:
        calls[0] += 1
        if calls[0] == at:
            raise KeyboardInterrupt
        replace(*arguments)

    monkeypatch.setattr(os, "replace", stop)
    ran = Ran("init", "--yes")
    assert (ran.code, files(site)) == (130, before)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("answers", "code", "made"),
    [(["y\n", "\n", "n\n"], 0, {"vnetlint.toml", "vnetlint-baseline.json"}), (["\n", CONTROL_C], 130, set())],
    ids=["answered", "stopped"],
)
def test_a_real_terminal_is_understood(site: Path, answers: list[str], code: int, made: set[str]) -> None:
    child, terminal = pty.fork()
    if child == 0:
        os.execv(sys.executable, [sys.executable, "-m", "vnetlint", "init"])
    said, left = "", [*answers]
    while (part := _part(terminal)) is not None:
        said += part
        if said.endswith("[Y/n] ") and left:
            os.write(terminal, left.pop(0).encode())
        elif not left and not part and answers[-1] == CONTROL_C:
            # Python notices nothing if it came after the question was printed and before the answer was read.
            os.write(terminal, CONTROL_C.encode())
    assert (os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), left) == (code, []), said
    assert {*files(site)} == {"lan.xml", *made}


def _part(terminal: int) -> str | None:
    """What is written next: nothing if that takes a second, None at the end."""
    if not select.select([terminal], [], [], 1)[0]:
        return ""
    try:
        return os.read(terminal, 4096).decode() or None
    except OSError:
        # How Linux reports that the other end is closed.
        return None


def test_files_are_made_together_or_not_at_all(site: Path) -> None:
    before = files(site)
    with pytest.raises(WriteError, match=r"^lan\.xml: cannot be written: File exists$"):
        create_together([NewFile("a/b/c.txt", b"1"), NewFile("lan.xml", b"2")])
    assert (files(site), (site / "a").exists()) == (before, False)
    with pytest.raises(WriteError, match="changed while"):
        create_together([NewFile("a/c.txt", b"1")], [FileChange("lan.xml", b"other", b"new")])
    assert (files(site), (site / "a").exists()) == (before, False)
    (site / "link").symlink_to("nowhere")
    with pytest.raises(WriteError, match="File exists"):
        create_together([NewFile("link", b"1")])
    create_together([NewFile("a/c.txt", b"1")], [FileChange("lan.xml", BAD.encode(), b"new")])
    assert (files(site)["a/c.txt"], files(site)["lan.xml"]) == (b"1", b"new")


@pytest.mark.parametrize(
    ("folder", "message"),
    [
        ("nowhere", "nowhere: no such folder; expected the folder of a repository"),
        ("lan.xml", "lan.xml: not a folder; expected the folder of a repository"),
        (
            "empty",
            "empty: no libvirt XML below this folder, so there is nothing to configure; hidden folders and what git "
            "ignores are not searched",
        ),
        (
            "foreign",
            "foreign: no libvirt XML below this folder, so there is nothing to configure; 1 file of other kinds",
        ),
    ],
)
def test_where_there_is_nothing_to_configure_it_says_so(site: Path, folder: str, message: str) -> None:
    (site / "empty").mkdir()
    (site / "foreign").mkdir()
    (site / "foreign" / "pom.xml").write_text("<project/>")
    before = files(site)
    ran = Ran("init", "--yes", folder)
    assert (ran.code, ran.out, ran.err, files(site)) == (2, "", f"vnetlint: {message}\n", before)


def test_without_git_there_is_neither_hook_nor_job(site: Path) -> None:
    shutil.rmtree(site / ".git")
    ran = Ran("init", "--yes")
    assert ran.code == 0
    assert {*files(site)} == {"lan.xml", *ALL} - {".pre-commit-config.yaml"}
    assert "no git repository" in ran.err


def test_of_a_part_of_a_repository_the_hook_is_shown(site: Path) -> None:
    (site / "kvm").mkdir()
    (site / ".git" / "config").write_text('[remote "origin"]\n\turl = https://github.com/a/b\n')
    shutil.move("lan.xml", "kvm/lan.xml")
    ran = Ran("init", "--yes", "kvm")
    assert {*files(site)} == {"kvm/lan.xml", "kvm/vnetlint.toml", "kvm/vnetlint-baseline.json"}
    assert "pre-commit: add this to `repos` in .pre-commit-config.yaml:\n    - repo: local\n" in ran.out
    assert "vnetlint check --output-format github kvm\n" in ran.out


def test_an_inventory_is_found_and_used(site: Path) -> None:
    (site / "inv").mkdir()
    (site / "inv" / "kvm.json").write_text(Inventory(version=1, libvirt="9.0.0").model_dump_json(exclude_none=True))
    (site / "inv" / "other.json").write_text('{"version": 1, "networks": 7}')
    ran = Ran("init", "--yes")
    assert "inventory    inv/kvm.json\n" in ran.out
    assert "vnetlint host" not in ran.out
    assert tomllib.loads((site / "vnetlint.toml").read_text())["host"] == "inv/kvm.json"
    assert again("check").code == 0


def test_a_placeholder_that_vnetlint_does_not_know_is_proposed(site: Path) -> None:
    (site / "t.xml").write_text(BAD.replace("10.0.0.1", "::address::").replace("prefix='24'", "prefix='::prefix::'"))
    ran = Ran("init", "--yes")
    assert "placeholder  ::address:: in t.xml, which vnetlint does not know by itself\n" in ran.out
    assert tomllib.loads((site / "vnetlint.toml").read_text())["placeholders"] == ["::[A-Za-z][A-Za-z0-9_.-]*::"]
    held = read_baseline("vnetlint-baseline.json").entries
    assert "schema-bad-value" not in {each.rule for each in held}
    assert again("check").code == 0


def test_what_is_in_a_repository_is_said(site: Path) -> None:
    (site / "hosts" / "alpha" / "etc" / "libvirt" / "qemu").mkdir(parents=True)
    (site / "hosts" / "beta").mkdir()
    (site / "templates").mkdir()
    (site / "hosts" / "alpha" / "etc" / "libvirt" / "qemu" / "web.xml").write_text(GUEST)
    (site / "hosts" / "beta" / "db.xml").write_text(GUEST.replace("web", "db"))
    (site / "templates" / "lan.xml.j2").write_text(GOOD.replace("lan", "{{ name }}"))
    (site / "templates" / "web.xml.erb").write_text(GUEST.replace("web", "<%= name %>"))
    (site / "pom.xml").write_text("<project/>")
    (site / "Jenkinsfile").write_text("pipeline {}\n")
    out = Ran("init").out
    assert out.startswith(
        "libvirt XML  2 networks, 3 guests, in 5 files\n"
        "  templates/                     1 network, 1 guest, 2 templates (1 Jinja, 1 ERB)\n"
        "  .                              1 network\n"
        "  hosts/alpha/etc/libvirt/qemu/  1 guest\n"
        "  hosts/beta/                    1 guest\n"
        "besides      1 file with other XML (skipped)\n"
        "hosts        2: hosts/alpha/, hosts/beta/\n"
        "automation   Jenkins\n"
        "findings     1 error\n"
    )
    assert "CI: run it in Jenkinsfile, with the address" in out


def test_a_file_that_cannot_be_read_is_noted(site: Path) -> None:
    (site / "bad.xml").write_bytes(b"<network><name>\xff</name></network>")
    ran = Ran("init", "--yes")
    assert ran.code == 0
    assert "vnetlint: bad.xml: byte 0xff is not UTF-8" in ran.err
    assert "no baseline can hold that" in ran.err


@pytest.mark.parametrize("name", ['a"b', "a\\b", "new\nline", "tab\t#", "\x1b[2J", "*?[x]", "ünï", "\udcff"])
def test_odd_names_make_a_valid_configuration(site: Path, name: str) -> None:
    (site / name).mkdir()
    (site / name / "t.xml").write_text(BAD.replace("10.0.0.1", "::address::"))
    (site / name / "network").write_text(GOOD)
    (site / name / "host.json").write_text('{"version": 1, "networks": []}')
    ran = Ran("init", "--yes")
    assert (ran.code, "\x1b" in ran.out + ran.err) == (0, False)
    assert yaml.safe_load((site / ".pre-commit-config.yaml").read_bytes())
    if "\udcff" not in name:
        assert tomllib.loads((site / "vnetlint.toml").read_text("utf-8"))["host"] == f"{name}/host.json"
        assert again("check").code == 0


# -- hooks and CI --------------------------------------------------------------------------------------------------


def test_an_entry_is_added_to_hooks_that_exist(site: Path) -> None:
    text = "# ours\r\nrepos:\r\n-   repo: local\r\n    hooks: []  # none\r\n"
    (site / ".pre-commit-config.yaml").write_bytes(text.encode())
    ran = Ran("init", "--yes")
    assert "added to .pre-commit-config.yaml\n" in ran.out
    after = (site / ".pre-commit-config.yaml").read_bytes().decode()
    assert after.startswith(text)
    assert after.count("\n") == after.count("\r\n")
    assert [len(each["hooks"]) for each in yaml.safe_load(after)["repos"]] == [0, 1]


@pytest.mark.parametrize("text", ["repos: []\n", "repos:\n- repo: local\n  hooks: []\nfail_fast: true\n", "\xff"])
def test_hooks_that_are_not_certain_to_add_to_are_kept(site: Path, text: str) -> None:
    (site / ".pre-commit-config.yaml").write_bytes(text.encode("latin-1"))
    before = files(site)
    ran = Ran("init", "--yes")
    assert "pre-commit: add this to `repos` in .pre-commit-config.yaml:\n    - repo: local\n" in ran.out
    assert before.items() <= files(site).items()


def test_links_out_of_the_repository_are_not_followed(
    site: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vnetlint.cli.init.origin", lambda: Origin("vnetlint==0.1.0"))
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "workflows").mkdir()
    (elsewhere / "workflows" / "ci.yml").write_text("on: push\n")
    (elsewhere / "hooks.yaml").write_text("repos:\n- repo: local\n  hooks: []\n")
    (site / ".github").symlink_to(elsewhere)
    (site / ".pre-commit-config.yaml").symlink_to(elsewhere / "hooks.yaml")
    before = files(elsewhere)
    ran = Ran("init", "--yes")
    assert (ran.code, files(elsewhere)) == (0, before)
    assert "pre-commit: add this to `repos`" in ran.out
    assert "CI: write it to .github/workflows/vnetlint.yml:\n" in ran.out


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", [".git/config", ".gitmodules", ".pre-commit-config.yaml", ".gitlab-ci.yml", "a.json"])
@pytest.mark.parametrize("text", ["\n", " ", "path = a ", "url =", "repos:\n", "repos:\n ", '{"version":['])
def test_hostile_files_around_the_xml_end_fast(site: Path, name: str, text: str) -> None:
    (site / name).write_text(text * (500_000 // len(text)))
    assert Ran("init").code == 1


@pytest.mark.parametrize("name", [".pre-commit-config.yaml", ".github/workflows/lint.yml", ".gitlab-ci.yml"])
def test_what_runs_vnetlint_already_is_not_proposed_again(site: Path, name: str) -> None:
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).write_text("repos: [] # vnetlint\n")
    (site / ".git" / "config").write_text('[remote "origin"]\n\turl = https://github.com/a/b\n')
    ran = Ran("init", "--yes")
    assert f"vnetlint already in {name}\n" in ran.out
    assert ("CI:" in ran.out) == (name == ".pre-commit-config.yaml")
    assert ("wrote .pre-commit-config.yaml" in ran.out) == (name != ".pre-commit-config.yaml")


def test_where_others_can_install_it_a_workflow_is_written(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vnetlint.cli.init.origin", lambda: Origin("vnetlint==0.1.0"))
    (site / ".github" / "workflows").mkdir(parents=True)
    (site / ".github" / "workflows" / "ci.yaml").write_text("on: push\n")
    assert Ran("init", "--yes").code == 0
    job = yaml.safe_load((site / ".github" / "workflows" / "vnetlint.yml").read_text())["jobs"]["vnetlint"]
    assert [each["run"] for each in job["steps"] if "run" in each] == [
        "pip install vnetlint==0.1.0",
        "vnetlint check --output-format github",
    ]
    (hook,) = yaml.safe_load((site / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert (hook["language"], hook["additional_dependencies"]) == ("python", ["vnetlint==0.1.0"])


def test_a_remote_shows_the_forge(site: Path) -> None:
    (site / ".git" / "config").write_text('[remote "origin"]\n\turl = git@gitlab.example.org:a/b.git\n')
    assert surroundings.surroundings(str(site)).forge == "gitlab"
    assert "CI: add it to .gitlab-ci.yml, with the address" in Ran("init").out
    (site / ".git" / "config").write_text('[remote "origin"]\n\turl = https://github.com/a/b\n')
    assert surroundings.surroundings(str(site)).forge == "github"


def test_nothing_is_asked_of_a_repository(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program is started, because git runs what a repository configures."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a program was started")

    monkeypatch.setattr("subprocess.Popen", refuse)
    monkeypatch.setattr("os.system", refuse)
    assert Ran("init", "--yes").code == 0
    assert surroundings.HOOKS in files(site)
