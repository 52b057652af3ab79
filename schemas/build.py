"""Makes the `.rng` files from the `.rnc` sources.

    python -m vnetlint.schemas.build [--check] [--from DIR] [--to DIR]

Each root schema becomes one `.rng` that needs no other file. `trang` (Debian: `apt install trang`) translates the
notation and keeps documentation and annotations; after that this module

- follows the includes, so that the result stands alone, and leaves out what the root never reaches;
- flattens interleaves. The sources group children by topic (`identity & connection & addressing`), each topic an
  interleave of its own. libxml2 wrongly rejects valid orders of children when interleaves are nested, so the result has
  one flat interleave an element, with the attributes before it. Where that cannot be done the build fails;
- moves choices of several kinds (`<disk type=...>` and its source) out of the interleave that they are part of;
- puts attributes that follow each other into an interleave, which means the same. libxml2 keeps two states for each
  optional attribute of a sequence, present or absent, so that ten of them take a thousand times the work of one; in an
  interleave it settles each at once.
"""

from __future__ import annotations

import argparse
import copy
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from lxml import etree

RNG = "http://relaxng.org/ns/structure/1.0"
DOCUMENTATION = "{http://relaxng.org/ns/compatibility/annotations/1.0}documentation"
SOURCES = Path(__file__).resolve().parent
NOTICE = " Made from {source} by vnetlint.schemas.build; edit that, not this. "
# Patterns that only wrap other patterns: they hold attributes, elements or both.
WRAPPERS = frozenset({"group", "interleave", "optional", "zeroOrMore", "oneOrMore", "choice", "mixed", "list"})


def tag(name: str) -> str:
    """The qualified name of a RELAX NG element."""
    return f"{{{RNG}}}{name}"


def is_pattern(node: etree._Element) -> bool:
    """Whether a child belongs to the grammar, and is not documentation or a comment."""
    return isinstance(node.tag, str) and node.tag.startswith(f"{{{RNG}}}")


def patterns(node: etree._Element) -> list[etree._Element]:
    """The patterns right below a node."""
    return [child for child in node if is_pattern(child)]


def local(node: etree._Element) -> str:
    """The name without its namespace."""
    return etree.QName(node).localname


class BuildError(Exception):
    """A source that cannot be built, with the reason."""


