"""Write the rules' pages with their indexes, docs/inventory.md, and the schemas of a configuration and an inventory.

`--check` reports what is not current, and pages of rules that no longer exist.

usage: python docs/generate.py [--check]
"""

import json
import sys
from collections.abc import Container
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vnetlint.config.jsonschema import schema
from vnetlint.host import Forwarding, HostNetwork, HostRoute, Inventory, Link, Listener, Upstream

HERE = Path(__file__).parent
sys.path.append(str(HERE))
from needs import needs  # noqa: E402
from readers import readers  # noqa: E402
from rulepages import cell, pages  # noqa: E402

INVENTORY = """\
Made from the model and the rules by `make docs`. Every key but `version` may be left out: what is left out is unknown.
In parentheses is the command or setting that shows a value. [configuration.md](configuration.md#the-hosts-inventory)
has an example, [host.schema.json](host.schema.json) the types."""
PARTS: dict[str, type[BaseModel]] = {
    "An interface": Link,
    "A route": HostRoute,
    "`forwarding`": Forwarding,
    "`upstream`": Upstream,
    "A network": HostNetwork,
    "A listener": Listener,
}


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
        "inventory.md": inventory(),
        "../vnetlint/rulebook/hostneeds.py": needs(),
        **{name: json.dumps(made, indent=2, ensure_ascii=False) + "\n" for name, made in schemas.items()},
    }


def inventory() -> str:
    """Return the page of all keys of an inventory, what they mean, and which rules read them."""
    read_by = readers()
    lines = ["# The inventory's keys", "", INVENTORY, "", "| key | meaning | read by |", "|---|---|---|"]
    for name, field in Inventory.model_fields.items():
        rules = ", ".join(f"[{each}](rules/{each}.md)" for each in read_by[name])
        lines.append(f"| `{name}` | {cell(field.description or '')} | {rules} |")
    for part, model in PARTS.items():
        lines += ["", f"## {part}", "", "| key | meaning |", "|---|---|"]
        lines += [f"| `{name}` | {cell(_words(each))} |" for name, each in model.model_fields.items()]
    return "\n".join(lines) + "\n"


def _words(field: FieldInfo) -> str:
    told = [each.description for each in field.metadata if isinstance(each, FieldInfo) and each.description]
    return field.description or next(iter(told), "")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
