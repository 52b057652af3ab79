"""Messages of faults: what is wrong, the value, and what was expected."""

import re
import unicodedata
from collections.abc import Iterator

from vnetlint.finding import Span
from vnetlint.schema.fault import Fault
from vnetlint.schema.libvirt_messages import is_multicast
from vnetlint.schema.libvirt_tolerates import ABSENT, NO_ELEMENT
from vnetlint.schema.names import similar
from vnetlint.schema.namespaces import unbound_prefix
from vnetlint.schema.shapes import MAC, listed
from vnetlint.xml.node import Node

SHOWN = 5
"""The most names in a message."""
_HOMES = 3
LONGEST = 120
"""The most characters of a message, unless a name or value is longer than usual."""
_LONGEST_VALUE = 24
_BLANKS = " \t\r\n"
_EXAMPLE = re.compile(r" such as [^\s,]+(?:,[^\s,]+)*")


def message(fault: Fault) -> str:
    """Return the message of a fault: at most `LONGEST` characters for values of ordinary length."""
    what = _what(fault)
    return next((f"{what}{hint}" for hint in _hints(fault) if len(what) + len(hint) <= LONGEST), what)


def _what(fault: Fault) -> str:
    node, name = fault.node, fault.name
    match fault.kind:
        case "unknown-element" if (prefix := unbound_prefix(node)) is not None:
            return f"undeclared prefix '{prefix}': libvirt drops <{name}>"
        case "unknown-element":
            return f"unknown element <{name}>" + ("" if fault.meant or node.parent is None else f" in {_in(node)}")
        case "misplaced-element":
            return f"<{name}> is not allowed " + (f"in {_in(node)}" if node.parent is not None else "at the top")
        case "duplicate-element":
            return f"duplicate <{name}>: only one is allowed"
        case "missing-element":
            names = [f"<{each}>" for each in ([name] if name else fault.expected)]
            return f"missing {_some(names) or 'element'} in <{node.name}>"
        case "unknown-attribute":
            return f"unknown attribute '{name}' on <{node.name}>"
        case "missing-attribute":
            names = [f"'{each}'" for each in (name, *fault.alternatives)]
            return f"missing attribute {_some(names)} on <{node.name}>"
        case "bad-value":
            return _bad_value(fault)
        case "unexpected-text":
            return f"unexpected text in <{node.name}>"


def _in(node: Node) -> str:
    return f"<{node.parent.name}>" if node.parent is not None else ""


def _bad_value(fault: Fault) -> str:
    written = written_in(fault)
    hidden = _invisible(written)
    what = f"invalid value {_shown(written, hidden)} for" if written else "empty value for"
    return f"{what} {_place(fault)}" + (f", which contains {hidden}" if hidden else "")


def _shown(written: str, hidden: str) -> str:
    """Return a value in quotes, with the blanks around it if these are the fault."""
    as_is = hidden.endswith(" blank") and written.isprintable() and len(written) <= _LONGEST_VALUE
    return f"'{written}'" if as_is else _quoted(written)


def _hints(fault: Fault) -> Iterator[str]:
    """Yield what can be added to a message, the longest first."""
    if fault.form is not None:
        right = "an attribute" if fault.form.element is None else "an element"
        yield from (f"; write it as {right}: {fault.form.text}", f"; write it as {right}")
        return
    match fault.kind:
        case "unknown-element" if fault.meant:
            yield f"; did you mean <{fault.meant}>?"
        case "unknown-element" if unbound_prefix(fault.node) is None and 0 < len(fault.expected) <= SHOWN:
            yield ": expected " + listed(f"<{each}>" for each in fault.expected)
        case "misplaced-element":
            yield from _homes(fault)
        case "unknown-attribute" if fault.meant:
            yield f"; did you mean '{fault.meant}'?"
        case "unknown-attribute" if 0 < len(fault.expected) <= SHOWN:
            yield ": expected " + listed(f"'{each}'" for each in fault.expected)
        case "missing-attribute" if not fault.alternatives:
            yield from _wanted(fault, ": expected ")
        case "bad-value" if fault.wanted == MAC and is_multicast(written_in(fault)):
            yield ": it is a multicast address, expected one whose first byte is even"
        case "bad-value":
            if len(fault.expected) > SHOWN and similar(written_in(fault).strip(), fault.expected[0]):
                yield f"; did you mean '{fault.expected[0]}'?"
            yield from _wanted(fault, "; expected " if _invisible(written_in(fault)) else ": expected ")


