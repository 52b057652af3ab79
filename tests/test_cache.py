"""What runs keep: the next one finds the same in less time, whatever happened to the cache."""

import io
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from vnetlint.cache import key, store
from vnetlint.cache.store import Store
from vnetlint.cli.main import main
from vnetlint.files.kept import FOLDER, folder
from vnetlint.settings import Settings

NETWORK = "<network><name>n{0}</name><bridge name='br{1}'/><ip address='10.{0}.0.1' prefix='24'/></network>\n"
FILES = 25
PROGRAM = (sys.executable, "-m", "vnetlint")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with as many files as a cache is used for, and a cache of its own."""
    folder = tmp_path / "site"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"n{number}.xml").write_text(NETWORK.format(number, number // 2))
    monkeypatch.chdir(folder)
    monkeypatch.setenv(FOLDER, str(tmp_path / "cache"))
    return folder


@pytest.fixture
def database(site: Path) -> Path:
    """The database of the site, in which one run has kept what it found."""
    check()
    return Path(store.path())


CHECK = ("check", "--isolated", "--output-format", "json")


def check(*options: str) -> str:
    """Return the report of a run, which must not say anything else."""
    out, err = io.StringIO(), io.StringIO()
    assert main((*CHECK, *options, "."), io.BytesIO(), out, err) == 1
    assert err.getvalue() == ""
    return out.getvalue()


def check_as_process(*options: str, limit: Callable[[], None] | None = None) -> str:
    """Return the report of a run that is a process of its own."""
    command = [*PROGRAM, *CHECK, *options, "."]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit)
    assert (ran.returncode, ran.stderr) == (1, "")
    return ran.stdout


def loaded(*options: str) -> set[str]:
    """Return the modules that a run loads."""
    code = (
        "import sys; from vnetlint.cli.main import main; main(sys.argv[1:], sys.stdin.buffer, sys.stdout, sys.stderr)"
    )
    code += "; sys.stderr.write('\\n'.join(sys.modules))"
    command = [sys.executable, "-c", code, "check", "--isolated", *options, "."]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines())


def test_an_unchanged_run_finds_the_same_and_loads_neither_rules_nor_parsers(site: Path) -> None:
    fresh = check("--no-cache")
    assert not (site.parent / "cache").exists()
    assert check_as_process() == fresh
    assert check_as_process() == fresh
    for options in (("--output-format", "json"), ("--output-format", "full"), ("--output-format", "sarif")):
        check(*options)
        modules = loaded(*options)
        assert not {"lxml", "lxml.etree", "vnetlint.engine.lint", "vnetlint.api", "vnetlint.schema.gate"} & modules
        assert not [each for each in modules if each.startswith("vnetlint.rules.")]


def test_a_change_is_found(database: Path, site: Path) -> None:
    before = check()
    (site / "n3.xml").write_text(NETWORK.format(3, 77))
    after = check()
    assert after == check("--no-cache") != before
    (site / "n3.xml").unlink()
    assert check() == check("--no-cache") != after
    shutil.copy(site / "n4.xml", site / "again.xml")
    assert check() == check("--no-cache")


@pytest.mark.parametrize(
    "options",
    [
        ("--select", "all"),
        ("--ignore", "bridge-shared-by-networks"),
        ("--target-libvirt", "4.5"),
        ("--min-severity", "error", "--fail-on", "info"),
    ],
)
def test_other_options_are_another_run(database: Path, options: tuple[str, ...]) -> None:
    assert check(*options) == check("--no-cache", *options)
    assert check() == check("--no-cache")


def test_what_the_configuration_says_counts(database: Path, site: Path) -> None:
    (site / "vnetlint.toml").write_text('[severity]\nbridge-shared-by-networks = "info"\n')
    outs = [io.StringIO() for _ in range(3)]
    for out, more in zip(outs, ((), (), ("--no-cache",)), strict=True):
        main(("check", "--output-format", "json", *more, "."), io.BytesIO(), out, io.StringIO())
    first, second, fresh = (out.getvalue() for out in outs)
    assert first == second == fresh != ""


def test_another_version_of_the_program_keeps_apart(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = key.of_settings(Settings())
    monkeypatch.setattr(key, "program", lambda: b"older")
    assert key.of_settings(Settings()) != now


def damage_text(path: Path) -> None:
    path.write_bytes(b"this is no database" * 400)


def damage_middle(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:] = bytes(byte ^ 0x55 for byte in data[4096:])
    path.write_bytes(data)


def damage_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def rewrite(path: Path, value: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute("UPDATE kept SET value = " + value)
    database.close()


def other_values(path: Path) -> None:
    rewrite(path, "substr(value, 1, 16) || x'5b5d'")


def no_bytes(path: Path) -> None:
    rewrite(path, "42")


def other_columns(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE kept (value TEXT)")
    database.close()


def a_view(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE VIEW kept AS SELECT x'00' AS key, x'00' AS value, 1 AS used")
    database.close()


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def a_link_to_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to("/nowhere/at/all")


@pytest.mark.parametrize(
    "damage",
    [
        damage_text, damage_middle, damage_half, empty, other_values, no_bytes, other_columns, a_view, a_folder,
        a_link_to_nowhere,
    ],
)  # fmt: skip
def test_a_damaged_cache_changes_nothing(database: Path, damage: Callable[[Path], None]) -> None:
    fresh = check("--no-cache")
    damage(database)
    assert check() == fresh
    assert check() == fresh


def test_a_value_that_was_written_by_somebody_else_is_judged_by_its_form(database: Path) -> None:
    fresh = check("--no-cache")
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT key FROM kept").fetchall()
        for hostile in (b'[[["x"]],[],{},[],[],[]]', b"[" * 50_000, b"null"):
            values = [(store._sum(row[0], hostile) + hostile, row[0]) for row in rows]
            connection.executemany("UPDATE kept SET value = ? WHERE key = ?", values)
            connection.commit()
            assert check() == fresh
    connection.close()


@pytest.mark.parametrize("folder", ["/dev/null/cache", "/proc/cache"])
def test_a_folder_that_cannot_be_written_changes_nothing(
    site: Path, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER, folder)
    assert check() == check() == check("--no-cache")


def test_a_full_disk_changes_nothing(site: Path) -> None:
    def few_bytes() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))

    fresh = check("--no-cache")
    assert check_as_process(limit=few_bytes) == fresh
    assert check_as_process(limit=few_bytes) == fresh
    assert check() == fresh


def test_runs_at_once_find_the_same(site: Path) -> None:
    fresh = check("--no-cache")
    command = [*PROGRAM, *CHECK, "."]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [each.communicate() for each in running] == [(fresh, "")] * 4
    assert check() == fresh


def test_a_cache_that_another_program_holds_is_not_waited_for_long(database: Path) -> None:
    fresh = check("--no-cache")
    holding = sqlite3.connect(database)
    holding.execute("BEGIN EXCLUSIVE")
    start = time.monotonic()
    assert check_as_process() == fresh
    assert time.monotonic() - start < 30
    holding.close()


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_nothing_half(site: Path) -> None:
    fresh = check("--no-cache")
    command = [*PROGRAM, "check", "--isolated", "."]
    for wait in (0.2, 0.3, 0.4, 0.5, 0.6, 0.8):
        shutil.rmtree(site.parent / "cache", ignore_errors=True)
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(wait)
        running.kill()
        running.wait()
        assert check_as_process() == check_as_process() == fresh


def test_values_that_were_not_used_for_long_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, today = Store(str(tmp_path / "a.db")), store._today()
    kept.put({b"old": b"1", b"used": b"2"})
    monkeypatch.setattr(store, "_today", lambda: today + 29)
    assert kept.get([b"used", b"missing"]) == {b"used": b"2"}
    monkeypatch.setattr(store, "_today", lambda: today + 31)
    kept.put({b"new": b"3"})
    assert kept.get([b"old", b"used", b"new"]) == {b"used": b"2", b"new": b"3"}
    kept.close()


def test_a_cache_that_grew_too_large_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Store(str(tmp_path / "a.db"))
    first.put({b"a": b"1" * 10_000})
    first.close()
    monkeypatch.setattr(store, "_MOST_BYTES", 9000)
    second = Store(str(tmp_path / "a.db"))
    assert second.get([b"a"]) == {}
    second.close()


def test_few_files_are_not_kept(site: Path) -> None:
    main((*CHECK, "n1.xml"), io.BytesIO(), io.StringIO(), io.StringIO())
    assert not Path(store.path()).exists()


def test_the_cache_is_shown_and_cleared(database: Path) -> None:
    def ask(*words: str) -> str:
        out = io.StringIO()
        assert main(("cache", *words), io.BytesIO(), out, io.StringIO()) == 0
        return out.getvalue()

    assert ask("show").startswith(f"{database}: 0.")
    assert ask("clear").startswith(f"{database}: removed 0.")
    assert not database.exists()
    assert ask("clear") == f"{database}: removed 0.0 MiB\n"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({FOLDER: "/a"}, "/a"),
        ({FOLDER: "", "XDG_CACHE_HOME": "/b"}, "/b/vnetlint"),
        ({FOLDER: "", "XDG_CACHE_HOME": "relative", "HOME": "/c"}, "/c/.cache/vnetlint"),
        ({FOLDER: "", "XDG_CACHE_HOME": "", "HOME": "/c"}, "/c/.cache/vnetlint"),
    ],
)
def test_the_folder_is_that_of_the_user(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert folder() == expected


def test_a_report_of_several_processes_is_the_same(site: Path) -> None:
    for number in range(FILES, 420):
        (site / f"n{number}.xml").write_text(NETWORK.format(number % 250, number // 2))
    one, two = (check_as_process("--no-cache", "--jobs", count) for count in "12")
    assert one == two
    assert len(json.loads(one)["findings"]) > 400
    assert os.environ[FOLDER]
