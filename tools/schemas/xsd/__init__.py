"""Makes the `.xsd` files from the `.rng` files.

Each of `KINDS` becomes two files. `NAME.xsd` is XSD 1.1 and as exact as possible. `NAME-1.0.xsd` is looser, for the
many tools that know only XSD 1.0, such as `xmllint --schema`. Neither rejects what the `.rng` accepts.

RELAX NG can say more than XSD, so this does not translate one notation into the other. For each element it works out
which attributes and children there can be, how often, and of what type (`uses`); both versions of XSD can say that.
What is left are choices that depend on each other:

- A choice that an attribute settles (`<interface type='…'>`) becomes a type for each value of the attribute, and
  `xs:alternative` picks it. `switch` computes these types: what the pattern is once the value is known.
- Any other choice (a netmask or a prefix, not both) becomes an `xs:assert` (`assertions`).
- Children may be in any order: `xs:all` in XSD 1.1. In 1.0, where `xs:all` takes each child at most once, they become a
  repeated choice as soon as one of them may repeat (`children`).
- XSD requires that children of one name have one type. Where RELAX NG distinguishes them by what is around them, their
  contents are joined as a choice, and an assertion makes the distinction.

Two things are lost on purpose. One file describes one namespace, so elements of another one (`dnsmasq:options`) are
wildcards, in 1.1 with assertions about their names (`foreign`). And the order of children is never checked, because it
does not matter to libvirt. Where an element has no content, XSD would forbid even a line break in it; the group
`nothing`, a wildcard for no namespace at all, allows that.
"""

from __future__ import annotations

from pathlib import Path

from tools.schemas.xsd.grammar import Grammar
from tools.schemas.xsd.writer import document

KINDS = ("domain", "network", "nwfilter")
VERSIONS = ("1.1", "1.0")


def build(folder: Path) -> dict[str, bytes]:
    """The text of every `.xsd`, by file name, from the `.rng` files of a folder. Raises XsdError."""
    result = {}
    for source in (folder / f"{kind}.rng" for kind in KINDS):
        for version in VERSIONS:
            name = f"{source.stem}.xsd" if version == "1.1" else f"{source.stem}-{version}.xsd"
            result[name] = document(Grammar(source), version, source.name)
    return result
