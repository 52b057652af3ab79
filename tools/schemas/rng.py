"""Makes the `.rng` files from the `.rnc` sources.

Each root schema becomes one `.rng` that needs no other file. `trang` (Debian: `apt install trang`) translates the
notation and keeps documentation and annotations. The rest follows the includes, leaves out what the root never reaches,
and arranges interleaves as libxml2 needs them (`interleaves`).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from lxml import etree

from tools.schemas.definitions import BuildError, Definitions
from tools.schemas.interleaves import flatten, join_attributes
from tools.schemas.notation import ANNOTATION, RNG, SINCE, tag

NOTICE = " Made from {source} by tools/schemas; edit that, not this. "


def build(folder: Path) -> dict[str, bytes]:
    """The text of every `.rng`, by file name, from the `.rnc` files of a folder. Raises BuildError."""
    if shutil.which("trang") is None:
        raise BuildError("trang is not installed; on Debian and Ubuntu: apt install trang")
    result = {}
    with tempfile.TemporaryDirectory() as made:
        for source in roots(folder):
            definitions = Definitions(translate(source, Path(made)))
            result[source.with_suffix(".rng").name] = document(definitions, source.name)
    return result


def roots(folder: Path) -> list[Path]:
    """The sources that have a start: each becomes one `.rng`."""
    return sorted(path for path in folder.glob("*.rnc") if "\nstart =" in path.read_text(encoding="utf-8"))


def translate(source: Path, folder: Path) -> Path:
    """One `.rnc` and what it includes in XML syntax, by trang, below a folder."""
    target = folder / source.with_suffix(".rng").name
    done = subprocess.run(["trang", str(source), str(target)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(done.stdout + done.stderr)
    return target


def document(definitions: Definitions, source: str) -> bytes:
    """A schema as one RELAX NG file; `source` is the name of its `.rnc`."""
    if definitions.start is None:
        raise BuildError(f"{source} has no start")
    flatten(definitions)
    join_attributes(definitions)
    # The stubs of lxml do not know that the default namespace goes by None.
    root = etree.Element(tag("grammar"), nsmap=_namespaces(definitions))  # type: ignore[arg-type]
    root.set("datatypeLibrary", "http://www.w3.org/2001/XMLSchema-datatypes")
    for node in [definitions.start, *(definitions.defines[name] for name in definitions.reached())]:
        if "datatypeLibrary" in node.attrib:
            del node.attrib["datatypeLibrary"]
        root.append(node)
    _leave_since_alone(root)
    etree.cleanup_namespaces(root, keep_ns_prefixes=[str(prefix) for prefix in root.nsmap if prefix])
    root.addprevious(etree.Comment(NOTICE.format(source=source)))
    etree.indent(root)
    return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _leave_since_alone(root: etree._Element) -> None:
    """Remove the annotations that go into files of their own, by `libvirt`."""
    for node in root.iter(etree.Element):
        for key in [key for key in node.attrib if str(key).startswith(ANNOTATION) and key != SINCE]:
            del node.attrib[key]


def _namespaces(definitions: Definitions) -> dict[str | None, str]:
    found: dict[str | None, str] = {None: RNG}
    for define in definitions.defines.values():
        found |= {prefix: uri for prefix, uri in define.nsmap.items() if prefix}
    return found
