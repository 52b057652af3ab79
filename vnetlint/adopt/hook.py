"""The entry for pre-commit, and how it is added to a configuration without changing anything else in it."""

import re
from collections.abc import Iterable

from vnetlint.adopt.surroundings import Origin
from vnetlint.files.candidates import ENDINGS

FILES = rf"\.xml(\.({'|'.join(each.removeprefix('.xml.') for each in ENDINGS if each != '.xml')}))?$"
"""Like `files` in .pre-commit-hooks.yaml, which a test compares."""
_TOP_KEY = re.compile(r"^[^\s#-][^\r\n]*", re.MULTILINE)
_REPOS = re.compile(r"repos:[ \t]*(?:#.*)?")
_FIRST = re.compile(r"^repos:[^\r\n]*\r?\n(?:[ \t]*+(?:#[^\r\n]*+)?\r?\n)*+(?P<indent> *+)- +repo:", re.MULTILINE)
_SECOND_DOCUMENT = re.compile(r"^---|\r(?!\n)", re.MULTILINE)
_SPECIAL = re.compile(r"[.^$*+?{}()|\[\]\\]")


def entry(origin: Origin, others: Iterable[str] = ()) -> str:
    """Return the item of `repos` that runs vnetlint as it can be installed today, without indentation.

    `others` are files whose names do not show that they are libvirt's XML; `pre-commit` sees only names.
    """
    if origin.repository:
        lines = [f"- repo: {origin.repository}", f"  rev: {origin.revision}", "  hooks:", "    - id: vnetlint"]
        if files := _files(others):
            # The hook's own `exclude` keeps other names out.
            lines += [f"      files: {files}", "      exclude: ^$"]
        return "\n".join(lines)
    if origin.requirement:
        language = ["language: python", f'additional_dependencies: ["{origin.requirement}"]']
    else:
        language = ["language: system"]
    return "\n".join((
        "- repo: local", "  hooks:", "    - id: vnetlint", "      name: vnetlint", "      entry: vnetlint check",
        *(f"      {each}" for each in language), f"      files: {_files(others) or FILES}",
        "      require_serial: true",
    ))  # fmt: skip


def new_file(item: str) -> str:
    """Return a configuration of pre-commit with one item."""
    return f"repos:\n{_indented(item, '  ')}\n"


def with_item(text: str, item: str) -> str | None:
    """Return a configuration of pre-commit with an item at its end; None if it is not certain how to add it.

    It is certain if `repos` is the last key and a plain list of items.
    """
    keys, first = _TOP_KEY.findall(text), _FIRST.search(text)
    if first is None or _SECOND_DOCUMENT.search(text, first.start()):
        return None
    if [bool(_REPOS.fullmatch(each)) for each in keys] != [*[False] * (len(keys) - 1), True]:
        return None
    end = "\r\n" if "\r\n" in text else "\n"
    added = f"{_indented(item, first['indent'])}\n".replace("\n", end)
    return f"{text}{'' if text.endswith(end) else end}{added}"


def _files(others: Iterable[str]) -> str:
    """Return the pattern for all files, if some have other names. YAML has no plain way to write odd characters."""
    names = "|".join(_SPECIAL.sub(lambda found: "\\" + found.group(), each) for each in others if each.isprintable())
    quoted = f"{FILES}|^({names})$".replace("'", "''")
    return f"'{quoted}'" if names else ""


def _indented(item: str, indent: str) -> str:
    return "\n".join(indent + line for line in item.split("\n"))