def _homes(fault: Fault) -> Iterator[str]:
    parent = fault.node.parent
    homes = [f"<{each}>" for each in fault.allowed_in if parent is None or each != parent.name]
    if fault.allowed_in and not homes:
        yield " in this form"
    for shown in range(min(len(homes), _HOMES), 0, -1):
        yield f"; it belongs in {_some(homes, shown)}"


def _wanted(fault: Fault, start: str) -> Iterator[str]:
    # Without a similar value the order by similarity means nothing.
    near = bool(fault.expected) and similar(written_in(fault).strip(), fault.expected[0])
    values = [_quoted(each) for each in (fault.expected if near else sorted(fault.expected))]
    for shown in range(min(len(values), SHOWN), 0, -1):
        if fault.wanted and shown == len(values):
            yield f"{start}{listed([*values, fault.wanted])}"
        yield f"{start}{_some(values, shown)}" if not fault.wanted else f"{start}{values[0]} or {fault.wanted}"
    if fault.wanted:
        yield f"{start}{fault.wanted}"
        yield f"{start}{_EXAMPLE.sub('', fault.wanted)}"


def taken(fault: Fault, reading: str) -> str:
    """Return the message for a value that the schema rejects and libvirt accepts, with how libvirt reads it."""
    written, place = written_in(fault), _place(fault)
    subject = f"{_shown(written, _invisible(written))} for {place}" if written else f"an empty {place}"
    if reading == ABSENT:
        return f"the schema does not allow {subject}; libvirt reads it as absent"
    if reading == NO_ELEMENT:
        return f"the schema does not allow {subject}; libvirt ignores <{fault.node.name}>"
    how = "accepts it" if reading == written else f"reads it as {_quoted(reading)}"
    return f"the schema does not allow {subject}; libvirt {how}"


def subject_of(fault: Fault) -> str:
    """Return what a fault is about: an element, an attribute, or a value."""
    if fault.kind == "bad-value":
        return f"{_quoted(written_in(fault))} for {_place(fault)}"
    return f"'{fault.name}' on <{fault.node.name}>" if fault.attribute is not None else f"<{fault.name}>"


def written_in(fault: Fault) -> str:
    """Return the value that a fault is about: of its attribute, or the text of its element."""
    if fault.attribute is not None:
        return fault.attribute.value
    text = fault.node.text
    return text if text.strip(_BLANKS) else ""


def span_of(fault: Fault) -> Span:
    """Return the span to mark: the start of an element up to its name, or a whole attribute."""
    if fault.attribute is not None:
        return fault.attribute.span
    if fault.kind == "unexpected-text":
        return fault.span
    if fault.kind == "bad-value" and not fault.node.children:
        return fault.node.span
    return Span(fault.node.start, fault.node.name_span.end)


def _place(fault: Fault) -> str:
    return f"'{fault.name}'" if fault.attribute is not None else f"<{fault.name}>"


def _invisible(text: str) -> str:
    """Return the name of the first invisible character of a value, white space of XML between words excepted."""
    for char in text:
        if unicodedata.category(char) in ("Cf", "Cc", "Zs", "Zl", "Zp", "Co", "Cn", "Mn") and char not in _BLANKS:
            return f"U+{ord(char):04X} {unicodedata.name(char, 'a control character').lower()}"
    if "\n" in text.strip(_BLANKS):
        return "a line break"
    if text != text.strip(_BLANKS):
        return "a leading blank" if text[0] in _BLANKS else "a trailing blank"
    return ""


def _quoted(text: str) -> str:
    """Return a value in quotes, on one line, and cut to the length that a message has room for."""
    plain = " ".join(text.split())
    return f"'{plain}'" if len(plain) <= _LONGEST_VALUE else f"'{plain[: _LONGEST_VALUE - 1]}…'"


def _some(names: list[str], shown: int = SHOWN) -> str:
    """Return the first names, and how many others there are."""
    others = len(names) - shown
    return listed((*names[:shown], "another" if others == 1 else f"{others} others") if others > 0 else names)
