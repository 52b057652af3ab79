"""Compare the tree with what expat and libxml2 read in every well-formed XML file below a folder.

python benchmarks/tree.py ../shared/corpus
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from lxml import etree

from tests.xml.documents import as_read, by_expat, by_lxml, without_namespaces
from vnetlint.files.candidates import ENDINGS
from vnetlint.inputkey import FileKey
from vnetlint.xml.source import DecodingError, decode
from vnetlint.xml.tree import parse
from vnetlint.xml.wellformed import check


def main(folder: str) -> int:
    compared = agreed = 0
    for path in sorted(Path(folder).rglob("*")):
        if path.name.endswith(ENDINGS) and path.is_file():
            for disagreement in differences(path):
                compared += 1
                agreed += not disagreement
                if disagreement:
                    print(f"{path}: {disagreement}")
    print(f"agree {agreed} of {compared}")
    return 0 if compared and agreed == compared else 1


def differences(path: Path) -> Iterator[str]:
    """Yield how the tree differs from that of each of the two parsers that can read the file."""
    try:
        source = decode(FileKey(str(path)), path.read_bytes())
    except DecodingError:
        return
    if source.is_template:
        # A placeholder is read as an unknown value, and other parsers see its text.
        return
    documents = parse(source)
    # The other parsers read one document, in a given encoding instead of the declared one.
    text = source.text.partition("?>")[2].lstrip() if source.text.startswith("<?xml ") else source.text
    for parser, read, fault in (("expat", by_expat, expat.ExpatError), ("libxml2", by_lxml, etree.XMLSyntaxError)):
        try:
            expected = read(text)
        except fault:
            continue
        if len(documents) != 1:
            yield f"{len(documents)} documents, {parser} reads one"
            continue
        found = as_read(documents[0].root)
        found = without_namespaces(found) if parser == "libxml2" else found
        problem = check(documents[0])
        yield f"not what {parser} reads" if found != expected else problem.message if problem else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
