"""Why a document is not well formed: expat's errors in plain words, with a place, and a fix if only one is likely."""

import re
from collections.abc import Callable
from xml.parsers import expat

from vnetlint.finding import Span
from vnetlint.xml import syntaxfix
from vnetlint.xml.node import Attribute, Document, Node
from vnetlint.xml.places import path_to
from vnetlint.xml.scan import TokenKind, scan
from vnetlint.xml.source import Source
from vnetlint.xml.syntaxfix import SyntaxFix
from vnetlint.xml.wellformed import SyntaxFault

_SPACE = " \t\r\n"
_NAME = re.compile(r"[\w:.-]*")
_LINE = re.compile(r"[^\r\n]*")
_REFERENCE = re.compile(r"&(?:#[0-9]++|#x[0-9A-Fa-f]++|[A-Za-z_:][\w:.-]*+);")
_ENTITY = re.compile(r"&([A-Za-z_:][\w:.-]*+);")
_DECLARATION = re.compile(r"<\?xml(?:[^?]++|\?(?!>))*+\?>")
_CURLY_QUOTES = "“”„‘’‚«»"
_PARTS = {"<!--": "comment", "<![CDATA[": "CDATA section", "<?": "processing instruction", "<!DOCTYPE": "document type"}

_Finder = Callable[[Source], tuple[tuple[Span, str], ...]]


def no_element(source: Source) -> SyntaxFault:
    """Return why a file without any element is not an XML document."""
    text = source.text
    start = len(text) - len(text.lstrip(_SPACE))
    if start == len(text):
        return SyntaxFault("the file is empty", Span(0, 0))
    first = next(scan(text[start:]))
    if first.kind is TokenKind.TEXT:
        return SyntaxFault("not XML: expected an element", Span(start, start + 1))
    here = Span(start, min(start + first.end, _line_end(text, start)))
    if first.kind is TokenKind.STRAY and (opener := _opener(text, start)):
        return SyntaxFault(f"unclosed {_PARTS[opener]}", Span(start, start + len(opener)))
    return SyntaxFault("no element in this file", here)


def entity(document: Document, name: str, at: int, *, declared: bool) -> SyntaxFault:
    """Return the fault of an entity that is not one of the predefined five, `declared` in the document or not."""
    if not declared:
        return _unknown_entity(document, at) or SyntaxFault(f"unknown entity &{name};", Span(at, at + 1))
    message = "entity declarations are not expanded: write the text in place of the entity"
    return SyntaxFault(message, document.doctype or Span(at, _line_end(document.source.text, at)))


def explain(document: Document, error: str, at: int) -> SyntaxFault:
    """Return expat's error in words. Functions that can explain it better are asked first."""
    for explanation in _EXPLANATIONS.get(error, ()):
        if fault := explanation(document, at):
            return fault
    reason = "not well-formed XML" if error == expat.errors.XML_ERROR_INVALID_TOKEN else error
    return _outside_root(document, at) or SyntaxFault(reason, _one(document, at))


def _outside_root(document: Document, at: int) -> SyntaxFault | None:
    """The fault that text is outside the root element, if it is."""
    root, text = document.root, document.source.text
    here = Span(at, _line_end(text, at))
    if root.closed and at >= root.end:
        return SyntaxFault(f"text after </{root.name}>: only comments are allowed there", here)
    if at <= root.start:
        start = document.span.start
        start += len(text[start:at]) - len(text[start:at].lstrip(_SPACE))
        if text[start] != "<":
            end = min(_line_end(text, start), root.start)
            return SyntaxFault(f"text before <{root.name}>: only comments are allowed there", Span(start, end))
        return SyntaxFault(f"broken markup before <{root.name}>", here)
    return None


def _mismatch(document: Document, at: int) -> SyntaxFault:
    """The fault that the end tag whose name is at `at` does not match the open element."""
    name = _NAME.match(document.source.text, at)
    tag = name.group() if name else ""
    span = Span(at, at + len(tag))
    innermost = _innermost(document, at)
    if innermost is None or innermost.closed:
        return SyntaxFault(f"unexpected </{tag}>: there is nothing to close", span)
    return SyntaxFault(f"mismatched </{tag}>: expected </{innermost.name}>", span, _opened(innermost))


