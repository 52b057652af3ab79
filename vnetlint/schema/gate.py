"""The fast gate: libxml2's yes or no on a document, by way of lxml.

libxml2 cannot say what is wrong inside an `<interleave>`, so only its verdict counts here, and the explanation is
somebody else's. The gate has no verdict on a template, whose values are not there yet.
"""

from functools import cache
from pathlib import Path

from lxml import etree

from vnetlint.schema.sets import schema_for
from vnetlint.xml.tree import Document

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)


def is_valid(document: Document, folder: Path | None = None) -> bool | None:
    """Return whether a well-formed document follows the schema of its root; None where that cannot be told.

    It cannot for templates, for documents that libxml2 will not read, such as those with an unbound prefix, and for
    roots that have no schema.
    """
    if document.source.is_template:
        return None
    text = document.source.text[document.span.start : document.span.end].strip()
    try:
        # libxml2 believes the declaration even of decoded text, so the document goes in without it.
        tree = etree.fromstring(_without_declaration(text).encode(), _PARSER)
        return bool(_validator(schema_for(document.root.name, folder)).validate(tree))
    except (etree.XMLSyntaxError, KeyError):
        return None


def _without_declaration(text: str) -> str:
    return text[text.index("?>") + 2 :].lstrip() if text.startswith("<?xml ") else text


@cache
def _validator(schema: Path) -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(str(schema)))
