"""XML documents as text, for the formats that are XML."""

from xml.etree import ElementTree


def document(root: ElementTree.Element) -> str:
    """Return a document with its declaration. ASCII does not depend on the encoding of the terminal."""
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, "us-ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written.decode()}\n'