class Grammar:
    """One schema with all that it includes, as a table of definitions."""

    def __init__(self, path: Path) -> None:
        self.start: etree._Element | None = None
        self.defines: dict[str, etree._Element] = {}
        self._read(path, frozenset())

    def _read(self, path: Path, overridden: frozenset[str]) -> None:
        root = etree.parse(path, etree.XMLParser(remove_blank_text=True)).getroot()
        library = root.get("datatypeLibrary")
        for node in patterns(root):
            if local(node) == "include":
                own = {str(define.get("name")): define for define in patterns(node)}
                self._read(path.parent / str(node.get("href")), overridden | frozenset(own))
                for name, define in own.items():
                    self._add(name, define, overridden)
            elif local(node) == "start":
                self.start = node
            elif local(node) == "define":
                self._add(str(node.get("name")), node, overridden)
            if library and node.get("datatypeLibrary") is None:
                node.set("datatypeLibrary", library)

    def _add(self, name: str, define: etree._Element, overridden: frozenset[str]) -> None:
        if name in overridden:
            return
        known = self.defines.get(name)
        if known is not None and etree.tostring(known) != etree.tostring(define):
            raise BuildError(f"{name} is defined twice")
        self.defines[name] = define

    def body(self, name: str) -> list[etree._Element]:
        """The patterns of a definition."""
        if name not in self.defines:
            raise BuildError(f"{name} is not defined")
        return patterns(self.defines[name])

    def only_attributes(self, node: etree._Element) -> bool:
        """Whether a pattern holds attributes and nothing else."""
        if local(node) in {"attribute", "empty"}:
            return True
        if local(node) == "ref":
            return all(self.only_attributes(child) for child in self.body(str(node.get("name"))))
        return local(node) in WRAPPERS and all(self.only_attributes(child) for child in patterns(node))

    def parts(self, node: etree._Element) -> list[etree._Element] | None:
        """What an interleave may hold directly in place of `node`; None where `node` is one thing for itself."""
        if local(node) == "interleave":
            return patterns(node)
        if local(node) == "ref":
            inner = self.body(str(node.get("name")))
        elif local(node) == "group":
            inner = patterns(node)
        else:
            return None
        if len(inner) == 1:
            return self.parts(inner[0])
        ordered = [child for child in inner if not self.only_attributes(child)]
        if len(ordered) > 1:
            return None
        # A group with at most one part that is not attributes: the order means nothing.
        return inner if local(node) == "group" or (ordered and self.parts(ordered[0]) is not None) else None

    def alternatives(self, node: etree._Element) -> list[etree._Element] | None:
        """The branches of a choice that must stand outside of its interleave: some have attributes or interleaves."""
        while local(node) in {"ref", "group"}:
            inner = self.body(str(node.get("name"))) if local(node) == "ref" else patterns(node)
            if len(inner) != 1:
                return None
            node = inner[0]
        if local(node) == "choice" and self.holds(node, {"attribute", "interleave"}):
            return patterns(node)
        return None

    def holds(self, node: etree._Element, wanted: set[str]) -> bool:
        """Whether a pattern has one of the wanted kinds, not looking into elements and attributes."""
        if local(node) in wanted:
            return True
        if local(node) == "ref":
            return any(self.holds(child, wanted) for child in self.body(str(node.get("name"))))
        return local(node) in WRAPPERS and any(self.holds(child, wanted) for child in patterns(node))

    def flatten(self) -> None:
        """Leave no interleave within another."""
        for define in [self.start, *self.defines.values()]:
            for node in list(define.iter(tag("interleave"))) if define is not None else ():
                if node.getparent() is not None:
                    self._flatten_one(node)

    def _flatten_one(self, node: etree._Element) -> None:
        queue, flat = patterns(node), []
        while queue:
            child = queue.pop(0)
            inner = self.parts(child)
            if inner is None:
                flat.append(child)
            else:
                queue[:0] = [copy.deepcopy(part) for part in inner]
        for place, child in enumerate(flat):
            branches = None if self.only_attributes(child) else self.alternatives(child)
            if branches is not None:
                self._distribute(node, branches, flat[:place] + flat[place + 1 :])
                return
        self._refill(node, flat)

    def _distribute(self, node: etree._Element, branches: list[etree._Element], rest: list[etree._Element]) -> None:
        """Make `(a | b) & c` of an interleave into `(a & c) | (b & c)`."""
        choice = etree.Element(tag("choice"))
        parent = node.getparent()
        assert parent is not None
        parent.replace(node, choice)
        for branch in branches:
            group = etree.SubElement(choice, tag("group"))
            inner = etree.SubElement(group, tag("interleave"))
            inner.extend(copy.deepcopy(part) for part in (branch, *rest))
            self._flatten_one(inner)

    def _refill(self, node: etree._Element, flat: list[etree._Element]) -> None:
        """Give an interleave its flat children, and put the attributes before it."""
        attributes = [child for child in flat if self.only_attributes(child)]
        others = [child for child in flat if not self.only_attributes(child)]
        for child in others:
            self._refuse_interleave(child, trail=())
        for child in list(node):
            node.remove(child)
        node.extend(others)
        parent = node.getparent()
        assert parent is not None
        place = parent.index(node)
        if local(parent) not in {"element", "define", "group", "interleave"} and attributes:
            group = etree.Element(tag("group"))
            parent.replace(node, group)
            group.append(node)
            parent, place = group, 0
        for offset, child in enumerate(attributes):
            parent.insert(place + offset, child)
        if not others:
            parent.remove(node)

    def join_attributes(self) -> None:
        """Put runs of attributes into interleaves."""
        for define in self.defines.values():
            for node in [define, *define.iter(tag("element"), tag("group"))]:
                run: list[etree._Element] = []
                for child in [*patterns(node), None]:
                    if child is not None and self.only_attributes(child):
                        run.append(child)
                        continue
                    if len(run) > 1:
                        join = etree.Element(tag("interleave"))
                        node.insert(node.index(run[0]), join)
                        join.extend(run)
                    run = []

    def _refuse_interleave(self, node: etree._Element, trail: tuple[str, ...]) -> None:
        if local(node) == "interleave":
            raise BuildError(f"cannot flatten an interleave within an interleave: {' > '.join(trail) or 'directly'}")
        if local(node) == "ref":
            name = str(node.get("name"))
            if name not in trail:
                for child in self.body(name):
                    self._refuse_interleave(child, (*trail, name))
        elif local(node) in WRAPPERS:
            for child in patterns(node):
                self._refuse_interleave(child, trail)

    def reached(self) -> list[str]:
        """The definitions that the start needs, in the order of their first use."""
        order: dict[str, None] = {}
        pending = [self.start]
        while pending:
            node = pending.pop(0)
            assert node is not None
            found = []
            for ref in node.iter(tag("ref")):
                name = str(ref.get("name"))
                if name not in order:
                    order[name] = None
                    self.body(name)
                    found.append(self.defines[name])
            pending[:0] = found
        return list(order)

    def document(self, source: str) -> bytes:
        """The whole grammar as one RELAX NG file."""
        if self.start is None:
            raise BuildError(f"{source} has no start")
        self.flatten()
        self.join_attributes()
        # The stubs of lxml do not know that the default namespace goes by None.
        root = etree.Element(tag("grammar"), nsmap=self._namespaces())  # type: ignore[arg-type]
        root.set("datatypeLibrary", "http://www.w3.org/2001/XMLSchema-datatypes")
        for node in [self.start, *(self.defines[name] for name in self.reached())]:
            if "datatypeLibrary" in node.attrib:
                del node.attrib["datatypeLibrary"]
            root.append(node)
        etree.cleanup_namespaces(root, keep_ns_prefixes=[str(prefix) for prefix in root.nsmap if prefix])
        root.addprevious(etree.Comment(NOTICE.format(source=source)))
        etree.indent(root)
        return etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True, pretty_print=True)

    def _namespaces(self) -> dict[str | None, str]:
        found: dict[str | None, str] = {None: RNG}
        for define in self.defines.values():
            found |= {prefix: uri for prefix, uri in define.nsmap.items() if prefix}
        return found


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


