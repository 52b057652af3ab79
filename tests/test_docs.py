"""What is generated is current."""

import runpy
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_rules_page_is_current() -> None:
    page = runpy.run_path(str(ROOT / "docs" / "generate.py"))["page"]
    assert (ROOT / "docs" / "rules.md").read_text("utf-8") == page()
