"""A site without an inventory is judged as one whose inventory says nothing, and does not load pydantic."""

import subprocess
import sys
from pathlib import Path

from pydantic import BaseModel

from vnetlint.host import Host, Inventory
from vnetlint.host.firewall import FirewallChain
from vnetlint.reach.build.nothing import NOTHING
from vnetlint.reach.firewall import UnlistedChain

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_nothing_has_the_values_that_an_inventory_has_by_default() -> None:
    _compare(NOTHING, Inventory(version=1), leaving={"version", "name"})


def _compare(nothing: object, empty: BaseModel, leaving: set[str]) -> None:
    for name in type(empty).model_fields.keys() - leaving:
        value = getattr(empty, name)
        if isinstance(value, BaseModel):
            _compare(getattr(nothing, name), value, set())
        else:
            assert getattr(nothing, name) == value, name


def test_a_chain_that_is_not_listed_is_one_without_rules_and_with_an_unknown_policy() -> None:
    listed = FirewallChain(family="ipv4", hook="forward", policy=None)
    for name, value in UnlistedChain("forward")._asdict().items():
        assert value == getattr(listed, name), name


def test_a_site_is_judged_as_with_an_inventory_that_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "host.json").write_text('{"version": 1}')
    assert Host.of({"version": 1}).inventory == Inventory(version=1)
    without, loaded = _checked()
    told, _ = _checked("--host", str(tmp_path / "host.json"))
    assert without == told
    assert "vnetlint.reach.world" in loaded
    assert not [each for each in loaded if each.startswith(("pydantic", "vnetlint.host"))]


def _checked(*options: str) -> tuple[str, list[str]]:
    """Return the report of a check, and the modules that it loaded."""
    code = (
        "import io, sys; from vnetlint.cli.main import main; out = io.StringIO();"
        "main(sys.argv[1:], sys.stdin.buffer, out, sys.stderr); print(*sys.modules); print(out.getvalue())"
    )
    arguments = ["check", "--no-cache", "--output-format", "concise", *options, str(EXAMPLES)]
    run = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    modules, _, report = run.stdout.partition("\n")
    return report, modules.split()