def build(sources: Path = SOURCES) -> dict[str, bytes]:
    """The text of every `.rng`, by file name."""
    if shutil.which("trang") is None:
        raise BuildError("trang is not installed; on Debian and Ubuntu: apt install trang")
    result = {}
    with tempfile.TemporaryDirectory() as folder:
        for source in roots(sources):
            grammar = Grammar(translate(source, Path(folder)))
            result[source.with_suffix(".rng").name] = grammar.document(source.name)
    return result


def main(arguments: list[str] | None = None) -> int:
    """Write the schemas, or with `--check` say which of them are stale."""
    parser = argparse.ArgumentParser(prog="python -m vnetlint.schemas.build", description="Make .rng from .rnc.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a file is stale")
    parser.add_argument("--from", dest="sources", type=Path, default=SOURCES, help="the folder with the .rnc files")
    parser.add_argument("--to", dest="target", type=Path, default=None, help="the folder for the .rng files")
    options = parser.parse_args(arguments)
    target = options.target or options.sources
    try:
        made = build(options.sources)
    except BuildError as error:
        print(f"schemas: {error}", file=sys.stderr)
        return 2
    there = {path.name: path.read_bytes() for path in target.glob("*.rng")}
    stale = [name for name, text in made.items() if there.get(name) != text]
    for name in stale:
        print(f"{name}: {'stale' if options.check else 'written'}")
        if not options.check:
            (target / name).write_bytes(made[name])
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
