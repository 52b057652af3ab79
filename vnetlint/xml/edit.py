"""Edits of elements and attributes, such as inserting a `<route>`, as spans of text in the style of the file.

Only this module deals with quotes, escaping, indentation, line ends, comments, the expansion of `<a/>` and the order of
children. Every function returns the edits of one change, which belong together. It returns none if the element cannot
be edited safely: its tag is half typed, or its document declares entities.

    insert(network, el("route", {"family": "ipv6", "gateway": "fd00::2"}))
      <ip address='10.0.0.1'/>            <ip address='10.0.0.1'/>
    </network>                     ->     <route family='ipv6' gateway='fd00::2'/>
                                        </network>
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from vnetlint.dataclass import dataclass
from vnetlint.finding import Edit, Span
from vnetlint.lazy import pattern
from vnetlint.xml.node import Attribute, Document, Node
from vnetlint.xml.order import child_order
from vnetlint.xml.scan import TokenKind, scan
from vnetlint.xml.style import Style
from vnetlint.xml.template import FILLER

Edits = tuple[Edit, ...]
_Writer = Callable[[str | None], str]
"""Returns the text to insert, given the indentation of its line, or None if it shares a line."""

_SAME_LINE_COMMENTS = pattern(r"(?:[ \t]*<!--(?:[^-\r\n]++|-(?!->))*+-->)+(?=[ \t]*(?:[\r\n]|$))")
_ONE_LINE_END = pattern(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")
_INDENTED = pattern(r"(\r\n|\r|\n)([ \t]*+)(?!\r|\n)")
_COMMENT = pattern(r"<!--(?:[^-]++|-(?!->))*+-->")
_BLANKS_BEHIND = pattern(r"[ \t]*")
_BLANK_REST = pattern(r"[ \t]*(\r\n|\r|\n|$)")

_SPACE = " \t\r\n"

style = lru_cache(maxsize=64)(Style)


@dataclass(frozen=True, slots=True)
class Element:
    """An element to be written. It has text or children, not both."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple["Element", ...] = ()
    text: str = ""


def el(name: str, attributes: Mapping[str, str] | None = None, *children: Element, text: str = "") -> Element:
    """Return an element to insert: its attributes in the order to be written, then its children."""
    return Element(name, tuple((attributes or {}).items()), children, text)


def set_attribute(node: Node, name: str, value: str) -> Edits:
    """Set the value of an attribute. A new one is added behind the last, with the same spacing."""
    if not _editable(node):
        return ()
    text = _text(node)
    if attribute := node.attributes.get(name):
        if not attribute.quote:
            return ()
        return _edit(node, attribute.value_span, _escape_value(value, attribute.quote))
    last = next(reversed(node.attributes.values()), None)
    end = last.span.end if last else node.name_span.end
    quote = (last.quote if last else "") or _style(node).quote
    gap = _space_before(text, last.span.start) if last else " "
    return _edit(node, Span(end, end), f"{gap or ' '}{name}={quote}{_escape_value(value, quote)}{quote}")


def remove_attribute(attribute: Attribute) -> Edits:
    """Remove an attribute with the space in front of it."""
    if not _editable(attribute.node):
        return ()
    span = attribute.span
    return _edit(attribute.node, Span(span.start - len(_space_before(_text(attribute.node), span.start)), span.end), "")


def rename_attribute(attribute: Attribute, name: str) -> Edits:
    """Rename an attribute, unless the name is taken."""
    if not _editable(attribute.node) or name in attribute.node.attributes:
        return ()
    return _edit(attribute.node, attribute.name_span, name)


def rename(node: Node, name: str) -> Edits:
    """Rename an element, in its end tag too."""
    if not _editable(node):
        return ()
    edits = _edit(node, node.name_span, name)
    if node.is_empty_tag:
        return edits
    start = node.close_start + 2
    return edits + _edit(node, Span(start, start + len(node.name)), name)


def remove(node: Node) -> Edits:
    """Remove an element, with its lines if nothing else is on them. Comments beside it stay."""
    if not _editable(node) or node.parent is None:
        return ()
    return _edit(node, _span_taken(node), "")


