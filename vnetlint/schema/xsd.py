"""Validating with XML Schema: the XSD that a site has for its own metadata, or one of the bundled ones.

A thin layer over `xmlschema`, which takes 200 ms to import, so only the first validation does.
A schema may come from an untrusted repository: it may include and import files of this machine, but nothing is fetched,
no entity is expanded, and the places of schemas that a document names (`xsi:schemaLocation`) are ignored.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from vnetlint.dataclass import dataclass
from vnetlint.errors import UserError

if TYPE_CHECKING:
    from xmlschema import XMLSchemaBase, XMLSchemaValidationError

XS = "{http://www.w3.org/2001/XMLSchema}"
MIN_VERSION = "{http://www.w3.org/2007/XMLSchema-versioning}minVersion"
ONLY_IN_11 = frozenset(
    XS + name for name in ("assert", "assertion", "alternative", "openContent", "defaultOpenContent", "override")
)
ONLY_IN_11_ATTRIBUTES = frozenset(
    ("notNamespace", "notQName", "defaultAttributes", "inheritable", "xpathDefaultNamespace")
)
DEEPEST = 200
"""Levels of nested elements that are validated. libvirt's own documents have fewer than twenty."""


class SchemaError(UserError):
    """A schema cannot be used; the message says why."""


@dataclass(frozen=True)
class XsdFault:
    """A fault of a document: the message, the element's path in the document, and its line from 1."""

    message: str
    path: str
    line: int


def validate(schema: Path, text: str) -> list[XsdFault]:
    """Return the faults of a document by the XSD at a path; none if it is valid.

    Raises SchemaError if the schema cannot be used. That a document is not well formed is a fault too.
    """
    try:
        status = schema.stat()
    except OSError as error:
        raise SchemaError(f"{schema}: {error.strerror}") from error
    loaded = _load(schema.resolve(), status.st_mtime_ns, status.st_size)
    try:
        root = _parse(text)
    except etree.XMLSyntaxError as error:
        return [XsdFault(error.msg or "not well-formed", "/", error.lineno or 1)]
    for entity in root.iter(etree.Entity):
        return [XsdFault(f"{entity.text} is an entity, which is not expanded", "/", 1)]
    if any(True for _ in _deeper(root, DEEPEST)):
        return [XsdFault(f"elements are nested more than {DEEPEST} deep", "/", 1)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [_fault(error) for error in loaded.iter_errors(root, use_location_hints=False)]


def _parse(text: str) -> etree._Element:
    # libxml2 follows the declared encoding even in decoded text, so the declaration is left out.
    plain = re.sub(r"\A\ufeff?<\?xml\s[^>]*\?>", lambda match: "\n" * match[0].count("\n"), text).removeprefix("\ufeff")
    return etree.fromstring(plain.lstrip(" \t\r").encode(), _parser())


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _deeper(root: etree._Element, limit: int) -> list[etree._Element]:
    level = [root]
    for _ in range(limit):
        level = [child for node in level for child in node]
        if not level:
            break
    return level


def _fault(error: XMLSchemaValidationError) -> XsdFault:
    message = error.reason or error.message
    condition = getattr(error.validator, "path", None)
    if type(error.validator).__name__ == "XsdAssert" and isinstance(condition, str):
        # The message of xmlschema does not contain the assertion.
        message = f"this must hold, but does not: {condition}"
    return XsdFault(" ".join(message.split()), error.path or "/", error.sourceline or 1)


@lru_cache(maxsize=16)
def _load(path: Path, _modified: int, _size: int) -> XMLSchemaBase:
    """Return a schema. The time and size are parameters so that a changed file is loaded again."""
    try:
        root = etree.fromstring(path.read_bytes(), _parser())
    except OSError as error:
        raise SchemaError(f"{path}: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        raise SchemaError(f"{path}:{error.lineno}: {error.msg}") from error
    if root.tag != f"{XS}schema":
        raise SchemaError(f"{path}: the root is <{etree.QName(root).localname}>, not <schema> of XML Schema")
    try:
        import xmlschema
    except ImportError as error:
        raise SchemaError("validating with XSD needs the package xmlschema; install vnetlint again") from error
    versions = (xmlschema.XMLSchema11,) if _is_11(root) else (xmlschema.XMLSchema10, xmlschema.XMLSchema11)
    first: Exception | None = None
    for version in versions:
        # A schema may use XSD 1.1 only in a file that it includes, so 1.1 is tried too.
        try:
            with warnings.catch_warnings():
                # A failed import is only a warning here; using what it would have declared is an error.
                warnings.simplefilter("ignore")
                return version(str(path), allow="local", defuse="always", timeout=1)
        except (xmlschema.XMLSchemaException, OSError, ValueError, TypeError, RecursionError) as error:
            first = first or error
    raise SchemaError(f"{path}: {_in_short(first)}") from first


def _is_11(root: etree._Element) -> bool:
    """Whether a schema declares that it is XSD 1.1, or uses something that 1.0 lacks."""
    try:
        if float(root.get(MIN_VERSION, "1.0")) >= 1.1:
            return True
    except ValueError:
        return False
    for node in root.iter(etree.Element):
        if node.tag in ONLY_IN_11 or not ONLY_IN_11_ATTRIBUTES.isdisjoint(map(str, node.attrib)):
            return True
        if node.tag == f"{XS}all" and any(each.get("maxOccurs", "1") not in ("0", "1") for each in node):
            return True
    return False


def _in_short(error: Exception | None) -> str:
    """The error of xmlschema without the page of context that it adds."""
    message = getattr(error, "reason", None) or getattr(error, "message", None) or str(error)
    line = getattr(error, "sourceline", None)
    first = " ".join(str(message).strip().split("\n\n")[0].split())
    return f"line {line}: {first}" if line else first.rstrip(":")
