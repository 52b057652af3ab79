"""The hooks do what users expect when pre-commit runs them from a repository made of this working tree."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests import checkout
from vnetlint import __version__
from vnetlint.adopt.hook import entry, new_file
from vnetlint.adopt.surroundings import Origin
from vnetlint.files.candidates import ENDINGS

# The first test of the hooks waits for pip.
pytestmark = pytest.mark.timeout(600)
slow = pytest.mark.slow

PRE_COMMIT = str(Path(sys.executable).parent / "pre-commit")
DOCS = (checkout.ROOT / "docs" / "ci.md").read_text("utf-8")
SNIPPETS = [
    each for each in re.findall(r"^```yaml\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL) if "\nrepos:" in f"\n{each}"
]
HOOKS = yaml.safe_load((checkout.ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
LAN = """<network>
  <name>{0}</name>
  <forward mode='nat'/>
  <bridge name='{1}'/>
  <ip address='10.{2}.0.1' prefix='24'/>
</network>
"""
CLEAN = LAN.format("lan", "virbr-lan", 1)
BROKEN = CLEAN.replace("mode='nat'", "mode='bridge'")
FIXABLE = LAN.format("lan", "virbr-storage-backend", 1)
"""The kernel takes at most 15 bytes of a bridge's name, so a shorter one is a safe fix."""
FOREIGN = "<project>\n  <artifactId>lan</artifactId>\n</project>\n"
GUEST = """<domain type='kvm'>
  <name>web</name>
  <memory>1048576</memory>
  <os>
    <type>hvm</type>
  </os>
  <devices>
    <interface type='network'>
      <source network='{0}'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
"""


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_the_hooks_select_the_files_that_are_read_in_a_folder(hook: dict[str, str]) -> None:
    templates = "|".join(ending.removeprefix(".xml.") for ending in ENDINGS if ending != ".xml")
    assert hook["files"] == rf"\.xml(\.({templates}))?$"
    assert hook["exclude"] == rf"(?s)^(?!.*{hook['files']})"
    for name in (f"kvm/a b{ending}" for ending in ENDINGS):
        assert re.search(hook["files"], name)
        assert not re.search(hook["exclude"], name)
    for name in ("README.md", "lan.xml.bak", "lan.xml~", "lanxml", "lan.xml/notes.txt", "lan.j2", "a.xml\nb.txt"):
        assert not re.search(hook["files"], name)
        assert re.search(hook["exclude"], name)


class Repository:
    """A scratch repository with the hooks installed."""

    def __init__(self, folder: Path, source: Path, cache: Path) -> None:
        self.folder = folder
        self.source = source
        self.environment = checkout.environment(PRE_COMMIT_HOME=str(cache))
        checkout.git(folder, "init", "--quiet")

    def use(self, hook: str, **settings: object) -> None:
        """Configure a hook with the user's settings, and install it."""
        entry = {"repo": str(self.source), "rev": f"v{__version__}", "hooks": [{"id": hook, **settings}]}
        self.configure(yaml.safe_dump({"repos": [entry]}))

    def configure(self, text: str) -> None:
        """Write pre-commit's configuration and install it."""
        self.write(**{".pre-commit-config.yaml": text})
        assert self.run(PRE_COMMIT, "install").returncode == 0

    def write(self, **files: str) -> None:
        """Write files by name, and stage them."""
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text)
        checkout.git(self.folder, "add", "--all")

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def commit(self) -> str:
        """Commit what is staged; return the hooks' output, or nothing if the commit was made."""
        done = self.run("git", "commit", "--message", "change")
        return done.stdout + done.stderr if done.returncode else ""

    def commit_unseen(self) -> None:
        """Commit without running the hooks."""
        checkout.git(self.folder, "commit", "--quiet", "--no-verify", "--message", "before")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkout.published(tmp_path_factory.mktemp("vnetlint"), f"v{__version__}")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit installs: once for all tests."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(tmp_path: Path, source: Path, cache: Path) -> Repository:
    return Repository(tmp_path, source, cache)


@slow
def test_the_manifest_is_valid(repository: Repository) -> None:
    run = repository.run(PRE_COMMIT, "validate-manifest", str(checkout.ROOT / ".pre-commit-hooks.yaml"))
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


@slow
def test_a_clean_file_is_committed_and_a_broken_one_is_not(repository: Repository) -> None:
    repository.use("vnetlint")
    repository.write(**{"lan.xml": CLEAN})
    assert repository.commit() == ""
    repository.write(**{"lan.xml": BROKEN})
    said = repository.commit()
    assert "lan.xml:5:3: error: " in said
    assert "[ip-on-bridged-network]" in said
    assert repository.text("lan.xml") == BROKEN


@slow
def test_the_entry_that_init_proposes_works(repository: Repository) -> None:
    origin = Origin("vnetlint", str(repository.source), f"v{__version__}")
    repository.configure(new_file(entry(origin, ["lan.j2"])))
    repository.write(**{"lan.xml": CLEAN, "lan.j2": CLEAN, "notes.j2": "{{ x }}\n"})
    assert repository.commit() == ""
    repository.write(**{"lan.j2": BROKEN, "README.md": "# <lan>\n"})
    said = repository.commit()
    assert "lan.j2:5:3: error: " in said
    assert "README" not in said


@slow
def test_the_staged_text_is_checked_and_not_the_working_tree(repository: Repository) -> None:
    repository.use("vnetlint")
    repository.write(**{"lan.xml": BROKEN})
    (repository.folder / "lan.xml").write_text(CLEAN)
    assert "[ip-on-bridged-network]" in repository.commit()
    assert repository.text("lan.xml") == CLEAN