def _innermost(document: Document, at: int) -> Node | None:
    """The deepest element that is still open before the end tag whose name is at `at`."""
    path = reversed(path_to(document, at))
    return next((each for each in path if each.close_start >= at - len("</") and not each.is_empty_tag), None)


def _opened(node: Node) -> tuple[str, Span]:
    return "opened here", node.name_span


def _unclosed_markup(document: Document, at: int) -> SyntaxFault | None:
    """The fault that the comment, section, tag or the like that begins at `at` is not closed, if so."""
    text = document.source.text
    if opener := _opener(text, at):
        return SyntaxFault(f"unclosed {_PARTS[opener]}", Span(at, at + len(opener)))
    node = next((each for each in document.root.descendants() if each.start == at), None)
    if node is None:
        return None
    return _unclosed_value(document, node) or SyntaxFault(f"missing '>' after <{node.name}", node.name_span)


def _unclosed_cdata(document: Document, at: int) -> SyntaxFault:
    start = max(document.source.masked.rfind("<![CDATA[", 0, at), 0)
    return SyntaxFault("unclosed CDATA section", Span(start, start + 9))


def _unclosed_element(document: Document, at: int) -> SyntaxFault | None:
    unclosed: Node | None = None
    for node in document.root.descendants():
        unclosed = unclosed if node.closed else node
    return SyntaxFault(f"unclosed element <{unclosed.name}>", unclosed.name_span) if unclosed else None


def _opener(text: str, at: int) -> str | None:
    return next((opener for opener in _PARTS if text.startswith(opener, at)), None)


def _duplicate_attribute(document: Document, at: int) -> SyntaxFault | None:
    node = _tag_at(document, at)
    seen: dict[str, Span] = {}
    for attribute in node.all_attributes() if node else ():
        if node and attribute.name in seen:
            other = ("first set here", seen[attribute.name])
            message = f"duplicate attribute '{attribute.name}' on <{node.name}>"
            fix = _fix(
                f"Remove the second '{attribute.name}'",
                syntaxfix.twins,
                document,
                attribute.span,
            )
            return SyntaxFault(message, attribute.span, other, fix)
        seen[attribute.name] = attribute.span
    return None


def _fix(title: str, find: _Finder, document: Document, place: Span) -> SyntaxFix | None:
    """Return the fix of all faults of a kind, if one of them is at a place."""
    edits = find(document.source)
    if not any(span.start <= place.end and place.start <= span.end for span, _ in edits):
        return None
    return SyntaxFix(title if len(edits) == 1 else f"{title} in {len(edits)} places", edits)


def _unknown_entity(document: Document, at: int) -> SyntaxFault | None:
    """The fault of the first entity behind `at`, which is the start of the tag if the entity is in a value."""
    text = document.source.text
    found = (each for each in _ENTITY.finditer(text, at, document.span.end) if each[1] not in syntaxfix.PREDEFINED)
    entity = next(found, None)
    if entity is None:
        return None
    span = Span(*entity.span())
    near = syntaxfix.misspelt_entity(entity[1])
    title = f"Write &{near};" if near else f"Write {entity.group()} as a number"
    advice = f"did you mean &{near};?" if near else "write a literal & as &amp;"
    fix = _fix(title, syntaxfix.entities, document, span)
    return SyntaxFault(f"unknown entity {entity.group()}: {advice}", span, fix=fix)


def _bad_reference(document: Document, at: int) -> SyntaxFault | None:
    reference = _REFERENCE.match(document.source.text, at)
    if reference is None:
        return None
    return SyntaxFault(f"{reference.group()} is not a character that XML allows", Span(*reference.span()))


def _declaration(document: Document, at: int) -> SyntaxFault:
    """The fault that the `<?xml … ?>` is broken, or is not at the start of the file."""
    text = document.source.text
    start = max(text.rfind("<?xml", 0, at + 5), 0)
    found = _DECLARATION.match(text, start)
    span = Span(start, found.end() if found else start + 5)
    if start == document.span.start or not text[document.span.start : start].strip(_SPACE):
        expected = "<?xml version='1.0' encoding='UTF-8'?>"
        if start == 0 or document.span.start:
            return SyntaxFault(f"invalid XML declaration: expected {expected}", span)
    return SyntaxFault("the XML declaration must be at the very start of the file", span)


