"""What `vnetlint init` proposes with the keys `exclude` and `overrides`: that a run understands it."""

from pathlib import Path

import pytest

from tests.test_cli import BAD, GOOD, Ran
from tests.test_init import asked
from tests.test_init_configuration import UNCOMMENTED, hosts
from vnetlint.config.load import forget


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    forget()
    (tmp_path / "lan.xml").write_text(BAD)
    return tmp_path


def test_what_is_excluded_is_neither_checked_nor_in_the_baseline(site: Path) -> None:
    (site / "w[e]i*r?d" / "tests").mkdir(parents=True)
    (site / "w[e]i*r?d" / "tests" / "lan.xml").write_text(BAD)
    assert Ran("init", "--yes").code == 0
    assert "tests" not in (site / "vnetlint-baseline.json").read_text()
    forget()
    assert Ran("check").code == 0
    assert Ran("check", "w[e]i*r?d/tests/lan.xml").code == 0
    before = (site / "vnetlint-baseline.json").read_bytes()
    (site / "vnetlint-baseline.json").unlink()
    assert Ran("baseline", "write").code == 0
    assert (site / "vnetlint-baseline.json").read_bytes() == before


def test_many_folders_are_asked_about_once(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        (site / f"role{number}" / "tests").mkdir(parents=True)
        (site / f"role{number}" / "tests" / "lan.xml").write_text(BAD)
        (site / f"role{number}" / "lan.xml").write_text(GOOD)
    code, _, questions = asked(monkeypatch, lambda _, default: default)
    assert (code, questions[0]) == (0, "Exclude 6 folders such as role0/tests/ (6 files)?")
    assert [each for each in questions if "Exclude" in each] == questions[:1]
    assert (site / "vnetlint.toml").read_text().count("# files of tests (1 file)\n") == 6


def test_the_entries_of_several_hosts_are_accepted(site: Path) -> None:
    hosts(site)
    (site / "hosts" / "alpha" / "host.json").write_text('{"version": 1}')
    assert Ran("init", "--yes").code == 0
    path = site / "vnetlint.toml"
    head, _, tables = path.read_text().partition("# The files are of several hosts.")
    path.write_text(head + UNCOMMENTED.sub("", tables.partition("\n")[2]))
    forget()
    assert Ran("baseline", "write").code == 0
    assert Ran("check").code == 0
    (site / "hosts" / "alpha" / "tests").mkdir()
    (site / "hosts" / "alpha" / "tests" / "new.xml").write_text(GOOD)
    assert Ran("check").code == 0
