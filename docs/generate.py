"""Write docs/rules.md from the rules' pages, docs/inventory.md, and the schemas of a configuration and an inventory.

`--check` tells whether all are current.

usage: python docs/generate.py [--check]
"""

import json
import sys
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from vnetlint.config.jsonschema import schema
from vnetlint.host import Forwarding, Host, HostNetwork, HostRoute, Link, Listener, Upstream
from vnetlint.rulebook.catalogue import builtin

HERE = Path(__file__).parent
sys.path.append(str(HERE))
from readers import readers  # noqa: E402

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
FAMILIES = {
    "network": "Networks",
    "interface": "Guests' interfaces",
    "domain": "Guests",
    "filter": "Network filters",
    "project": "Across files, and against the host",
    "tool": "vnetlint itself and the schema",
}


def main(*options: str) -> int:
    """Write the files, or compare them."""
    stale = [
        name
        for name, text in targets().items()
        if not (HERE / name).is_file() or (HERE / name).read_text("utf-8") != text
    ]
    if "--check" in options:
        sys.stdout.write("".join(f"{name} is not current; run `make docs`\n" for name in stale))
        return 1 if stale else 0
    for name in stale:
        (HERE / name).write_text(targets()[name], "utf-8")
    return 0


def targets() -> dict[str, str]:
    """Give what is generated, by file name."""
    schemas = {"vnetlint.schema.json": schema(), "host.schema.json": Host.model_json_schema()}
    return {
        "rules.md": page(),
        "inventory.md": inventory(),
        **{name: json.dumps(made, indent=2, ensure_ascii=False) + "\n" for name, made in schemas.items()},
    }


def page() -> str:
    """Give all rules: a table by family, then each page."""
    parts = ["# Rules", "Made from the rules' own pages by `make docs`; `vnetlint rule NAME` shows one."]
    for family, title in FAMILIES.items():
        found = [rule for rule in builtin() if rule.family == family]
        rows = [
            f"| [{rule.name}](#{rule.name}) | {rule.code} | {rule.severity} | {rule.when} | {_cell(rule.page.title)} |"
            for rule in found
        ]
        parts.append(
            "\n".join(
                [f"## {title}", "", "| rule | code | severity | libvirt complains | |", "|---|---|---|---|---|", *rows]
            )
        )
    for rule in builtin():
        body = rule.page.text.replace("\n## ", "\n#### ")
        parts.append(f"### {rule.name}\n\n`{rule.code}` · {rule.severity} · libvirt complains: {rule.when}\n\n{body}")
    return "\n\n".join(parts) + "\n"


def inventory() -> str:
    """Give all keys of an inventory, what they say, and which rules read them."""
    read_by = readers()
    lines = ["# The inventory's keys", "", INVENTORY, "", "| key | what it says | read by |", "|---|---|---|"]
    for name, field in Host.model_fields.items():
        rules = ", ".join(f"[{each}](rules.md#{each})" for each in read_by[name])
        lines.append(f"| `{name}` | {_cell(field.description or '')} | {rules} |")
    for part, model in PARTS.items():
        lines += ["", f"## {part}", "", "| key | what it says |", "|---|---|"]
        lines += [f"| `{name}` | {_cell(_words(each))} |" for name, each in model.model_fields.items()]
    return "\n".join(lines) + "\n"


def _words(field: FieldInfo) -> str:
    told = [each.description for each in field.metadata if isinstance(each, FieldInfo) and each.description]
    return field.description or next(iter(told), "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
