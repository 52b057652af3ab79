"""Write the rules' pages with their indexes, docs/inventory.md, the schemas, and the table of what rules need.

The manual pages are made here too. `--check` reports what is not current, and pages of what no longer exists.

usage: python docs/generate.py [--check]
"""

import json
import sys
from collections.abc import Container
from pathlib import Path

from vnetlint.config.jsonschema import schema
from vnetlint.host import Inventory
from vnetlint.rulebook.catalogue import builtin

HERE = Path(__file__).parent
NAMES = "rules/names.tsv"
sys.path.append(str(HERE))
from inventorypage import inventory_page  # noqa: E402
from manpages import man_pages  # noqa: E402
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
        sys.stdout.write(
            "".join(f"{name} is about nothing that there is; run `make docs`\n" for name in old_pages(texts))
        )
        return 1 if stale or old_pages(texts) else 0
    for name in stale:
        (HERE / name).parent.mkdir(exist_ok=True)
        (HERE / name).write_text(texts[name], "utf-8")
    for name in old_pages(texts):
        (HERE / name).unlink()
    return 0


def old_pages(texts: Container[str], folder: Path = HERE) -> list[str]:
    """Return the pages in a folder of docs that belong to no rule, by path."""
    there = (
        path.relative_to(folder).as_posix() for path in sorted([*folder.glob("rules/*.md"), *folder.glob("man/*.1")])
    )
    return [name for name in there if name not in texts]


def recorded_names() -> str:
    """Return the code and name of each rule that there ever was: those on record and the present ones."""
    present = {f"{rule.code}\t{rule.name}" for rule in builtin()}
    before = (HERE / NAMES).read_text("utf-8").splitlines() if (HERE / NAMES).is_file() else ()
    return "".join(f"{each}\n" for each in sorted({*before, *present}))


def targets() -> dict[str, str]:
    """Return what is generated, by path below `docs/`."""
    schemas = {"vnetlint.schema.json": schema(), "host.schema.json": Inventory.model_json_schema()}
    return {
        **pages(),
        **man_pages(),
        "inventory.md": inventory_page(),
        "../vnetlint/rulebook/hostneeds.py": needs(),
        NAMES: recorded_names(),
        **{name: json.dumps(made, indent=2, ensure_ascii=False) + "\n" for name, made in schemas.items()},
    }


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
