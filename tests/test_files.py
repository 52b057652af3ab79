"""Which files are checked, how paths are shown, and that a file is written whole or not at all."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.sources import named
from tests.worktime import in_time
from vnetlint import model
from vnetlint.files import candidates
from vnetlint.files.find import FoundFile, MissingPathError, find
from vnetlint.files.paths import display
from vnetlint.files.read import read as read_input
from vnetlint.files.write import FileChange, WriteError, replace_together
from vnetlint.xml.source import Source, Unreadable

XML = "<network/>\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(*paths: str, text: str = XML) -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(text)


def found(*paths: str) -> list[str]:
    return [named.path for named in find(paths or ["."])]


# -- walking -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
class TestWalking:
    def test_xml_and_templates_of_it_are_found_in_order(self) -> None:
        make("b.xml", "a/z.xml", "a.xml.j2", "a.xml.erb", "a.xml.tmpl", "a.xml.tpl", "a.xml.in")
        make("a.json", "xml", "a.xml.bak", "a.xsl", "A.XML", "a.xml.template")
        templates = [f"a.xml.{ending}" for ending in ("erb", "in", "j2", "template", "tmpl", "tpl")]
        assert found() == [*templates, "b.xml", "xml", "a/z.xml"]

    def test_other_templates_are_found_by_how_they_begin(self) -> None:
        texts = {
            "network.j2": "{# lan #}\n{% set a = '<x>' %}\n<network>",
            "vm_template": "<?xml version='1.0'?>\n<!-- a <domain> -->\n<domain type='kvm'>",
            "guest.tmpl": "#if $x\n<domain>\n#end if",
            "vm.xml.22.j2": "anything",
            "net.xml.template": "anything",
            "Makefile": "all:\n\techo '<network>'",
            "site.j2": "server { listen 80; }",
            "pool.erb": "<pool type='dir'>",
            "notes.txt": "<network>",
        }
        for name, text in texts.items():
            Path(name).write_text(text, "utf-8")
        assert found() == ["guest.tmpl", "net.xml.template", "network.j2", "vm.xml.22.j2", "vm_template"]

    def test_backup_copies_are_read_only_if_they_are_named(self) -> None:
        copies = ["a.xml.bak", "a.xml.orig", "a.xml.pacnew", "a.xml.rpmsave", "a.xml~", "a.xml.bak0320"]
        make(*copies)
        assert found() == []
        assert found(*copies) == copies

    def test_a_pipe_without_an_ending_is_not_opened(self) -> None:
        make("x.xml")
        os.mkfifo("pipe")
        assert found() == ["x.xml"]

    def test_hidden_folders_are_skipped_and_hidden_files_are_not(self) -> None:
        make(".git/x.xml", ".tox/deep/x.xml", "a/.cache/x.xml", "a/.x.xml")
        assert found() == ["a/.x.xml"]

    def test_a_hidden_folder_that_is_named_is_walked(self) -> None:
        make(".hidden/x.xml")
        assert found(".hidden") == [".hidden/x.xml"]

    def test_a_named_file_is_read_whatever_it_is_called(self) -> None:
        make("notes.txt", ".gitignore", "build/x.txt")
        assert find(["notes.txt", "build/x.txt"]) == [
            FoundFile("notes.txt", explicit=True),
            FoundFile("build/x.txt", explicit=True),
        ]

    def test_a_file_named_twice_or_below_a_named_folder_is_read_once(self) -> None:
        make("a/x.xml")
        assert find(["a", "a/x.xml", "./a/../a/x.xml"]) == [FoundFile("a/x.xml", explicit=True)]

    def test_a_folder_without_xml_is_reported(self) -> None:
        make("a/readme.md")
        with pytest.raises(MissingPathError, match=r"^a: no libvirt XML below this folder"):
            find(["a"])

    def test_an_empty_folder_is_reported_even_beside_a_file(self) -> None:
        make("x.xml")
        Path("a").mkdir()
        with pytest.raises(MissingPathError, match=r"^a: no libvirt XML below"):
            find(["x.xml", "a"])

    def test_a_folder_under_two_names_is_not_reported_as_empty(self) -> None:
        make("a/x.xml")
        assert found("a", "./a") == ["a/x.xml"]

    def test_a_missing_path_is_reported(self) -> None:
        with pytest.raises(MissingPathError, match=r"^nowhere: no such file or folder$"):
            find(["nowhere"])

    def test_links_to_folders_are_not_followed_so_loops_end(self) -> None:
        make("a/x.xml")
        Path("a/loop").symlink_to("..")
        Path("a/self").symlink_to("self")
        assert found() == ["a/x.xml"]

    def test_a_link_to_a_file_that_is_read_anyway_is_skipped(self) -> None:
        make("networks/default.xml")
        Path("networks/autostart").mkdir()
        Path("networks/autostart/default.xml").symlink_to("../default.xml")
        assert found() == ["networks/default.xml"]
        assert found("networks/autostart") == ["networks/autostart/default.xml"]

    def test_only_the_first_of_two_links_to_one_file_is_read(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        target = tmp_path_factory.mktemp("elsewhere") / "x.xml"
        target.write_text(XML)
        Path("a.xml").symlink_to(target)
        Path("b.xml").symlink_to(target)
        assert found() == ["a.xml"]

    def test_a_folder_that_cannot_be_listed_is_an_unreadable_file(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make("a/x.xml", "locked/y.xml")
        _lock(monkeypatch, "locked")
        assert found() == ["a/x.xml", "locked"]
        assert _unreadable("locked") == "cannot be read: Permission denied"


def _lock(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Simulate a folder without read permission, because root can read any folder."""

    def locked(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def call(path: Any = ".") -> Any:
            if os.path.basename(path) == name:
                raise PermissionError(13, "Permission denied", path)
            return function(path)

        return call

    monkeypatch.setattr(os, "scandir", locked(os.scandir))
    monkeypatch.setattr(os, "listdir", locked(os.listdir))


# -- what git ignores ----------------------------------------------------------------------------------------------

IGNORED: dict[str, tuple[dict[str, str], str, str]] = {
    "a name, anywhere below": ({"": "x.xml"}, "y.xml a/y.xml", "x.xml a/x.xml a/b/x.xml"),
    "a folder": ({"": "build/"}, "x.xml a/x.xml", "build/x.xml a/build/x.xml"),
    "a folder's pattern does not match files": ({"": "x.xml/"}, "x.xml", "a/x.xml/y.xml"),
    "a path from here": ({"": "/build\na/b"}, "a/build/x.xml c/a/b/x.xml", "build/x.xml a/b/x.xml"),
    "endings": ({"": "*.j2\nvm-?.xml\n[ab].xml"}, "vm-10.xml c.xml", "x.xml.j2 vm-1.xml a.xml"),
    "any number of folders": ({"": "a/**/x.xml\n**/tmp\nlog/**"}, "x.xml", "a/x.xml a/b/c/x.xml d/tmp/y.xml log/x.xml"),
    "all but one": ({"": "*.xml\n!lan.xml"}, "lan.xml a/lan.xml", "x.xml a/x.xml"),
    "the last pattern that matches wins": ({"": "!lan.xml\n*.xml"}, "x.xml.in", "lan.xml"),
    "nothing in an ignored folder is included again": ({"": "a/\n!a/lan.xml"}, "lan.xml", "a/lan.xml"),
    "a nested file overrules one above it": ({"": "*.xml", "a": "!*.xml"}, "a/x.xml a/b/x.xml", "x.xml b/x.xml"),
    "a nested file holds below it only": ({"a": "/x.xml\nb/"}, "x.xml b/x.xml c/a/x.xml", "a/x.xml a/b/y.xml"),
    "comments, blanks and escapes": ({"": "# x.xml\n\n\\#y.xml\nz.xml  \n\\!w.xml"}, "x.xml", "#y.xml z.xml !w.xml"),
    "not a pattern": ({"": "[\n/\n!\n**\\\n[z-a].xml"}, "x.xml a/z.xml", ""),
    "no text": ({"": "\0\udcff\nx.xml"}, "y.xml", "x.xml"),
}


@pytest.mark.parametrize("what", IGNORED)
@pytest.mark.usefixtures("folder")
def test_files_that_git_ignores_are_skipped(what: str) -> None:
    ignore_files, kept, ignored = IGNORED[what]
    Path(".git").mkdir()
    for place, patterns in ignore_files.items():
        Path(place).mkdir(exist_ok=True)
        Path(place, ".gitignore").write_text(patterns, errors="surrogateescape")
    make(*kept.split(), *ignored.split())
    assert sorted(found()) == sorted(kept.split())


@pytest.mark.parametrize("marker", ["folder", "file"])
@pytest.mark.usefixtures("folder")
def test_ignore_patterns_of_the_repository_apply_below_it(marker: str) -> None:
    """A submodule and a worktree have a file `.git` that says where their repository is."""
    if marker == "folder":
        Path(".git").mkdir()
    else:
        Path(".git").write_text("gitdir: ../.git/modules/hosts\n")
    make("sites/a/x.xml", "sites/a/tmp/x.xml")
    Path(".gitignore").write_text("tmp/")
    assert found("sites/a") == ["sites/a/x.xml"]


@pytest.mark.usefixtures("folder")
def test_ignore_patterns_above_the_repository_do_not_apply() -> None:
    make("repository/x.xml")
    Path(".gitignore").write_text("*.xml")
    Path("repository/.git").mkdir()
    assert found("repository") == ["repository/x.xml"]


@pytest.mark.parametrize("named", ["build", "build/deep"])
@pytest.mark.usefixtures("folder")
def test_an_ignored_folder_or_file_is_read_if_named(named: str) -> None:
    Path(".git").mkdir()
    Path(".gitignore").write_text("build/\n*.xml")
    make("build/deep/x.xml")
    assert found(named) == ["build/deep/x.xml"]
    assert found("build/deep/x.xml") == ["build/deep/x.xml"]


@pytest.mark.usefixtures("folder")
def test_a_hostile_pattern_is_matched_quickly() -> None:
    Path(".git").mkdir()
    Path(".gitignore").write_text("*a" * 60 + "b\n" + "**/" * 60 + "b\n" + "/".join(["*a*a*a*a*a*a*b"] * 9))
    make("a" * 200 + ".xml", "/".join("a" * 20) + "/x.xml")
    start = time.process_time()
    assert len(found()) == 2
    assert in_time(time.process_time() - start, 2)


# -- names and reading ---------------------------------------------------------------------------------------------


def test_a_path_is_relative_below_the_current_folder_and_absolute_elsewhere(folder: Path) -> None:
    assert display("a/../b/x.xml") == "b/x.xml"
    assert display(str(folder / "x.xml")) == "x.xml"
    assert display("../x.xml") == (folder.parent / "x.xml").as_posix()
    assert display(f"{folder}-other/x.xml") == f"{folder.as_posix()}-other/x.xml"


def test_a_path_is_relative_even_if_the_root_is_the_current_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert display("/etc/x.xml") == "etc/x.xml"


@pytest.mark.usefixtures("folder")
class TestReading:
    def test_a_fifo_does_not_block(self) -> None:
        os.mkfifo("x.xml")
        assert _unreadable("x.xml") == "not a regular file"

    def test_a_folder_named_like_a_file_is_not_a_file(self) -> None:
        Path("x.xml").mkdir()
        assert _unreadable("x.xml") == "not a regular file"

    def test_a_broken_or_circular_link_is_unreadable(self) -> None:
        Path("gone.xml").symlink_to("nowhere.xml")
        Path("self.xml").symlink_to("self.xml")
        assert found() == ["gone.xml", "self.xml"]
        assert _unreadable("gone.xml") == "cannot be read: No such file or directory"
        assert _unreadable("self.xml") == "cannot be read: Too many levels of symbolic links"

    def test_a_file_without_permission_is_unreadable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make("x.xml")

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("os.open", refuse)
        assert _unreadable("x.xml") == "cannot be read: Permission denied"

    def test_undecodable_text_is_shown_up_to_its_fault(self) -> None:
        Path("x.xml").write_bytes(b"<network>\n  \xff")
        read = read_input("x.xml")
        assert isinstance(read, Unreadable)
        assert read.shown.lines.position(read.offset) == (2, 3)


def _unreadable(path: str) -> str:
    read = read_input(path)
    assert isinstance(read, Unreadable)
    return read.message


# -- writing -------------------------------------------------------------------------------------------------------

BEFORE = named("x.xml", XML)
AFTER = BEFORE.with_text("<network>\n</network>\n")


def write(before: Source, after: Source) -> None:
    replace_together([FileChange.between(before, after)])


@pytest.mark.usefixtures("folder")
class TestWriting:
    def test_a_file_keeps_its_mode(self) -> None:
        make("x.xml")
        for mode in (0o600, 0o644, 0o664, 0o755):
            os.chmod("x.xml", mode)
            write(BEFORE, AFTER)
            write(AFTER, BEFORE)
            assert stat.S_IMODE(os.stat("x.xml").st_mode) == mode

    def test_the_target_of_a_link_is_written_and_the_link_is_kept(self) -> None:
        make("real/x.xml")
        Path("x.xml").symlink_to("real/x.xml")
        write(BEFORE, AFTER)
        assert os.readlink("x.xml") == "real/x.xml"
        assert Path("real/x.xml").read_text() == AFTER.text

    def test_a_file_that_changed_meanwhile_is_left_alone(self) -> None:
        make("x.xml", text="<domain/>")
        message = r"^x\.xml: changed while it was being checked; run the command again$"
        with pytest.raises(WriteError, match=message):
            write(BEFORE, AFTER)
        _left_as("<domain/>")

    def test_a_deleted_file_is_not_created_again(self) -> None:
        with pytest.raises(WriteError, match=r"^x\.xml: cannot be written: No such file or directory$"):
            write(BEFORE, AFTER)
        assert os.listdir() == []

    def test_a_read_only_file_is_not_replaced(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make("x.xml")
        monkeypatch.setattr(os, "access", lambda *_: False)
        with pytest.raises(WriteError, match=r"^x\.xml: cannot be written: the file is read-only$"):
            write(BEFORE, AFTER)
        _left_as(XML)

    @pytest.mark.parametrize("step", ["fsync", "chmod", "replace"])
    def test_a_failure_at_any_step_leaves_the_old_file_and_no_other(
        self, step: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make("x.xml")

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        message = r"^x\.xml: cannot be written: No space left on device$"
        with monkeypatch.context() as patched:
            patched.setattr(os, step, fail)
            with pytest.raises(WriteError, match=message):
                write(BEFORE, AFTER)
        _left_as(XML)

    def test_an_interruption_leaves_the_old_file_and_no_other(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make("x.xml")

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", interrupt)
            with pytest.raises(KeyboardInterrupt):
                write(BEFORE, AFTER)
        _left_as(XML)

    def test_several_files_are_written_all_or_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make("x.xml", "y.xml", "z.xml")
        changes = [FileChange.between(named(f"{name}.xml", XML), AFTER) for name in "xyz"]
        real, steps = os.replace, []

        def third(name: str, target: Path) -> None:
            steps.append(target.name)
            if len(steps) == 3:
                raise OSError(5, "Input/output error")
            real(name, target)

        with monkeypatch.context() as patched:
            patched.setattr(os, "replace", third)
            with pytest.raises(WriteError, match=r"^z\.xml: cannot be written: Input/output error$"):
                replace_together(changes)
        assert steps == ["x.xml", "y.xml", "z.xml", "x.xml", "y.xml"]
        assert sorted(os.listdir()) == ["x.xml", "y.xml", "z.xml"]
        assert {Path(f"{name}.xml").read_text() for name in "xyz"} == {XML}
        replace_together(changes)
        assert {Path(f"{name}.xml").read_text() for name in "xyz"} == {AFTER.text}

    def test_nothing_is_written_if_one_of_several_files_is_gone(self) -> None:
        make("x.xml")
        with pytest.raises(WriteError, match=r"^y\.xml: cannot be written: No such file or directory$"):
            replace_together([FileChange.between(BEFORE, AFTER), FileChange.between(named("y.xml", XML), AFTER)])
        _left_as(XML)

    def test_bytes_are_written_in_the_files_encoding(self) -> None:
        data = "<a>ä</a>".encode("utf-16")
        Path("x.xml").write_bytes(data)
        source = read_input("x.xml")
        assert isinstance(source, Source)
        write(source, source.with_text("<a>ö</a>"))
        assert Path("x.xml").read_bytes() == "<a>ö</a>".encode("utf-16")


def _left_as(text: str) -> None:
    assert os.listdir() == ["x.xml"]
    assert Path("x.xml").read_text() == text


WRITER = """
from vnetlint.files.write import FileChange, replace_together
small, large = b"<network/>", b"<network>" + b" " * 4_000_000 + b"</network>"
print("ready", flush=True)
while True:
    replace_together([FileChange("x.xml", small, large)])
    replace_together([FileChange("x.xml", large, small)])
"""


def test_a_writer_killed_at_any_moment_leaves_the_old_file_or_the_new_one(folder: Path) -> None:
    wholes = {len("<network/>"), 4_000_000 + len("<network></network>")}
    for attempt in range(4):
        Path("x.xml").write_text("<network/>")
        writer = subprocess.Popen([sys.executable, "-c", WRITER], cwd=folder, stdout=subprocess.PIPE)
        with writer:
            assert writer.stdout
            writer.stdout.readline()
            time.sleep(0.01 + attempt * 0.02)
            writer.send_signal(signal.SIGKILL)
        assert os.path.getsize("x.xml") in wholes
        assert Path("x.xml").read_text().endswith(("/>", "</network>"))


def test_folders_are_searched_for_what_the_model_knows() -> None:
    assert set(candidates.ROOTS) == model.ROOTS.keys()
