"""The demo shows what the project is for, and changes nothing."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
RULES = ("bridge-without-uplink", "routed-without-upstream-route")


def test_the_demo_shows_both_rules_with_a_diff_of_a_fix_for_each(tmp_path: Path) -> None:
    site = {path: path.read_bytes() for path in (ROOT / "examples").rglob("*") if path.is_file()}
    program = Path(sys.executable).parent / "vnetlint"
    ran = subprocess.run(
        [ROOT / "examples" / "demo", program], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert {path: path.read_bytes() for path in site} == site
    assert list(tmp_path.iterdir()) == []
    checked, diff, fixed = ran.stdout.split("$ vnetlint check")[1:]
    for rule, name in zip(RULES, ("stage.xml", "dmz.xml"), strict=True):
        assert f"[{rule}]" in checked
        assert f"+++ b/examples/networks/{name}" in diff
        assert f": {rule}: " in "".join(line for line in fixed.splitlines() if line.startswith("fixed examples/"))
        assert f"[{rule}]" not in fixed
    assert "--choose" not in ran.stderr
