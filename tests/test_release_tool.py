"""`python -m tools.release` sets one version everywhere, and stops a release that is not ready with one line."""

import shutil
from pathlib import Path

import pytest

from tools import release
from vnetlint import __version__

ROOT = Path(__file__).parent.parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in {*release.VERSIONS, *release.CHANGELOGS, "README.md"}:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def fault(root: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert release.main([*arguments], root) == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line.removeprefix("release: ")


def test_a_release_is_prepared_and_checked(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["prepare", "7.8.9", "2030-12-31"], copy) == 0
    assert release.main(["check", "v7.8.9"], copy) == 0
    assert release.main(["notes", "v7.8.9"], copy) == 0
    notes = capsys.readouterr().out
    assert notes.startswith("### Upgrading\n")
    assert "## " not in notes.replace("### ", "")
    for name in release.VERSIONS:
        before, after = (root.joinpath(name).read_text("utf-8") for root in (ROOT, copy))
        assert after.replace("7.8.9", __version__) == before
    changelog = (copy / "CHANGELOG.md").read_text("utf-8")
    assert changelog.count("## Unreleased\n\n## 7.8.9 - 2030-12-31\n\n### Upgrading\n") == 1
    # The next one has no changes yet.
    assert release.main(["prepare", "8.0.0", "2031-01-31"], copy) == 0
    assert fault(copy, capsys, "check", "v8.0.0").startswith(
        "CHANGELOG.md: no changes under a heading '## 8.0.0 - DATE'"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prepare", "1.2", "2030-12-31"], "'1.2': expected a version such as 1.2.3"),
        (["prepare", "1.2.3", "tomorrow"], "'tomorrow': expected a date such as 2030-12-31"),
        (["check", "1.2.3"], "'1.2.3': expected a tag such as v1.2.3"),
        (["check", "v9.9.9"], f"version '{__version__}', expected '9.9.9' as in the tag 'v9.9.9'"),
        (["check", f"v{__version__}"], f"CHANGELOG.md: no changes under a heading '## {__version__} - DATE'"),
        (["notes", "v9.9.9"], "CHANGELOG.md: no changes under a heading '## 9.9.9 - DATE'"),
        (["address", "http://x", "v1.2.3"], "'http://x': expected the address of a repository such as https://"),
    ],
)
def test_what_is_not_ready_is_one_line(
    copy: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert message in fault(copy, capsys, *arguments)


@pytest.mark.parametrize("arguments", [[], ["publish"], ["check"], ["prepare", "1.2.3"]])
def test_a_wrong_command_line_shows_the_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert release.main(arguments) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("python -m tools.release prepare VERSION DATE")
    assert all(f"tools.release {name} " in shown for name in release.COMMANDS)


def test_addresses_are_written_once(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["address", "https://forge.example/owner/name", "v1.2.3"]
    assert release.main(arguments, copy) == 0
    assert '[project.urls]\nRepository = "https://forge.example/owner/name"\n' in (copy / "pyproject.toml").read_text()
    assert fault(copy, capsys, *arguments).startswith("pyproject.toml: it has addresses already")


def test_links_become_absolute_and_code_stays() -> None:
    text = "[a](b.md#c) ![d](e/f.png) [g](https://h) [i](#j)\n```\n[k](l.md)\n```\n[m](n.md)\n"
    assert release.absolute(text, "https://forge/o/n", "v1.0.0") == (
        "[a](https://forge/o/n/blob/v1.0.0/b.md#c) ![d](https://forge/o/n/raw/v1.0.0/e/f.png) [g](https://h) [i](#j)\n"
        "```\n[k](l.md)\n```\n[m](https://forge/o/n/blob/v1.0.0/n.md)\n"
    )
