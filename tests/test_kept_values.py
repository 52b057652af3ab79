"""A configuration that was found valid is not validated again, so that a small run need not load pydantic."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from vnetlint.config.file import ConfigError
from vnetlint.config.load import Loaded, forget, load
from vnetlint.config.model import Config
from vnetlint.files import kept

EVERY_KEY = """
select = ["default"]
extend-select = ["VN1"]
ignore = ["bridge-is-nic"]
fixable = ["plain-names-leak"]
unfixable = ["iommu-missing"]
min-severity = "warning"
exclude = ["old/"]
include = ["*.xml"]
placeholders = ["<<[a-z]+>>"]
external = ["default", "lan"]
complete = true
host = "host.json"
target-libvirt = "9.0.0"
schemas = "bundled"
policies = []
baseline = "known.json"
expect = [{ from = "a", to = "b", verdict = "allowed", protocol = "tcp", port = 22 }]

[severity]
VN1407 = "warning"

[options.nat-ports-few]
enough = 20

[per-file-ignores]
"*.xml" = ["nat-ports-few"]

[metadata]
"http://example.org/x" = "x.rng"

[[overrides]]
files = ["one/*"]
complete = true

[[overrides]]
files = ["two/*"]
min-severity = "error"
"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(kept.FOLDER, str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    forget()


def _configured(text: str, overrides: tuple[int, ...] = ()) -> Loaded:
    """Return the configuration with this text as a new process would load it."""
    Path("vnetlint.toml").write_text(text)
    forget()
    return load(os.path.abspath("vnetlint.toml"), None, overrides)


def test_every_key_is_in_the_example() -> None:
    set_keys = Config.model_fields.keys() - {"extend"}
    loaded = _configured(EVERY_KEY)
    assert {name for name in set_keys if loaded.origin(name.replace("_", "-"))} == set_keys


@pytest.mark.parametrize("overrides", [(), (1,), (0, 1)])
@pytest.mark.parametrize("text", ["", EVERY_KEY], ids=["empty", "every key"])
def test_what_is_kept_is_what_was_validated(text: str, overrides: tuple[int, ...]) -> None:
    if overrides and not text:
        return
    first = _configured(text, overrides)
    again = _configured(text, overrides)
    assert isinstance(first.config, Config)
    assert not isinstance(again.config, Config)
    _compare(first.config, again.config)
    assert first.options == again.options
    assert first.origins.keys() == again.origins.keys()


def _compare(validated: Any, known: Any) -> None:
    for name in type(validated).model_fields:
        one, other = getattr(validated, name), getattr(known, name)
        assert type(one) is type(other)
        if isinstance(one, tuple) and one and hasattr(type(one[0]), "model_fields"):
            for each, same in zip(one, other, strict=True):
                _compare(each, same)
        else:
            assert one == other, name


def test_a_second_check_does_not_load_pydantic_and_reports_the_same() -> None:
    Path("vnetlint.toml").write_text('min-severity = "info"\nextend-select = ["strict"]\n')
    Path("lan.xml").write_text("<network><name>lan</name><forward mode='nat'/><bridge stp='off'/></network>")
    first, second = _checked(), _checked()
    assert first.partition("\n")[2] == second.partition("\n")[2]
    assert "forward-without-address" in first
    assert "pydantic" in first.partition("\n")[0].split()
    assert not {"pydantic", "vnetlint.config.model", "vnetlint.config.validate"} & {*second.partition("\n")[0].split()}


def _checked() -> str:
    code = (
        "import io, sys; from vnetlint.cli.main import main; out = io.StringIO();"
        "main(['check', '--output-format', 'concise', '.'], sys.stdin.buffer, out, out); print(*sys.modules);"
        "print(out.getvalue())"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_what_is_wrong_is_found_each_time() -> None:
    for _ in range(2):
        with pytest.raises(ConfigError, match="unknown key 'colour'"):
            _configured("colour = 1\n")
    assert not [*kept.all_kept()]


def test_another_text_is_validated() -> None:
    _configured('min-severity = "error"\n')
    assert _configured('min-severity = "warning"\n').config.min_severity == "warning"
    with pytest.raises(ConfigError, match="min-severity"):
        _configured('min-severity = "much"\n')


def test_the_same_text_in_another_file_is_validated() -> None:
    """A pyproject.toml has a section with a configuration, which is no key of a vnetlint.toml."""
    text = '[tool.vnetlint]\nmin-severity = "error"\n'
    Path("pyproject.toml").write_text(text)
    assert load(os.path.abspath("pyproject.toml")).config.min_severity == "error"
    with pytest.raises(ConfigError, match="unknown key 'tool'"):
        _configured(text)


def test_an_extended_text_counts() -> None:
    Path("base.toml").write_text('min-severity = "error"\n')
    assert _configured("extend = 'base.toml'\n").config.min_severity == "error"
    Path("base.toml").write_text('min-severity = "warning"\n')
    assert _configured("extend = 'base.toml'\n").config.min_severity == "warning"


@pytest.mark.parametrize("damage", [b"", b"{}", b"\0" * 40, b"x" * 32 + b'["model",{}]'], ids=range(4))
def test_what_is_damaged_is_validated_again(damage: bytes) -> None:
    _configured('min-severity = "error"\n')
    (at,) = kept.all_kept()
    Path(at).write_bytes(damage)
    assert isinstance(_configured('min-severity = "error"\n').config, Config)
    assert not isinstance(_configured('min-severity = "error"\n').config, Config)


def test_what_was_changed_by_somebody_is_validated_again() -> None:
    _configured('min-severity = "error"\n')
    (at,) = kept.all_kept()
    Path(at).write_bytes(Path(at).read_bytes().replace(b'"error"', b'"warnx"'))
    assert _configured('min-severity = "error"\n').config.min_severity == "error"


def test_nothing_is_kept_where_rules_come_from_policies() -> None:
    assert _configured('policies = ["hardening"]\n').policies
    assert not [*kept.all_kept()]


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(kept.FOLDER, str(tmp_path / "file" / "cache"))
    for _ in range(2):
        assert isinstance(_configured('min-severity = "error"\n').config, Config)


def test_old_ones_are_removed(tmp_path: Path) -> None:
    _configured('min-severity = "error"\n')
    (old,) = kept.all_kept()
    (tmp_path / "cache" / "other.json").write_text("{}")
    long_ago = time.time() - 40 * 86400
    for each in (old, str(tmp_path / "cache" / "other.json")):
        os.utime(each, (long_ago, long_ago))
    _configured('min-severity = "warning"\n')
    assert old not in kept.all_kept()
    assert (tmp_path / "cache" / "other.json").exists()