@slow
def test_fixing_stops_the_commit_once(repository: Repository) -> None:
    repository.use("vnetlint-fix")
    repository.write(**{"lan.xml": FIXABLE})
    said = repository.commit()
    assert "files were modified by this hook" in said
    assert "Fixed 1 finding. " in said
    assert "virbr-storage-backend" not in repository.text("lan.xml")
    repository.write()
    assert repository.commit() == ""


@slow
def test_fixing_reports_what_remains(repository: Repository) -> None:
    repository.use("vnetlint-fix")
    repository.write(**{"lan.xml": FIXABLE, "broken.xml": LAN.format("b", "virbr-b", 2).replace("nat", "bridge")})
    assert "broken.xml:5:3: error: " in repository.commit()
    repository.write()
    said = repository.commit()
    assert "files were modified" not in said
    assert "[ip-on-bridged-network]" in said


@slow
def test_users_can_pass_arguments(repository: Repository) -> None:
    repository.use("vnetlint-fix", args=["--unsafe-fixes"])
    repository.write(**{"lan.xml": BROKEN})
    assert "files were modified" in repository.commit()
    assert "<ip" not in repository.text("lan.xml")


@slow
def test_foreign_files_neither_fail_nor_spam(repository: Repository) -> None:
    repository.use("vnetlint", verbose=True)
    repository.write(**{f"m{number}/pom.xml": FOREIGN for number in range(200)})
    run = repository.run(PRE_COMMIT, "run")
    assert run.returncode == 0
    assert "200 files" in run.stdout
    assert len(run.stdout.splitlines()) < 10


@slow
@pytest.mark.parametrize("settings", [{}, {"files": "^kvm/"}, {"exclude": "^old/"}], ids=["", "files", "exclude"])
def test_users_can_narrow_the_selected_files(repository: Repository, settings: dict[str, str]) -> None:
    repository.use("vnetlint", **settings)
    templates = {f"kvm/lan {number}.xml{each}": BROKEN for number, each in enumerate(("", ".j2", ".erb"))}
    repository.write(**templates, **{"kvm/README.md": "# <lan>\n", "kvm/lan.xml.bak": BROKEN, "notes.j2": "{{ x }}\n"})
    said = repository.commit()
    assert all(f"{name}:5:3: error: " in said for name in templates)
    assert "README" not in said
    assert ".bak" not in said
    assert "notes" not in said


@slow
def test_deleted_and_renamed_files_cause_no_failure(repository: Repository) -> None:
    repository.write(**{"lan.xml": CLEAN, "old.xml": LAN.format("old", "virbr-old", 3)})
    repository.commit_unseen()
    repository.use("vnetlint")
    (repository.folder / "old.xml").unlink()
    (repository.folder / "lan.xml").rename(repository.folder / "lan två.xml")
    repository.write()
    assert repository.commit() == ""


@slow
@pytest.mark.parametrize(("name", "other"), [("a.xml", "b.xml"), ("b.xml", "a.xml")])
def test_a_changed_file_is_checked_together_with_the_others(repository: Repository, name: str, other: str) -> None:
    repository.write(**{"vnetlint.toml": "complete = true\n", other: LAN.format("other", "virbr9", 4)})
    repository.commit_unseen()
    repository.use("vnetlint")
    repository.write(**{name: LAN.format("lan", "virbr9", 5), "web.xml": GUEST.format("lann")})
    said = repository.commit()
    assert f"{name}:4:11: error: bridge name 'virbr9' is already used by network 'other' [bridge-name-in-use]" in said
    assert "web.xml:9:15: " in said
    assert "[unknown-network]" in said
    repository.write(**{name: LAN.format("lan", "virbr8", 5), "web.xml": GUEST.format("other")})
    assert repository.commit() == ""


@slow
def test_more_names_than_fit_one_command_are_checked_as_one_project(repository: Repository) -> None:
    # pre-commit passes at most 128 KiB to a command, so these need two processes, with one of the two networks in each.
    long = "a" * 90
    count = 1600
    files = {f"{long}{number:04}.xml": FOREIGN for number in range(count)}
    files |= {"first.xml": LAN.format("first", "virbr9", 6), "zlast.xml": LAN.format("last", "virbr9", 7)}
    repository.write(**files, **{"vnetlint.toml": ""})
    repository.use("vnetlint", verbose=True)
    run = repository.run(PRE_COMMIT, "run", "--all-files")
    assert run.returncode == 1
    assert run.stdout.count("skipped") > 1, "one process was enough, so this test shows nothing"
    assert "[bridge-name-in-use]" in run.stdout


def test_the_snippets_show_every_hook() -> None:
    shown = [entry for each in SNIPPETS for entry in yaml.safe_load(each)["repos"]]
    assert {entry["rev"] for entry in shown} == {"COMMIT"}
    assert {hook["id"] for entry in shown for hook in entry["hooks"]} == {hook["id"] for hook in HOOKS}
    assert f"pre-commit {HOOKS[0]['minimum_pre_commit_version']} " in DOCS


@slow
@pytest.mark.parametrize("snippet", SNIPPETS)
def test_the_snippets_work(repository: Repository, snippet: str) -> None:
    site = {"host.json": '{"version": 1}', "kvm/lan.xml": CLEAN}
    repository.write(**site)
    repository.commit_unseen()
    commit = checkout.git(repository.source, "rev-parse", "HEAD").strip()
    repository.configure(snippet.replace("ADDRESS", str(repository.source)).replace("COMMIT", commit))
    assert repository.commit() == ""
    repository.write(**{"kvm/lan.xml": BROKEN})
    said = repository.commit()
    assert ("files were modified" if "vnetlint-fix" in snippet else "[ip-on-bridged-network]") in said