def remove_but_comments(node: Node) -> Edits:
    """Remove an element, but leave the comments in it where it was, each on a line of its own if it has one."""
    if not _editable(node) or node.parent is None:
        return ()
    text, habits = _text(node), _style(node)
    kept = [text[each.start : each.end] for each in _comments_in(node)]
    if not kept:
        return remove(node)
    return _edit(node, node.span, _break(habits, line_indent(text, node.start)).join(kept))


def close_emptied(node: Node) -> Edits:
    """Turn `<a></a>` into `<a/>`, for an element all of whose children `remove` removes; no edits if more is in it."""
    if not _editable(node) or node.is_empty_tag or _comments_in(node) or _texts(node):
        return ()
    edits: Edits = ()
    at = node.open_end - 1
    for start, end in map(_span_taken, node.children):
        edits += _edit(node, Span(at, start), "") if at < start else ()
        at = end
    return edits + _edit(node, Span(at, node.end), "/>")


def close_over_text(node: Node) -> Edits:
    """Turn `<a>text</a>` into `<a/>`; no edits if more than one piece of text is in it."""
    content = node.document.source.excerpt(node.content_span).strip(_SPACE)
    if not _editable(node) or node.is_empty_tag or node.children or "<" in content:
        return ()
    return _edit(node, Span(node.open_end - 1, node.end), "/>")


def _comments_in(node: Node) -> list[Span]:
    """The spans of the comments between an element's tags."""
    comments = node.document.comments
    first, behind = (bisect_left(comments, at, key=lambda each: each.span.start) for at in node.span)
    return [each.span for each in comments[first:behind]]


def replace(node: Node, *elements: Element) -> Edits:
    """Replace an element by others."""
    if not _editable(node):
        return ()
    indent = line_indent(_text(node), node.start)
    return _edit(node, node.span, _separated(elements, _style(node), indent))


def set_text(node: Node, text: str) -> Edits:
    """Set the text of an element without children. The white space around the old text stays."""
    if not _editable(node) or node.children:
        return ()
    escaped = _escape_text(text, _style(node).line_end)
    if node.is_empty_tag:
        return _expand(node, escaped)
    content = node.content_span
    if not node.document.source.excerpt(content).strip(_SPACE):
        return _edit(node, content, escaped)
    pieces = [(kind, span) for kind, span in node.text_spans() if _text(node)[span.start : span.end].strip(_SPACE)]
    if len(pieces) > 1 or (pieces and pieces[0][0] is TokenKind.CDATA):
        return ()
    if not pieces:
        return _edit(node, Span(node.open_end, node.open_end), escaped)
    start, end = pieces[0][1]
    raw = _text(node)[start:end]
    left, right = len(raw) - len(raw.lstrip(_SPACE)), len(raw) - len(raw.rstrip(_SPACE))
    return _edit(node, Span(start + left, end - right), escaped)


def remove_text(node: Node) -> Edits:
    """Remove the text directly in an element, with the lines that hold nothing else."""
    if not _editable(node):
        return ()
    text = _text(node)
    return tuple(each for span in _texts(node) for each in _edit(node, whole_lines(text, span), ""))


def replace_text(node: Node, element: Element) -> Edits:
    """Replace the text of an element that has nothing else in it by a child."""
    texts = _texts(node)
    if not _editable(node) or node.children or len(texts) != 1:
        return ()
    return _edit(node, texts[0], written(element))


def comment_out_text(node: Node) -> Edits:
    """Turn the text directly in an element into comments; no edits if it cannot be one, because of `--` for example."""
    pieces = [(span, node.document.source.excerpt(span)) for span in _texts(node)]
    if not _editable(node) or any("--" in text or "<" in text or text.endswith("-") for _, text in pieces):
        return ()
    return tuple(each for span, text in pieces for each in _edit(node, span, f"<!-- {text} -->"))


def _texts(node: Node) -> list[Span]:
    """Return the texts directly in an element without the white space around them. Texts on one line are one span."""
    text = _text(node)
    found: list[Span] = []
    for _, (start, end) in node.text_spans():
        piece = text[start:end]
        if not piece.strip(_SPACE):
            continue
        span = Span(start + len(piece) - len(piece.lstrip(_SPACE)), start + len(piece.rstrip(_SPACE)))
        if found and not text[found[-1].end : span.start].strip(" \t"):
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return found


