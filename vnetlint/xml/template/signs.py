"""Quick tests whether a text may be a template. Few files are, so what reads templates is loaded only then."""

import re

from vnetlint.lazy import pattern

HAS_BARE = re.compile(r"=[ \t]*+[A-Z@_%$]")
_HAS_BRACKETED = pattern(
    r"""= ?["']<[A-Za-z_]|>[ \t]*+<[A-Z][A-Z0-9_]|><[a-z][\w.]*+(?:[ -][\w.]++)++></[a-z]|\.\.\.[^<\r\n]*+<[A-Za-z_]"""
)
_MAY_BE_BRACKETED = re.compile(r"""<(?:[A-Z][A-Z0-9_]|(?<=["']<)[A-Za-z_]|[a-z][\w.]*+[ -][\w. -]*+></)""")
"""Finds what may be one of these in a text without `...`. It begins with one character, so it is six times as fast."""
_HAS_HASHED = re.compile(r"#(?: ?(?:if|for|set)|[A-Za-z_][A-Za-z0-9_]*+#)")
"""Finds `#name#` and statements such as `#if`. A `#` alone is mostly in the address of a page."""
_SIGNS = (
    "{", "$", "@", "%", "[", "…", "...", "__", "&lt;", "`", "<?php", "<?=", "<#",
    "REPLACE_", "CHANGE_", "YOUR_", "INSERT_", "FILL_", "MY_", "TEMPLATE_", "((",
)  # fmt: skip

_STAND_INS = tuple(
    map(
        re.compile,
        (
            r"""["'>][A-Z][A-Z0-9]{2,}+["'<:/. -]""",
            r"[A-Z](?<![A-Za-z0-9].)[A-Z0-9]*+_[A-Z0-9_]",
            r"X(?<=[.:/-].)X?(?![A-Za-z0-9])",
            r"""xxx(?<=["'>.:/-]...)x*+(?![A-Za-z0-9])""",
            r":[XYZxyz]{2}(?![A-Za-z0-9])",
            r"our[-_: ](?<=[Yy]....)",
            r"""["'>](?:[@%:~^!|§][A-Za-z_]|«|_[A-Z])""",
            r"""\.[NXYZnxyz]{1,3}[."'</]""",
        ),
    )
)
"""Find words such as `MACADDR`, `NET_NAME`, `192.168.X`, `xx:xx`, `your-bridge`, `@name`.

None begins with a condition on what stands before it, as they then take four times as long.
"""
_FIXED_STAND_INS = ("**", "??", "path/to/", "_here", "-here", " here", "me'", 'me"', "me<", "'[", '"[', ">[", "a.b.c.d")
_IDENTIFIER = pattern(r"""["'>][a-z][a-z0-9]*+(?:_|[A-Z])[A-Za-z0-9_]*+["'<]""")
_UUID_STAND_IN = pattern(r"[0-9a-fA-F]{2}[xX]{1,4}-[0-9a-fA-F]")


def may_be_template(text: str) -> bool:
    """Return whether a text has something that looks like a placeholder or a statement."""
    if any(sign in text for sign in _SIGNS):
        return True
    if HAS_BARE.search(text) or _HAS_HASHED.search(text):
        return True
    return _MAY_BE_BRACKETED.search(text) is not None and _HAS_BRACKETED.search(text) is not None


def has_bracketed(text: str) -> bool:
    """Return whether a text has `<NAME>` as a value, or may have one beside `...`."""
    return _HAS_BRACKETED.search(text) is not None


def may_have_stand_in(text: str) -> bool:
    """Return whether a text may have a word in a value that stands for another."""
    if any(sign in text for sign in _FIXED_STAND_INS) or any(sign.search(text) for sign in _STAND_INS):
        return True
    if ("x-" in text or "X-" in text) and _UUID_STAND_IN.search(text) is not None:
        return True
    return _IDENTIFIER.search(text) is not None
