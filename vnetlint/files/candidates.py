"""Which files of a folder are checked. The name decides, or the first element if the name tells too little."""

import os
import re

from vnetlint.files.regular import NotRegularError, read_regular

_TEMPLATE_WORDS = (
    "j2", "jinja", "jinja2", "erb", "tmpl", "tpl", "in", "template", "tftpl", "epp", "mustache", "hbs", "gotmpl",
    "mako", "ejs", "ftl", "tt", "twig", "sample", "example", "dist",
)  # fmt: skip
ENDINGS = (".xml", *(f".xml.{ending}" for ending in ("j2", "erb", "tmpl", "tpl", "in", "template")))
"""The endings that need no look into the file, for hooks and editors, which see only names."""

# Compiled when a folder is searched, which a check of named files does not do.
_XML = rf"\.xml(?:(?:\.[A-Za-z0-9_-]+)*\.(?:{'|'.join(_TEMPLATE_WORDS)}))?"
_MAYBE = rf"[^.]+|.*\.(?:{'|'.join(_TEMPLATE_WORDS)})"
_KEPT_ASIDE = r"(?s:.*\.xml.+)"
_HEAD = 8192
"""Bytes of a file that are read to find its first element."""

ROOTS = ("network", "domain", "filter")
"""The root elements of what vnetlint judges."""

_ROOT = (
    rb"(?:\xef\xbb\xbf)?(?>\s+|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->|<!DOCTYPE[^<>\[]*+>|\{%(?:[^%]|%(?!\}))*+%\}|"
    rb"\{#(?:[^#]|#(?!\}))*+#\}|\{\{(?:[^}]|\}(?!\}))*+\}\}|<%(?:[^%]|%(?!>))*+%>|(?m:^[#%][^\n]*+$))*+<(?:"
    + "|".join(ROOTS).encode()
    + rb")(?=[\s>/{<])"
)


def is_candidate(path: str) -> bool:
    """Return whether a file found in a folder is checked.

    Backup copies of package managers and editors (`lan.xml.bak`, `lan.xml.pacnew`) are not. If the name tells too
    little (`network.j2`, `vm_template`), the first 8 KiB are read: the first element must be one of libvirt's.
    """
    name = os.path.basename(path)
    return _is_xml(name) or (re.fullmatch(_MAYBE, name) is not None and _begins_as_ours(path))


def can_be_candidate(path: str) -> bool:
    """Return whether a file with this path would be checked, at least with the right content."""
    name = os.path.basename(path)
    return _is_xml(name) or re.fullmatch(_MAYBE, name) is not None


def is_candidate_with(path: str, data: bytes) -> bool:
    """Return whether a file with this path and these bytes would be checked. It need not exist."""
    name = os.path.basename(path)
    return _is_xml(name) or (re.fullmatch(_MAYBE, name) is not None and re.match(_ROOT, data[:_HEAD]) is not None)


def is_kept_aside(name: str) -> bool:
    """Return whether a name is that of a backup copy of XML, which is only read if the user names it."""
    return re.fullmatch(_KEPT_ASIDE, name) is not None


def _is_xml(name: str) -> bool:
    return (found := re.search(_XML, name)) is not None and found.end() == len(name)


def _begins_as_ours(path: str) -> bool:
    try:
        return re.match(_ROOT, read_regular(path, _HEAD)) is not None
    except (OSError, NotRegularError):
        return False
