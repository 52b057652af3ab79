"""The fix of a rule of a policy: set attributes, remove, or insert elements."""

from collections.abc import Callable, Mapping

from vnetlint.finding import Fix
from vnetlint.inputkey import StreamKey
from vnetlint.model import View
from vnetlint.policy.language import LanguageError, Reference, reference
from vnetlint.policy.table import FixTable
from vnetlint.policy.violation import PolicyValueError
from vnetlint.policy.vocabulary import Subject
from vnetlint.policy.wording import UNKNOWN, Wording, wording
from vnetlint.project import Project
from vnetlint.remedies.offers import fix
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits, Element, el
from vnetlint.xml.node import Node
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse
from vnetlint.xml.wellformed import check

_GIVEN = ("value",)

Remedy = Callable[[View, Project | None, Mapping[str, str]], tuple[Fix, ...]]


def remedy(table: FixTable, of: Subject) -> tuple[Remedy, bool]:
    """Return a fix, and whether its values take the project. Raises PolicyValueError if it cannot be made."""
    chosen = [name for name in ("set", "remove", "insert") if getattr(table, name) is not None]
    if len(chosen) != 1:
        raise PolicyValueError(("fix",), "expected one of 'set', 'remove' and 'insert'")
    if table.into is not None and table.insert is None:
        raise PolicyValueError(("fix", "into"), "'into' needs 'insert'")
    title, needs = _wording(("fix", "title"), table.title, of)
    settings: list[tuple[Reference, Wording]] = []
    for path, value in (table.set or {}).items():
        words, also = _wording(("fix", "set", path), value, of)
        settings.append((_path(("fix", "set", path), path, attribute=True), words))
        needs |= also
    removed = None if table.remove in (None, "this") else _path(("fix", "remove"), table.remove or "")
    elements = _elements(table.insert) if table.insert else ()
    into = _path(("fix", "into"), table.into) if table.into else None
    if into is not None and into.attribute is not None:
        raise PolicyValueError(("fix", "into"), f"'{table.into}' is an attribute: expected an element")

    def made(view: View, project: Project | None, values: Mapping[str, str]) -> tuple[Fix, ...]:
        edits: list[Edits] = []
        for path, words in settings:
            text = words(view, project, values)
            if UNKNOWN in text:
                return ()
            edits.append(_set(view.node, path, text))
        if table.remove is not None:
            edits += _removed(view.node, removed)
        if elements:
            parent = _walk(view.node, into.elements if into else ())
            edits.append(edit.insert(parent, *elements) if parent is not None else ())
        return fix(title(view, project, values), *edits, safety=table.safety)

    return made, needs


def _wording(key: tuple[str, ...], text: str, of: Subject) -> tuple[Wording, bool]:
    try:
        return wording(text, of, _GIVEN)
    except LanguageError as error:
        raise PolicyValueError(key, str(error), error.at) from None


def _path(key: tuple[str, ...], text: str, *, attribute: bool = False) -> Reference:
    """Return a path in the XML of the element that is selected."""
    try:
        found = reference(text)
    except LanguageError as error:
        raise PolicyValueError(key, str(error), error.at) from None
    if found.names or not found.is_xml:
        raise PolicyValueError(key, f"'{text[:60]}' is a name of the model: expected a path such as 'source/@dev'")
    if attribute and found.attribute is None:
        raise PolicyValueError(key, f"'{text[:60]}' is an element: expected an attribute such as 'source/@dev'")
    return found


def _walk(node: Node, elements: tuple[str, ...]) -> Node | None:
    for name in elements:
        below = node.child(name)
        if below is None:
            return None
        node = below
    return node


def _set(node: Node, path: Reference, value: str) -> Edits:
    """Set an attribute, and add the elements on the way to it that are missing."""
    for depth, name in enumerate(path.elements):
        child = node.child(name)
        if child is None:
            *outer, last = path.elements[depth:]
            added = el(last, {path.attribute or "": value})
            for each in reversed(outer):
                added = el(each, {}, added)
            return edit.insert(node, added)
        node = child
    return edit.set_attribute(node, path.attribute or "", value)


def _removed(node: Node, path: Reference | None) -> list[Edits]:
    """Remove what a path names, all of it; the element itself if it is None."""
    if path is None:
        return [edit.remove(node)]
    found = [node]
    for name in path.elements:
        found = [child for each in found for child in each.all(name)]
    if path.attribute is None:
        return [edit.remove(each) for each in found]
    places = [each.attributes[path.attribute] for each in found if path.attribute in each.attributes]
    return [edit.remove_attribute(each) for each in places]


def _elements(text: str) -> tuple[Element, ...]:
    """Return elements that are written as XML. Raises PolicyValueError if they are not well formed."""
    source = Source(StreamKey("insert"), f"<insert>{text}</insert>")
    documents = parse(source)
    fault = next(filter(None, map(check, documents)), None)
    if fault is not None or len(documents) != 1 or source.is_template:
        reason = fault.message if fault is not None else "expected plain XML"
        raise PolicyValueError(("fix", "insert"), f"invalid XML: {reason}")
    found = tuple(map(_element, documents[0].root.children))
    if not found:
        raise PolicyValueError(("fix", "insert"), "no element to insert: expected XML such as <filterref filter='…'/>")
    return found


def _element(node: Node) -> Element:
    attributes = {name: each.value for name, each in node.attributes.items()}
    children = tuple(map(_element, node.children))
    return el(node.name, attributes, *children, text="" if children else node.text.strip())