# -- an invalid token ----------------------------------------------------------------------------------------------


def _invalid_character(document: Document, at: int) -> SyntaxFault | None:
    char = document.source.text[at : at + 1]
    allowed = char in _SPACE or " " <= char < "\ud800" or "\ue000" <= char < "\ufffe" or char > "\uffff"
    if allowed:
        return None
    span = Span(at, at + 1)
    fix = _fix(f"Remove U+{ord(char):04X}", syntaxfix.control_characters, document, span)
    return SyntaxFault(f"the character U+{ord(char):04X} is not allowed in XML", span, fix=fix)


def _double_hyphen(document: Document, at: int) -> SyntaxFault | None:
    for comment in document.comments:
        if comment.span.start < at < comment.span.end:
            start = max(document.source.text.rfind("--", comment.span.start + 4, at + 1), comment.span.start)
            span = Span(start, start + 2)
            fix = _fix("Separate the hyphens", syntaxfix.hyphens, document, span)
            return SyntaxFault("'--' is not allowed in a comment", span, fix=fix)
    text = document.source.masked
    start = text.find("<!--", max(text.rfind("-->", 0, at), 0), at)
    if start >= 0 and text.find("-->", start) < 0:
        return SyntaxFault("unclosed comment", Span(start, start + 4))
    return None


def _bare_ampersand(document: Document, at: int) -> SyntaxFault | None:
    """The fault that an `&` begins no reference. expat stops behind the `&`."""
    text = document.source.masked
    start = text.rfind("&", max(at - 256, 0), at)
    if start < 0 or not _NAME.fullmatch(text[start + 1 : at].removeprefix("#")):
        start = at
    if text[start : start + 1] != "&" or _REFERENCE.match(text, start) or not _may_hold_text(document, start):
        return None
    if half := syntaxfix.HALF.match(text, start):
        span = Span(*half.span())
        fix = _fix("Insert ;", syntaxfix.ampersands, document, span)
        return SyntaxFault(f"missing ; after {half.group()}", span, fix=fix)
    span = Span(start, start + 1)
    fix = _fix("Write & as &amp;", syntaxfix.ampersands, document, span)
    return SyntaxFault("a bare & is not allowed: write &amp;", span, fix=fix)


def _may_hold_text(document: Document, at: int) -> bool:
    """Whether `at` is in a value or between tags, and not elsewhere in a tag."""
    if node := _tag_at(document, at):
        return any(
            start <= at < end for start, end in (each.value_span for each in node.all_attributes() if each.quote)
        )
    text = document.source.masked
    start = text.rfind("<", 0, at)
    return not text.startswith("</", start) or text.find(">", start, at) >= 0


def _merge_conflict(document: Document, at: int) -> SyntaxFault | None:
    """The fault that git left `<<<<<<< ours` in the file because it could not merge."""
    start = document.source.text.rfind("<", 0, at)
    if not document.source.text.startswith("<<<<<<< ", start):
        return None
    return SyntaxFault("unresolved merge conflict: keep one of the two versions", Span(start, start + 7))


def _bare_less(document: Document, at: int) -> SyntaxFault | None:
    """The fault that a `<`, `<?` or `<!` begins nothing. expat stops behind it."""
    text = document.source.masked
    if text[at - 1 : at] == "<":
        return SyntaxFault("expected a name after <: write a literal < as &lt;", Span(at - 1, at))
    if text[at - 2 : at] == "<?":
        return SyntaxFault("expected a name after <?", Span(at - 2, at))
    if text[at - 2 : at] == "<!":
        return SyntaxFault("expected <!-- or <![CDATA[ after <!", Span(at - 2, at))
    return None


def _cdata_end(document: Document, at: int) -> SyntaxFault | None:
    text = document.source.masked
    start = text.rfind("]]>", max(at - 2, 0), at + 3)
    if start < 0 or _tag_at(document, at):
        return None
    span = Span(start, start + 3)
    fix = _fix("Write it as ]]&gt;", syntaxfix.cdata_ends, document, span)
    return SyntaxFault("]]> is not allowed in text: write ]]&gt;", span, fix=fix)


