"""Writes the schemas that are not current.

    python -m tools.schemas [rng|libvirt|xsd] [--check] [--from DIR] [--to DIR]

By default all are made, the `.xsd` files from the new `.rng` files. `--from` is the folder of the sources: of the
`.rnc` files, or with `xsd` of the `.rng` files.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from lxml import etree

from tools.schemas import libvirt, rng, xsd
from tools.schemas.definitions import BuildError
from tools.schemas.xsd.reading import XsdError

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
MAKERS: Mapping[str, Callable[[Path], dict[str, bytes]]] = {
    "rng": rng.build,
    "libvirt": libvirt.build,
    "xsd": xsd.build,
}


def main(arguments: list[str] | None = None) -> int:
    """Write the schemas, or with `--check` list those that are stale."""
    parser = argparse.ArgumentParser(prog="python -m tools.schemas", description="Make the schemas from their sources.")
    parser.add_argument("kind", nargs="?", choices=MAKERS, help="which schemas to make (default: all)")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a file is stale")
    parser.add_argument("--from", dest="sources", type=Path, default=SCHEMAS, help="the folder of the sources")
    parser.add_argument("--to", dest="target", type=Path, default=None, help="the folder of the schemas")
    options = parser.parse_args(arguments)
    target = options.target or options.sources
    stale: list[str] = []
    for kind in [options.kind] if options.kind else MAKERS:
        try:
            made = MAKERS[kind](options.sources if kind != "xsd" or options.kind else target)
        except (BuildError, XsdError, OSError, etree.XMLSyntaxError) as error:
            print(f"schemas: {error}", file=sys.stderr)
            return 2
        stale += _update(target, made, write=not options.check)
    return 1 if stale and options.check else 0


def _update(target: Path, made: Mapping[str, bytes], *, write: bool) -> list[str]:
    stale = [name for name, text in made.items() if not _is_current(target / name, text)]
    for name in stale:
        print(f"{name}: {'written' if write else 'stale'}")
        if write:
            (target / name).write_bytes(made[name])
    return stale


def _is_current(path: Path, text: bytes) -> bool:
    return path.exists() and path.read_bytes() == text


if __name__ == "__main__":
    sys.exit(main())
