"""A fault in one sentence that a person understands: what stands there, and what may."""

from vnetlint.finding import Span
from vnetlint.schema.fault import Fault
from vnetlint.schema.namespaces import unbound_prefix
from vnetlint.schema.taken import ABSENT

SHOWN = 5
"""Names in a message; of forty names nobody reads one."""


def message(fault: Fault) -> str:
    """Say what is wrong with a document at one place."""
    node, name = fault.node, fault.name
    match fault.kind:
        case "unknown-element" if (prefix := unbound_prefix(node)) is not None:
            return f"nothing declares the prefix '{prefix}', so libvirt drops <{name}>"
        case "unknown-element":
            hint = f"; did you mean <{fault.meant}>?" if fault.meant else ""
            return f"libvirt knows no <{name}> here{hint or _may_stand(fault, 'element')}"
        case "misplaced-element":
            parent = f" in <{node.parent.name}>" if node.parent is not None else " at the top"
            homes = [f"<{each}>" for each in fault.allowed_in if node.parent is None or each != node.parent.name]
            if fault.allowed_in and not homes:
                return f"<{name}> is not allowed{parent}, as that is here"
            belongs = f"; it belongs in {_listed(homes, 'or')}" if homes else ""
            return f"<{name}> is not allowed{parent}{belongs}"
        case "duplicate-element":
            return f"<{name}> stands here a second time, and one is allowed"
        case "missing-element":
            names = [f"<{each}>" for each in ([name] if name else fault.expected)]
            missing = _listed(names, "or") if names else "an element"
            return f"<{node.name}> lacks {missing}"
        case "unknown-attribute":
            hint = f"; did you mean '{fault.meant}'?" if fault.meant else ""
            return f"<{node.name}> has no attribute '{name}'{hint or _may_stand(fault, 'attribute')}"
        case "missing-attribute":
            return f"<{node.name}> lacks the attribute '{name}'{_value_hint(fault)}"
        case "bad-value":
            written = fault.attribute.value if fault.attribute is not None else node.text.strip()
            what = f"'{name}'" if fault.attribute is not None else f"<{name}>"
            return f"{what} cannot be {_quoted(written)}{_value_hint(fault)}"
        case "unexpected-text":
            return f"<{node.name}> holds no text of its own"


def taken(fault: Fault, reading: str) -> str:
    """Say of a value that the schema rejects how libvirt reads it."""
    written = fault.attribute.value if fault.attribute is not None else fault.node.text.strip()
    what = f"'{fault.name}'" if fault.attribute is not None else f"<{fault.name}>"
    if reading == ABSENT:
        return f"{what} is {_quoted(written)}, which the schema rejects; libvirt reads it {ABSENT}"
    how = "takes it" if reading == written else f"reads it as {_quoted(reading)}"
    return f"{what} is {_quoted(written)}, which the schema rejects; libvirt {how}"


def subject_of(fault: Fault) -> str:
    """Name what a fault is about: an element, an attribute, or a value."""
    if fault.kind == "bad-value":
        written = fault.attribute.value if fault.attribute is not None else fault.node.text.strip()
        where = f"'{fault.name}'" if fault.attribute is not None else f"<{fault.name}>"
        return f"{_quoted(written)} for {where}"
    return f"'{fault.name}' of <{fault.node.name}>" if fault.attribute is not None else f"<{fault.name}>"


def span_of(fault: Fault) -> Span:
    """Give the place to mark: from the `<` of an element, or a whole attribute."""
    if fault.attribute is not None:
        return fault.attribute.span
    if fault.kind == "unexpected-text":
        return fault.span
    if fault.kind == "bad-value" and not fault.node.children:
        return fault.node.span
    return Span(fault.node.start, fault.node.name_span.end)


def _may_stand(fault: Fault, what: str) -> str:
    if not fault.expected:
        return ""
    mark = "<{}>" if what == "element" else "'{}'"
    names = [mark.format(each) for each in fault.expected]
    return f"; it may be {_listed(names, 'or')}"


def _value_hint(fault: Fault) -> str:
    if fault.expected:
        values = [f"'{each}'" for each in fault.expected]
        return f"; it is {_listed(values, 'or')}"
    return f"; it is {fault.wanted}" if fault.wanted else ""


def _quoted(text: str) -> str:
    short = text if len(text) <= 60 else f"{text[:57]}…"
    return f"'{short}'" if short else "empty"


def _listed(names: list[str], word: str) -> str:
    shown = names[:SHOWN]
    if len(names) > SHOWN:
        return f"{', '.join(shown)} {word} {len(names) - SHOWN} others"
    return f" {word} ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
