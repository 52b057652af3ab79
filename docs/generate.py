"""Write the rules' pages with their indexes, docs/inventory.md, the schemas, and the table of what rules need.

`--check` reports what is not current, and pages of rules that no longer exist.

usage: python docs/generate.py [--check]
"""

import json
import sys
from collections.abc import Container
from pathlib import Path

from vnetlint.config.jsonschema import schema
from vnetlint.host import Inventory

HERE = Path(__file__).parent
sys.path.append(str(HERE))
from inventorypage import inventory_page  # noqa: E402
from needs import needs  # noqa: E402
from rulepages import pages  # noqa: E402


def main(*options: str) -> int:
    """Write the files and remove old pages, or report what would change."""
    texts = targets()
    stale = [
        name for name, text in texts.items() if not (HERE / name).is_file() or (HERE / name).read_text("utf-8") != text
    ]
    if "--check" in options:
        sys.stdout.write("".join(f"{name} is not current; run `make docs`\n" for name in stale))
        sys.stdout.write("".join(f"{name} is about no rule; run `make docs`\n" for name in old_pages(texts)))
        return 1 if stale or old_pages(texts) else 0
    for name in stale:
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(texts[name], "utf-8")
    for name in old_pages(texts):
        (HERE / name).unlink()
    return 0


def old_pages(texts: Container[str], folder: Path = HERE) -> list[str]:
    """Return the pages in a folder of docs that belong to no rule, by path."""
    there = (path.relative_to(folder).as_posix() for path in sorted(folder.glob("rules/*.md")))
    return [name for name in there if name not in texts]


def targets() -> dict[str, str]:
    """Return what is generated, by path below `docs/`."""
    schemas = {"vnetlint.schema.json": schema(), "host.schema.json": Inventory.model_json_schema()}
    return {
        **pages(),
        "inventory.md": inventory_page(),
        "../vnetlint/rulebook/hostneeds.py": needs(),
        **{name: json.dumps(made, indent=2, ensure_ascii=False) + "\n" for name, made in schemas.items()},
    }


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
