"""What a network means for its guests, in words, and how that differs between two versions of it."""

from collections.abc import Iterator

from vnetlint.host import Host
from vnetlint.model import Network
from vnetlint.project import Project
from vnetlint.reach.answer import Answer
from vnetlint.reach.effects import Effect, effects
from vnetlint.reach.words import VERDICTS, conditions


def differences(before: Network, after: Network, host: Host | None) -> Iterator[str]:
    """Yield a line for each thing about who reaches whom that is otherwise afterwards."""
    old, new = (dict(map(_keyed, effects(Project((each,), host), each))) for each in (before, after))
    alike: dict[str, list[str]] = {}
    for (what, version), answer in new.items():
        was = old.get((what, version))
        text = f"{what}: {_words(was) if was is not None else 'no route'} → {_words(answer)}"
        if was is None or _kind(was) != _kind(answer):
            alike.setdefault(text, []).append(f"IPv{version}")
    for text, versions in alike.items():
        yield f"{text} ({' and '.join(versions)})"


def _keyed(effect: Effect) -> tuple[tuple[str, int], Answer]:
    return (effect.what, effect.version), effect.answer


def _words(answer: Answer) -> str:
    """Return an answer in words: the usual outcome, and what it depends on."""
    usual = answer.usual
    seen = f" as {usual.source}" if usual.is_translated and usual.source is not None else ""
    assumed = [(fact, fact.values[0]) for fact in answer.depends_on] if answer.verdict is None else []
    return f"{VERDICTS[usual.verdict]}{seen}" + (f", {conditions(assumed, most=2)}" if assumed else "")


def _kind(answer: Answer) -> tuple[str, bool]:
    """Return what two answers must share to be the same for people."""
    return answer.usual.verdict, answer.usual.is_translated
