"""Find the rules about a message of libvirt, whatever names and numbers the message quotes."""

import re

from vnetlint.rulebook.catalogue import Catalogue
from vnetlint.rulebook.rule import Rule
from vnetlint.schema import libvirt_messages

_QUOTED = re.compile(r"``([^`]+)``|`([^`]+)`")
_FILLED_IN = re.compile(r"\{\w+\}")
_WORD = re.compile(r"<?[A-Za-z][A-Za-z_>-]*")
_VALUE = re.compile(r"'[^']*'|\"[^\"]*\"|\S*\d\S*")
_CLASS = re.compile(
    r"^(?:error: )?(?:Failed to [^:\n]+\s)?(?:error: )?"
    r"(?:unsupported configuration|internal error|XML error|Requested operation is not valid|operation failed): ?",
    re.MULTILINE,
)
"""The prefixes that virsh adds to a message."""

ENOUGH = 0.6
"""The least share of a message's words that a rule's messages must contain."""


def rules_about(message: str, catalogue: Catalogue) -> list[Rule]:
    """Return the rules about similar messages, the best first, without those that match much less."""
    asked = _words(_CLASS.sub("", message))
    if not asked:
        return []
    scored = [(max((_score(asked, known) for known in _known(each)), default=0.0), each) for each in catalogue]
    best = max(score for score, _ in scored)
    close = [(score, each) for score, each in scored if score >= max(ENOUGH, best - 0.15)]
    return [each for _, each in sorted(close, key=lambda pair: (-pair[0], pair[1].code))]


def _known(rule: Rule) -> list[frozenset[str]]:
    """Return the words of each message that a rule's page quotes or that libvirt's parser has for its faults."""
    section = rule.page.sections.get("Libvirt", "")
    quoted = [double or single for double, single in _QUOTED.findall(section)]
    parser = [_FILLED_IN.sub("0", each) for each in libvirt_messages.messages(rule.name)]
    return [words for each in (*quoted, *parser) if len(words := _words(each)) > 2]


def _score(asked: frozenset[str], known: frozenset[str]) -> float:
    """Return how similar two messages are: the share of words found, less 0.02 for each word that was not asked for."""
    shared = len(asked & known)
    return shared / len(asked) - 0.02 * len(known - asked)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORD.findall(_VALUE.sub(" ", text)))
