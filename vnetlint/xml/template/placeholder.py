"""Placeholders: text that another program replaces by a value before libvirt reads the file.

A value that holds one is opaque: it satisfies every datatype, and a rule that needs the value reports nothing.
"""

import re

from vnetlint.lazy import pattern

FILLER = "\u0b60"
"""Replaces a character of a placeholder: legal in XML text, values and names, and never used in a network."""

NOTHING = "\u0b61"
"""Replaces a character of a statement, or of a branch not taken, in the middle of a value."""

OPEN = "\t"
"""Replaces a character of a placeholder that stands for whole attributes."""

_WORDS = (
    r"\$\([^()<>]*+\)",
    r"\$\(\([^()<>]*+\)\)",
    r"`[^`<>]++`",
    r"\{[A-Za-z_][A-Za-z0-9_.]*+(?:![rsa])?(?::[^{}<'\"]*+)?\}",
    r"\{[0-9]*+(?::[^{}<'\"]*+)?\}",
    r"@[A-Za-z_][A-Za-z0-9_.-]*+@",
    r"%\([A-Za-z_][A-Za-z0-9_.]*+\)[-#0 +]?[0-9]*+(?:\.[0-9]++)?[a-z]",
    r"%{1,2}[A-Za-z_][A-Za-z0-9_]*+%{1,2}",
    r"%s(?![A-Za-z0-9])",
    r"(?<![A-Za-z0-9%])%[0-9.]*+[duixX](?![A-Za-z0-9])",
    r"%c(?![A-Za-z0-9])",
    r"(?<![A-Za-z0-9_])__[A-Za-z][A-Za-z0-9]*+(?:_[A-Za-z0-9]++)*+__(?![A-Za-z0-9_])",
    r"\[{1,2}[A-Za-z_][A-Za-z0-9_.-]*+\]{1,2}",
    r"\(\([A-Za-z_][A-Za-z0-9_./-]*+\)\)",
    r"#[A-Za-z_][A-Za-z0-9_]*+#",
    r"\b(?:REPLACE|CHANGE|YOUR|INSERT|FILL|MY|TEMPLATE)_[A-Z0-9_]++",
    r"&lt;[A-Za-z_][A-Za-z0-9_ .-]*+&gt;",
)
VARIABLE = r"\$[A-Za-z_][A-Za-z0-9_]*+(?:\.[A-Za-z_][A-Za-z0-9_]*+)*+(?:\([^()<>]*+\))?"
_DELIMITED = (r"\{\{", r"\{%", r"\{#", r"<%", r"%\{", r"\$\{", r"<\?(?:php|=)", r"\[%", r"<@", r"\{\$")

WORDS = "|".join(_WORDS)
"""Placeholders that are words in a value or text, other than `$X`, which in a network filter is libvirt's own."""

_IN_VALUE = (r"\$[A-Za-z_]", r"<[A-Za-z_][A-Za-z0-9_ .-]*+>", r"\A\s*(?:\.{3,}|…)\s*\Z", FILLER)
"""A value, with its references resolved, that nobody has filled in."""

_OPAQUE = "|".join((*_DELIMITED, *_WORDS, *_IN_VALUE))

_SIGN = re.compile(rf"[{{$@%#\[&<_`…{FILLER}]|\.\.\.|\(\(")

STAND_INS = pattern(
    r"(?<![A-Za-z0-9_])(?:(?![0-9A-F]++(?![A-Za-z0-9_]))[A-Z][A-Z0-9]{2,}+|[A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)++|XX|xxx++|X)"
    r"(?![A-Za-z0-9_])|\*\*++|\?\?++|\b[Yy]our[-_: ][A-Za-z_:-]++|\bpath/to/[\w./-]*+|"
    r"(?<![A-Za-z0-9])(?=[0-9A-Fa-f:-]*+[XYZxyz])[0-9A-Fa-fXYZxyz]{2,}+(?:[:-][0-9A-Fa-fXYZxyz]{2,}+){3,}+|"
    r"(?<![A-Za-z0-9_])_[A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)*+_(?![A-Za-z0-9_])|"
    r"(?<![A-Za-z0-9_.])(?=[0-9.]*+[NXYZnxyz])(?:[0-9]{1,3}|[NXYZnxyz]{1,3})(?:\.(?:[0-9]{1,3}|[NXYZnxyz]{1,3})){3}"
    r"(?![A-Za-z0-9_.])|\ba\.b\.c\.d\b|\b[A-Za-z]{2,20}[-_ ](?:goes[-_ ])?here\b|"
    r"\[[A-Za-z_][A-Za-z0-9_ .-]*+\]|"
    r"\b(?i:(?:change|replace|fill|edit|fix)[-_ ]?me)\b|"
    r"(?:\A|(?<=[\"'>]))(?:[@%:~^!|§][A-Za-z_][A-Za-z0-9_.-]*+[@%:~^!|§]?|«[^«»<>]++»)(?=[\"'<]|\Z)"
)
"""Words that stand for values in a file that a script completes (`MACADDR`, `NET_NAME.local`, `192.168.X.1`, `@name`).

A name may look like that too, so they count only in a file where one is in a value that its datatype does not allow.
"""

_ELISION = pattern(r"\s*(?:\.{3,}|…|\[(?:\.{3,}|…)\])(?:[^<>]*(?:\.{3,}|…))?\s*")


def is_elision(text: str) -> bool:
    """Return whether a text means that something is left out, as `...` does in documentation."""
    return _ELISION.fullmatch(text) is not None


def printed(written: str, rendered: str) -> str:
    """Return a piece of a template in a rendering: as written if it holds a placeholder that is printed."""
    if FILLER not in rendered:
        return rendered.replace(NOTHING, "")
    return written if is_opaque(written) or is_elision(written) else rendered


def is_opaque(value: str) -> bool:
    """Return whether a value holds a placeholder, so that nothing about it is certain."""
    # This is called for every value, and looking for a sign first is ten times as fast.
    return may_be_opaque(value) and re.search(_OPAQUE, value) is not None


def may_be_opaque(text: str, start: int = 0) -> bool:
    """Return whether a text from an offset on has a character without which it holds no placeholder or elision."""
    return _SIGN.search(text, start) is not None


def holds_stand_in(value: str) -> bool:
    """Return whether a value that its datatype does not allow holds a word that a script replaces."""
    return STAND_INS.search(value) is not None
