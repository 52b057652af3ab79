"""The fast gate: libxml2's yes or no on a document, by way of lxml.

libxml2 cannot say what is wrong inside an `<interleave>`, so only its verdict counts here, and the explanation is
somebody else's. The gate has no verdict on a template, whose values are not there yet.
"""

from functools import cache
from pathlib import Path

from lxml import etree

from vnetlint.schema.sets import schema_for
from vnetlint.xml.tree import Document

MOST = 4_000_000
"""Code points of a document that libxml2 is asked about.

Its time grows with the square of the number of children in an `<interleave>`: a second for 30,000 static hosts, which
are 2 MB, and half a minute for 8 MB. The matcher's time grows in proportion to the document.
"""


def is_valid(document: Document, folder: Path | None = None) -> bool | None:
    """Tell whether a well-formed document follows the schema of its root; None where that cannot be told.

    It cannot for templates, for documents that libxml2 will not read, such as those with an unbound prefix, and for
    roots that have no schema.
    """
    if document.source.is_template or document.span.end - document.span.start > MOST:
        return None
    text = document.source.text[document.span.start : document.span.end].strip()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        # libxml2 believes the declaration even of decoded text, so the document goes in without it.
        tree = etree.fromstring(_without_declaration(text).encode(), parser)
        return bool(_validator(schema_for(document.root.name, folder)).validate(tree))
    except (etree.XMLSyntaxError, KeyError):
        return None


def _without_declaration(text: str) -> str:
    return text[text.index("?>") + 2 :].lstrip() if text.startswith("<?xml ") else text


@cache
def _validator(schema: Path) -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(str(schema)))