def remove_comment(document: Document, span: Span) -> Edits:
    """Remove a comment, with its line if nothing else is on it."""
    source = document.source
    return () if document.has_entities else (Edit(source.path, whole_lines(source.text, span), ""),)


def set_comment(document: Document, span: Span, text: str) -> Edits:
    """Set the text of a comment, which must not contain `--`."""
    if document.has_entities or "--" in text:
        return ()
    return (Edit(document.source.path, Span(span.start + 4, span.end - 3), text),)


def insert_comment(node: Node, text: str) -> Edits:
    """Insert a comment directly before an element, on a line of its own if the element has one.

    It never ends the line of what is before the element. `text` must not contain `--` or end with `-`.
    """
    if not _editable(node) or "--" in text or text.endswith("-"):
        return ()
    source, habits = _text(node), _style(node)
    indent = line_indent(source, node.start)
    before = source[: node.start].rstrip(" \t")
    # A comment on the line where another element ends would be read as a comment on that element.
    first = habits.line_end if indent is None and before.endswith(">") and not _opens(node, len(before)) else ""
    return _edit(node, Span(node.start, node.start), f"{first}<!--{text}-->{_break(habits, indent)}")


def _opens(node: Node, offset: int) -> bool:
    """Whether the parent's start tag ends at an offset."""
    return node.parent is not None and node.parent.open_end == offset


def written(element: Element) -> str:
    """Return an element as text on one line, to be shown to a person."""
    return _written(element, Style(text=""), None)


def insert(parent: Node, *elements: Element, leaving: Sequence[Node] = ()) -> Edits:
    """Add children where libvirt writes them: behind the last child that precedes the first of them in its order.

    They are never put beside children in `leaving`, which another edit removes.
    """
    if not elements or not _editable(parent):
        return ()
    return _insert_by_order(
        parent, elements[0].name, lambda indent: _separated(elements, _style(parent), indent), leaving
    )


def insert_before(sibling: Node, *elements: Element) -> Edits:
    """Add elements before another one, and before the comment lines directly above it."""
    if not _editable(sibling) or sibling.parent is None:
        return ()
    habits = _style(sibling)
    indent = line_indent(_text(sibling), sibling.start)
    start = sibling.start if indent is None else _above(sibling)
    return _edit(sibling, Span(start, start), _separated(elements, habits, indent) + _break(habits, indent))


def insert_after(sibling: Node, *elements: Element) -> Edits:
    """Add elements behind another one, and behind a comment at the end of its line."""
    if not _editable(sibling) or sibling.parent is None:
        return ()
    indent = line_indent(_text(sibling), sibling.start)
    return _insert_behind(sibling, _separated(elements, _style(sibling), indent), indent)


def move(node: Node, parent: Node) -> Edits:
    """Move an element, as written, into another one of the same file."""
    return move_all((node,), parent)


def move_all(nodes: Sequence[Node], parent: Node) -> Edits:
    """Move elements, as written, into another one of the same file."""
    if not all(map(_editable, (*nodes, parent))) or any(node in nodes for node in _ancestors(parent)):
        return ()
    if any(node.document.source is not parent.document.source for node in nodes):
        return ()

    def moved(indent: str | None) -> str:
        return _break(_style(parent), indent).join(_moved(node, indent) for node in nodes)

    inserted = _insert_by_order(parent, nodes[0].name, moved, nodes)
    removed = [each for node in nodes for each in _edit(node, _span_taken(node), "")]
    return tuple(sorted((*removed, *inserted), key=lambda edit: edit.span)) if inserted else ()


def wrap(node: Node, element: Element) -> Edits:
    """Wrap an element in a new one."""
    return wrap_all((node,), element)


def wrap_all(nodes: Sequence[Node], element: Element) -> Edits:
    """Wrap the first of several children of one parent in a new element, and move the others into it.

    Comments between children that follow each other directly are moved too.
    """
    first = nodes[0]
    if not all(map(_editable, nodes)) or any(node.parent != first.parent for node in nodes) or not first.parent:
        return ()
    text, habits = _text(first), _style(first)
    run = [first]
    for node in nodes[1:]:
        gap = text[run[-1].end : node.start]
        if (
            any(each.kind not in (TokenKind.TEXT, TokenKind.COMMENT) for each in scan(gap))
            or _COMMENT.sub("", gap).strip()
        ):
            break
        run.append(node)
    indent = line_indent(text, first.start)
    deeper = None if indent is None else indent + habits.unit
    span = Span(first.start, run[-1].end)
    parts = [_shifted(first, span, indent, deeper), *(_moved(node, deeper) for node in nodes[len(run) :])]
    inside = "".join(_break(habits, deeper) + part for part in parts)
    edits = _edit(first, span, f"{_start_tag(element, habits)}>{inside}{_break(habits, indent)}</{element.name}>")
    for node in nodes[len(run) :]:
        edits += _edit(node, _span_taken(node), "")
    return edits


