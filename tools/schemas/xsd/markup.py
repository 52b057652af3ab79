"""Elements of XML Schema."""

from __future__ import annotations

from lxml import etree

from tools.schemas.xsd.pattern import Note

XS = "http://www.w3.org/2001/XMLSchema"


def xs(_tag: str, /, *children: etree._Element | None, **attributes: str | int | None) -> etree._Element:
    """One element of XML Schema; what is None is left out."""
    node = etree.Element(f"{{{XS}}}{_tag}")
    for key, value in attributes.items():
        if value is not None:
            node.set(key.rstrip("_"), str(value))
    node.extend(child for child in children if child is not None)
    return node


def documentation(note: Note) -> etree._Element | None:
    """What a note tells people, with the release that brought the thing."""
    text = note.text
    if note.since:
        text += f"{' ' if text else ''}Since libvirt {note.since}."
    if not text:
        return None
    inner = xs("documentation")
    inner.text = text
    return xs("annotation", inner)


def occurs(least: int, most: int | None) -> dict[str, str | int | None]:
    """How often something may be there, as attributes; without a limit where `most` is None."""
    return {
        "minOccurs": None if least == 1 else least,
        "maxOccurs": "unbounded" if most is None else None if most == 1 else most,
    }