def _start_tag(document: Document, at: int) -> SyntaxFault | None:
    node = _tag_at(document, at)
    if node is None:
        return None
    if fault := _unclosed_value(document, node):
        return fault
    for attribute in node.all_attributes():
        if attribute.span.start <= at <= attribute.span.end + 1 and (fault := _attribute(document, attribute)):
            return fault
    return SyntaxFault(f"broken start tag of <{node.name}>", _one(document, at))


def _attribute(document: Document, attribute: Attribute) -> SyntaxFault | None:
    """Return what is missing from an attribute: its value, quotes, or the space before it."""
    text, name = document.source.text, attribute.name
    start = attribute.span.start
    if attribute.quote:
        if text[start - 1] in _SPACE:
            return None
        fix = _fix("Insert a space", syntaxfix.spaces, document, Span(start, start))
        return SyntaxFault(f"missing space before '{name}'", attribute.name_span, fix=fix)
    written = document.source.excerpt(attribute.value_span)
    if not written:
        return SyntaxFault(f"missing value for '{name}': write {name}='…'", attribute.span)
    fix = _fix("Put it in quotes", syntaxfix.quotes, document, attribute.value_span)
    wanted = "straight quotes (' or \")" if written[0] in _CURLY_QUOTES else "quotes"
    return SyntaxFault(f"the value of '{name}' needs {wanted}", attribute.span, fix=fix)


def _unclosed_value(document: Document, node: Node) -> SyntaxFault | None:
    """The fault that a value runs into `<`: its closing quote is missing, or the `<` is meant as text."""
    text = document.source.masked
    for attribute in node.all_attributes():
        start, end = attribute.value_span
        if attribute.quote and text[end : end + 1] != attribute.quote:
            value = text[start:end]
            if text[end : end + 1] == "<" and attribute.quote in _rest_of_line(text, end) and ">" not in value:
                span = Span(end, end + 1)
                fix = _fix("Write < as &lt;", syntaxfix.less_thans, document, span)
                return SyntaxFault("< is not allowed in a value: write &lt;", span, fix=fix)
            return SyntaxFault(f"missing closing {attribute.quote} of '{attribute.name}'", attribute.name_span)
    return None


def _end_tag(document: Document, at: int) -> SyntaxFault | None:
    text = document.source.masked
    start = text.rfind("<", 0, at)
    if not text.startswith("</", start):
        return None
    name = _NAME.match(text, start + 2)
    return SyntaxFault(f"broken end tag </{name.group() if name else ''}>", _one(document, at))


def _tag_at(document: Document, at: int) -> Node | None:
    """The element whose start tag, whole or half typed, `at` is in."""
    found = next(reversed(path_to(document, at)), None)
    return found if found is None or at < found.open_end or _unclosed_value(document, found) else None


def _one(document: Document, at: int) -> Span:
    return Span(at, min(at + 1, len(document.source.text)))


def _rest_of_line(text: str, at: int) -> str:
    return text[at : _line_end(text, at)]


def _line_end(text: str, at: int) -> int:
    line = _LINE.match(text, at)
    return line.end() if line else at


_Explanation = Callable[[Document, int], SyntaxFault | None]
_EXPLANATIONS: dict[str, tuple[_Explanation, ...]] = {
    expat.errors.XML_ERROR_TAG_MISMATCH: (_mismatch,),
    expat.errors.XML_ERROR_NO_ELEMENTS: (_unclosed_element,),
    expat.errors.XML_ERROR_UNCLOSED_TOKEN: (_unclosed_markup, _unclosed_element),
    expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION: (_unclosed_cdata,),
    expat.errors.XML_ERROR_DUPLICATE_ATTRIBUTE: (_duplicate_attribute,),
    expat.errors.XML_ERROR_UNDEFINED_ENTITY: (_unknown_entity,),
    expat.errors.XML_ERROR_BAD_CHAR_REF: (_bad_reference,),
    expat.errors.XML_ERROR_XML_DECL: (_declaration,),
    expat.errors.XML_ERROR_MISPLACED_XML_PI: (_declaration,),
    expat.errors.XML_ERROR_INVALID_TOKEN: (
        _merge_conflict,
        _invalid_character,
        _double_hyphen,
        _outside_root,
        _bare_ampersand,
        _bare_less,
        _start_tag,
        _end_tag,
        _cdata_end,
    ),
}