def unwrap(node: Node) -> Edits:
    """Replace an element by its content."""
    if not _editable(node) or node.parent is None or node.is_empty_tag:
        return ()
    text = _text(node)
    content = text[node.open_end : node.close_start]
    start = node.open_end + len(content) - len(content.lstrip(_SPACE))
    end = node.close_start - len(content) + len(content.rstrip(_SPACE))
    if start >= end:
        return remove(node)
    inner, outer = line_indent(text, start), line_indent(text, node.start)
    return _edit(node, node.span, _shifted(node, Span(start, end), inner, outer))


# -- where ---------------------------------------------------------------------------------------------------------


def _insert_by_order(parent: Node, name: str, write: _Writer, leaving: Sequence[Node] = ()) -> Edits:
    """Insert behind the last child that precedes `name` in libvirt's order, ignoring those in `leaving`."""
    order = child_order(parent.name)
    rank = order.index(name) if name in order else len(order)
    staying = (child for child in reversed(parent.children) if child not in leaving)
    anchor = next((each for each in staying if each.name not in order or order.index(each.name) <= rank), None)
    text, habits = _text(parent), _style(parent)
    if anchor is not None:
        if not _editable(anchor):
            return ()
        indent = line_indent(text, anchor.start)
        return _insert_behind(anchor, write(indent), indent)
    first = next((child for child in parent.children if child not in leaving), None)
    return _insert_first(parent, first, write, text, habits)


def _insert_first(parent: Node, first: Node | None, write: _Writer, text: str, habits: Style) -> Edits:
    """Insert before the first child, or as the only one."""
    own = line_indent(text, parent.start)
    if first is not None:
        indent = line_indent(text, first.start)
    else:
        root = parent.document.root
        on_one_line = own is None or not re.search(r"[\r\n]", text[root.start : root.end])
        indent = None if on_one_line else (own or "") + habits.unit
    written = write(indent)
    if parent.is_empty_tag:
        body = written if indent is None else f"{habits.line_end}{indent}{written}{habits.line_end}{own}"
        return _expand(parent, body)
    at = parent.open_end
    if indent is None:
        return _edit(parent, Span(at, at), written)
    if comments := _SAME_LINE_COMMENTS.match(text, at, parent.close_start):
        at = comments.end()
    inside = text[at : parent.close_start]
    closing = "" if re.search(r"[\r\n]", inside) or first is not None else habits.line_end + (own or "")
    return _edit(parent, Span(at, at), f"{habits.line_end}{indent}{written}{closing}")


def _insert_behind(sibling: Node, written: str, indent: str | None) -> Edits:
    text = _text(sibling)
    end = sibling.end
    if indent is not None and (comments := _SAME_LINE_COMMENTS.match(text, end)):
        end = comments.end()
    return _edit(sibling, Span(end, end), _break(_style(sibling), indent) + written)


def _above(sibling: Node) -> int:
    """The start of the comment lines directly above an element, else that of the element."""
    text, start = _text(sibling), sibling.start
    comments = sibling.document.comments
    for comment in reversed(comments[: bisect_left(comments, start, key=lambda each: each.span.start)]):
        if not _ONE_LINE_END.fullmatch(text, comment.span.end, start) or line_indent(text, comment.span.start) is None:
            break
        start = comment.span.start
    return start


def _expand(node: Node, body: str) -> Edits:
    """Turn `<a/>` into `<a>body</a>`."""
    text = _text(node)
    slash = node.open_end - 2
    start = slash - len(_space_before(text, slash))
    return _edit(node, Span(start, node.open_end), f">{body}</{node.name}>")


