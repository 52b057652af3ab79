"""`vnetlint check --add-ignores`: what is written, what stays, and that nothing else in a file changes."""

import errno
import re
from pathlib import Path

import pytest
from hypothesis import given, settings

from tests.reformat import Layout, reformatted
from tests.test_baseline import FILES, LAYOUTS
from tests.test_cli import BAD, Ran
from vnetlint.files.read import opened
from vnetlint.inputkey import FileKey
from vnetlint.xml.source import Source

REASON = "known since 2024"
ADDED = BAD.replace("  <ip ", f"  <!-- vnetlint: ignore[ip-on-bridged-network] {REASON} -->\n  <ip ")
_COMMENT = re.compile(rf"[ \t]*<!-- vnetlint: ignore\[[a-z-]+(?:, [a-z-]+)*\] {REASON} -->(?:\r\n|\r|\n)?")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("lan.xml").write_text(BAD)
    return tmp_path


def add(*arguments: str) -> Ran:
    return Ran("check", "--output-format", "concise", "--add-ignores", *(arguments or (REASON,)))


def test_each_finding_gets_a_comment_with_the_reason() -> None:
    ran = add()
    assert (ran.code, ran.out, ran.err) == (0, "", "vnetlint: suppressed 1 finding in 1 file\n")
    assert Path("lan.xml").read_text() == ADDED
    assert (Ran("check").code, Ran("check", "--select", "all").code) == (0, 0)


def test_a_second_run_changes_nothing() -> None:
    add()
    assert (add().err, Path("lan.xml").read_text()) == ("vnetlint: suppressed 0 findings in 0 files\n", ADDED)


def test_rules_of_one_element_share_a_comment() -> None:
    Path("lan.xml").write_text(BAD.replace("<ip ", "<ip foo='1' prefixx='2' "))
    assert add().code == 0
    assert Path("lan.xml").read_text().count("<!--") == 1


def test_a_comment_that_is_there_gets_the_rule_and_keeps_its_reason() -> None:
    Path("lan.xml").write_text(
        BAD.replace("  <ip ", "  <!-- vnetlint: ignore[ip-on-bridged-network] mine -->\n  <ip foo='1' ")
    )
    assert add().code == 0
    assert "ignore[ip-on-bridged-network, schema-unknown-attribute] mine -->" in Path("lan.xml").read_text()


def test_what_a_comment_cannot_suppress_is_still_reported() -> None:
    Path("lan.xml").write_text("<network><name>")
    ran = add()
    assert (ran.code, ran.out.count("[xml-syntax]"), Path("lan.xml").read_text()) == (1, 1, "<network><name>")


def test_only_what_is_shown_is_suppressed() -> None:
    Ran("baseline", "write", "--baseline", "known.json")
    ran = Ran("check", "--baseline", "known.json", "--add-ignores", REASON)
    assert (ran.code, Path("lan.xml").read_text()) == (0, BAD)
    assert add(REASON, "--ignore", "ip-on-bridged-network").code == 0
    assert Path("lan.xml").read_text() == BAD


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("",), "--add-ignores needs a reason, such as 'known since 2024'"),
        (("a -- b",), "--add-ignores: the reason cannot be in a comment: expected text without '--'"),
        (("a-",), "--add-ignores: the reason cannot be in a comment: expected text without '--'"),
        (("a\x07",), "--add-ignores: the reason cannot be in a comment: expected text without '--'"),
        (("x" * 201,), "--add-ignores: the reason is too long: expected at most 200 characters"),
        (("x", "--fix"), "--add-ignores cannot be combined with --fix or --diff"),
        (("x", "-"), "--add-ignores writes files: expected paths, not `-`"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], message: str) -> None:
    ran = add(*arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", f"vnetlint: {message}\n")
    assert Path("lan.xml").read_text() == BAD


def test_a_file_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    # Root, as whom these tests may run, is refused no file, so the system has to be replaced.
    monkeypatch.setattr("os.replace", refuse)
    ran = add()
    assert (ran.code, "lan.xml: cannot be written" in ran.err) == (2, True), ran.err
    assert Path("lan.xml").read_text() == BAD


@pytest.mark.slow
@settings(max_examples=25)
@given(LAYOUTS)
def test_all_findings_are_suppressed_and_nothing_else_changes(layout: Layout) -> None:
    for name, text in FILES.items():
        if name != "broken.xml":
            source = opened(FileKey(name), text.encode())
            assert isinstance(source, Source)
            Path(name).parent.mkdir(exist_ok=True)
            Path(name).write_bytes(reformatted(source, layout).encode())
    before = {name: Path(name).read_bytes().decode() for name in FILES if name != "broken.xml"}
    ran = add(REASON, "--select", "all")
    assert (ran.code, ran.out) == (0, ""), ran.out
    for name, text in before.items():
        assert _bare(_COMMENT.sub("", Path(name).read_bytes().decode())) == _bare(text)


def _bare(text: str) -> str:
    return re.sub(r"\s+(?=<)", "", text)
