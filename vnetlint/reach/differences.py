"""What a network means for its guests, in words, and how that differs between two versions of it."""

from collections.abc import Iterator

from vnetlint.host import Host
from vnetlint.model import Network
from vnetlint.project import Project
from vnetlint.reach.answer import Answer, Verdict
from vnetlint.reach.effects import Effect, effects
from vnetlint.reach.words import VERDICTS, conditions, listed


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


_ENDS = {
    "guest → guest": ("guests", "each other"),
    "guest → host": ("guests", "the host"),
    "guest → LAN": ("guests", "the LAN"),
    "guest → Internet": ("guests", "the Internet"),
    "host → guest": ("the host", "guests"),
    "LAN → guest": ("the LAN", "guests"),
    "Internet → guest": ("the Internet", "guests"),
}


def gist(before: Network, after: Network, host: Host | None) -> str:
    """Return who usually reaches more or less afterwards, such as `guests no longer reach the Internet`; "" if nobody.

    One IP version is enough to count.
    """
    old, new = (_usual(Project((each,), host), each) for each in (before, after))
    lost = [each for each in _ENDS if "allowed" in old[each] and "allowed" not in new[each]]
    won = [each for each in _ENDS if "allowed" in new[each] and "allowed" not in old[each]]
    silent = [each for each in lost if "one-way" in new[each]]
    gone = [each for each in lost if each not in silent]
    return "; ".join((*_changed(gone, "no longer"), *_unanswered(silent), *_changed(won, "now")))


def _usual(project: Project, network: Network) -> dict[str, set[Verdict]]:
    found: dict[str, set[Verdict]] = {each: set() for each in _ENDS}
    for each in effects(project, network):
        found[each.what].add(each.answer.usual.verdict)
    return found


def _unanswered(ways: list[str]) -> Iterator[str]:
    targets = [_ENDS[each][1] for each in ways if _ENDS[each][0] == "guests"]
    if targets:
        yield f"guests get no replies from {listed(targets)} without a route back"


def _changed(ways: list[str], word: str) -> Iterator[str]:
    """Yield what guests reach otherwise, and then who reaches them otherwise."""
    targets = [_ENDS[each][1] for each in ways if _ENDS[each][0] == "guests"]
    sources = [_ENDS[each][0] for each in ways if _ENDS[each][0] != "guests"]
    both = [each for each in targets if each in sources]
    out, back = ([each for each in ends if each not in both] for ends in (targets, sources))
    if both:
        yield f"guests and {listed(both)} {word} reach each other"
    if out:
        yield f"guests {word} reach {listed(out)}"
    if back:
        yield f"{listed(back)} {word} {'reaches' if len(back) == 1 else 'reach'} guests"


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
