"""Messages with values: `MAC address {value} of {guest.name} is not ours`."""

import re
from collections.abc import Callable, Mapping

from vnetlint.model import View
from vnetlint.policy.evaluate import Asker, asker
from vnetlint.policy.language import LanguageError, reference
from vnetlint.policy.vocabulary import Subject
from vnetlint.project import Project

_HOLE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
UNKNOWN = "…"
"""What a message has in the place of a value that is absent or unknown."""

Wording = Callable[[View, Project | None, Mapping[str, str]], str]
"""Returns a text for an element, given the values that the assertion has."""


def wording(text: str, of: Subject, given: tuple[str, ...]) -> tuple[Wording, bool]:
    """Return a text with values, and whether one of them takes the project. Raises LanguageError if one is unknown.

    `given` are the names of values that the assertion has, such as `value` and `expected`.
    """
    parts: list[str | Wording] = []
    needs, at = False, 0
    for hole in _HOLE.finditer(text):
        parts.append(text[at : hole.start()])
        at = hole.end()
        if hole.group() in ("{{", "}}"):
            parts.append(hole.group()[0])
        elif hole[1] is None:
            raise LanguageError(
                f"a single '{hole.group()}': write it twice, or a value such as {{value}}", hole.start()
            )
        elif hole[1] in given:
            parts.append(_given(hole[1]))
        else:
            try:
                found = asker(reference(hole[1]), of)
            except LanguageError as error:
                names = " or ".join(f"{{{each}}}" for each in given)
                more = f", or {names}" if hole[1] in ("value", "expected") and names else ""
                raise LanguageError(f"{error}{more}", hole.start(1) + error.at) from None
            needs |= found.needs_project
            parts.append(_asked(found))
    parts.append(text[at:])

    def words(view: View, project: Project | None, values: Mapping[str, str]) -> str:
        return "".join(each if isinstance(each, str) else each(view, project, values) for each in parts)

    return words, needs


def _given(name: str) -> Wording:
    return lambda _view, _project, values: values.get(name, UNKNOWN)


def _asked(found: Asker) -> Wording:
    return lambda view, project, _: next((each.text for each in found.read(view, project) if each.text), UNKNOWN)