def _span_taken(node: Node) -> Span:
    """The span to remove with an element: its lines, or the white space that would be left behind a value."""
    text, span = _text(node), node.span
    parent = node.parent
    if parent is not None and len(parent.children) == 1 and text[parent.open_end : span.start].strip():
        rest = text[span.end : parent.close_start]
        return span if rest.strip() else Span(span.start, parent.close_start)
    return whole_lines(text, span)


def whole_lines(text: str, span: Span) -> Span:
    """Return a span widened to whole lines if nothing else is on them, else by the blanks that would be left over."""
    indent = line_indent(text, span.start)
    rest = _BLANK_REST.match(text, span.end)
    if indent is not None and rest is not None:
        return Span(span.start - len(indent), rest.end())
    behind = _BLANKS_BEHIND.match(text, span.end)
    assert behind is not None, "no blanks match too"
    if indent is not None:
        return Span(span.start, behind.end())
    if rest is None and not behind.group():
        return span
    start = span.start
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    return Span(start, span.end)


def line_indent(text: str, offset: int) -> str | None:
    """Return the blanks before an offset if nothing else is before it on its line, else None."""
    start = offset
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    return text[start:offset] if start == 0 or text[start - 1] in "\r\n" else None


def _space_before(text: str, offset: int) -> str:
    start = offset
    while start > 0 and text[start - 1] in _SPACE:
        start -= 1
    return text[start:offset]


def _ancestors(node: Node | None) -> "list[Node]":
    found = []
    while node is not None:
        found.append(node)
        node = node.parent
    return found


# -- what ----------------------------------------------------------------------------------------------------------


def _separated(elements: tuple[Element, ...], habits: Style, indent: str | None) -> str:
    return _break(habits, indent).join(_written(element, habits, indent) for element in elements)


def _written(element: Element, habits: Style, indent: str | None) -> str:
    tag = _start_tag(element, habits)
    if element.children:
        deeper = None if indent is None else indent + habits.unit
        inner = _break(habits, deeper) + _separated(element.children, habits, deeper) + _break(habits, indent)
        return f"{tag}>{inner}</{element.name}>"
    return f"{tag}>{_escape_text(element.text, habits.line_end)}</{element.name}>" if element.text else f"{tag}/>"


def _start_tag(element: Element, habits: Style) -> str:
    quote = habits.quote
    attributes = (f" {name}={quote}{_escape_value(value, quote)}{quote}" for name, value in element.attributes)
    return f"<{element.name}{''.join(attributes)}"


def _break(habits: Style, indent: str | None) -> str:
    """The text between two elements: a new line if elements have lines of their own, else nothing."""
    return "" if indent is None else habits.line_end + indent


def _moved(node: Node, indent: str | None) -> str:
    return _shifted(node, node.span, line_indent(_text(node), node.start), indent)


def _shifted(node: Node, span: Span, old: str | None, new: str | None) -> str:
    """Return a piece of a document with its lines moved to another indentation; text and comments are left alone."""
    text = _text(node)
    if old is None or new is None:
        return text[span.start : span.end]
    parts: list[str] = []
    for token in scan(node.document.source.masked[span.start : span.end]):
        piece = text[span.start + token.start : span.start + token.end]
        if token.kind is TokenKind.TEXT and not piece.strip(_SPACE):
            piece = _INDENTED.sub(lambda m: m[1] + new + m[2][len(old) :], piece)
        parts.append(piece)
    return "".join(parts)


def _escape_value(value: str, quote: str) -> str:
    value = _escape_text(value, "&#10;").replace("\t", "&#9;")
    return value.replace(quote, "&quot;" if quote == '"' else "&apos;")


def _escape_text(text: str, line_end: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "&#13;").replace("\n", line_end)


# -- whether -------------------------------------------------------------------------------------------------------


def _editable(node: Node) -> bool:
    """Whether an element can be edited: it is written completely, and not by an entity or a placeholder."""
    text = _text(node)
    return (
        node.closed
        and text.startswith("<" + node.name, node.start)
        and text[node.open_end - 1] == ">"
        and FILLER not in node.name
        and not node.document.has_entities
    )


def _edit(node: Node, span: Span, text: str) -> Edits:
    return (Edit(node.document.source.path, span, text),)


def _text(node: Node) -> str:
    return node.document.source.text


def _style(node: Node) -> Style:
    return style(node.document.source.text)
