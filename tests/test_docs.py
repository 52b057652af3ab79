"""What is generated is current."""

import re
import runpy
from dataclasses import fields
from pathlib import Path

from vnetlint.config.model import known_keys, load
from vnetlint.rulebook.catalogue import builtin

ROOT = Path(__file__).parent.parent


def test_what_is_generated_is_current() -> None:
    for name, text in runpy.run_path(str(ROOT / "docs" / "generate.py"))["targets"]().items():
        assert (ROOT / "docs" / name).read_text("utf-8") == text, f"{name} is not current; run `make docs`"


def test_every_key_of_an_inventory_is_described_and_read() -> None:
    rows = (ROOT / "docs" / "inventory.md").read_text("utf-8").split("\n## ")
    keys = re.findall(r"^\| `(\w+)` \|(.*?)\|(.*)\|$", rows[0], re.MULTILINE)
    assert [key for key, _, rules in keys if not rules.strip()] == ["version", "name"]
    parts = re.findall(r"^\| `(\w+)` \|(.*)\|$", "\n".join(rows[1:]), re.MULTILINE)
    assert [key for key, words, *_ in (*keys, *parts) if not words.strip()] == []


def test_every_key_and_option_of_a_configuration_is_shown(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    shown: set[tuple[str | int, ...]] = set()
    for number, text in enumerate(re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)):
        path = tmp_path / f"{number}.toml"
        path.write_text("\n".join(line for line in text.splitlines() if not line.startswith("extend =")))
        shown |= {*load(str(path)).origins.keys(), *([("extend",)] if "extend =" in text else [])}
    keys = {(name,) for name in known_keys()}
    options = {
        ("options", rule.name, each.name.replace("_", "-"))
        for rule in builtin()
        if rule.options
        for each in fields(rule.options)
    }
    assert keys | options <= shown
    assert all(f"`{name}` " in page for (name,) in keys)
    assert all(f"| `{rule}.{option}` |" in page for _, rule, option in options)
