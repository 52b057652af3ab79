"""The gate: libxml2's verdict on a document, by way of lxml. It takes a fraction of a millisecond.

libxml2 cannot say what is wrong inside an `<interleave>`, so only its verdict is used, and the matcher explains. The
gate has no verdict on a template, whose values are not there yet, and none at all where there is no lxml, such as in a
browser: the matcher then decides alone, which takes longer.
"""

import sys
from functools import cache
from pathlib import Path

from vnetlint.schema.sets import schema_for
from vnetlint.xml.node import Document

try:
    from lxml import etree
except ModuleNotFoundError:
    # Anywhere else the installation is incomplete, and whoever asks has to know.
    if sys.platform != "emscripten":
        raise
    HAS_LIBXML2 = False
else:
    HAS_LIBXML2 = True
    _PARSER = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, collect_ids=False
    )

MOST = 4_000_000
"""Code points of a document that libxml2 is asked about.

Its time grows with the square of the number of children in an `<interleave>`: a second for 30,000 static hosts, which
are 2 MB, and half a minute for 8 MB. The matcher's time grows in proportion to the document.
"""


def is_valid(document: Document, folder: Path | None = None) -> bool | None:
    """Return whether a well-formed document follows the schema of its root, or None if there is no verdict.

    There is none for templates, for documents of more than `MOST` code points, for those that libxml2 does not read,
    such as those with an unbound prefix, for roots without a schema that libxml2 can read, and without lxml.
    """
    if document.source.is_template:
        return None
    return accepts(document.source.text[document.span.start : document.span.end], folder, document.root.name)


def accepts(text: str, folder: Path | None = None, root: str | None = None) -> bool | None:
    """Return what `is_valid` does about the text of one document, which need not be read as a tree before.

    `root` is the name of its root, if that is known.
    """
    if not HAS_LIBXML2 or len(text) > MOST:
        return None
    try:
        # libxml2 follows the declared encoding even in decoded text, so the declaration is left out.
        tree = etree.fromstring(_without_declaration(text.strip()).encode(), _PARSER)
        return bool(_validator(schema_for(root or tree.tag, folder)).validate(tree))
    except (etree.XMLSyntaxError, etree.RelaxNGError, OSError, KeyError):
        return None


def _without_declaration(text: str) -> str:
    return text[text.index("?>") + 2 :].lstrip() if text.startswith("<?xml ") else text


@cache
def _validator(schema: Path) -> "etree.RelaxNG":
    return etree.RelaxNG(etree.parse(str(schema)))
