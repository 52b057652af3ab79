"""The renderings of a template: the texts that it can become, each with the other parts made blank.

A rendering has the length and line ends of the template, so every offset in it is an offset in the file. Statements,
comments and branches not taken become spaces. What is printed becomes `FILLER` in a value, a name or content, and
`OPEN` if it stands for whole attributes.
"""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from math import prod

from vnetlint.dataclass import dataclass
from vnetlint.finding import Span
from vnetlint.lazy import cached_property
from vnetlint.xml.limits import MAX_TOKENS
from vnetlint.xml.scan import TokenKind, scan
from vnetlint.xml.template.blocks import Blocks, Branch, Conditional, blocks_of, conditions_of
from vnetlint.xml.template.condition import UNDEFINED, Values, domains_of
from vnetlint.xml.template.piece import Piece
from vnetlint.xml.template.pieces import pieces_of
from vnetlint.xml.template.placeholder import (
    FILLER,
    NOTHING,
    OPEN,
    VARIABLE,
    WORDS,
    is_elision,
    may_be_opaque,
)
from vnetlint.xml.template.signs import HAS_BARE, has_bracketed

MOST_RENDERINGS = 64
"""The most renderings of one template. If there could be more, some are drawn."""
_MOST_BRANCHES = 40
_TRIES = 256

_DRAWS = 400
_LONGEST_VALUE = 2_000
"""The most characters of a value that is searched for a site's own placeholders."""
_OTHER_THAN_LINE_END = re.compile(r"[^\r\n]")
_QUOTED = "\"[^\"]*\"|'[^']*'"
_IN_TAG = re.compile(
    rf"""(?P<quoted>{_QUOTED})|(?P<value>=[ \t\r\n]*+)(?P<bare>[^\s"'<>=]*{FILLER}[^\s"'<>=/]*)|"""
    rf"""(?P<attribute>[^\s"'<>=/]*{FILLER}[^\s"'<>=/]*(?:\s*=\s*(?:{_QUOTED}|[^\s"'<>=/]*))?)"""
)
_TAG_NAME = re.compile(rf"</?{FILLER}++(?=[\s/>])")
_BARE = re.compile(
    rf"""{_QUOTED}|(?<==)[ \t]*+((?:[A-Z][A-Z0-9]*+(?:_[A-Z0-9]++)*+|@[\w.-]++@|__\w++|%\w++%|\$\w++))(?=[\s/>])"""
)
_BRACKETED = re.compile(
    r"""(?:(?<==")|(?<== "))<[A-Za-z_][\w .-]*+>(?=")|(?:(?<==')|(?<== '))<[A-Za-z_][\w .-]*+>(?=')|"""
    r"""(?<=>)<[A-Z][A-Z0-9_-]++>(?=</[a-z])|"""
    r"""(?<=>)<(?P<words>[A-Za-z_][\w.]*+(?:[ -][\w.]++)++)>(?=</(?!(?P=words)>)[a-z])|"""
    r"""(?:(?m:^)|(?<=\r))[ \t]*+\.{3,}[^<\r\n]*+<[A-Za-z_]++>[^<\r\n]*(?=[\r\n]|\Z)"""
)
"""`<NAME>` as a value, or in a line of documentation that leaves something out: not an element."""
_FILTER = re.compile(r"<filter[\s>]")


@dataclass(frozen=True)
class Rendering:
    """One text that a template can become."""

    text: str
    shown: frozenset[Branch]
    """The branches that are printed."""


@dataclass(frozen=True, eq=False)
class Template:
    """A text with placeholders, and its renderings."""

    text: str
    pieces: tuple[Piece, ...]
    blocks: Blocks
    extra: tuple[re.Pattern[str], ...] = ()
    """A site's own placeholders."""

    @cached_property
    def renderings(self) -> tuple[Rendering, ...]:
        """The renderings that are checked, each once. The first prints as much as one rendering can."""
        branches = frozenset(_branches(self.blocks.choices))
        found: dict[frozenset[Branch], None] = {}
        for values in _assignments(self.blocks.choices):
            out = [below for branch in _left_out(self.blocks.choices, values) for below in _with_inner(branch)]
            found.setdefault(branches.difference(out))
            if len(found) == MOST_RENDERINGS:
                break
        return tuple(Rendering(self._rendered(branches - shown), shown) for shown in found)

    def may_edit(self, span: Span, beside: int) -> bool:
        """Return whether a span holds no statement or placeholder, and is in the same branch as `beside`."""
        if any(each.span.start < span.end and span.start < each.span.end for each in self.pieces):
            return False
        if any(each.span.start < span.start < each.span.end for each in self.pieces):
            return False
        if self.renderings[0].text[span.start : span.end].find(FILLER) >= 0:
            return False
        return self.blocks.branch_at(span.start) is self.blocks.branch_at(beside)

    def _rendered(self, left_out: Iterable[Branch]) -> str:
        parts: list[str] = []
        position = 0
        for start, end in sorted(branch.span for branch in left_out):
            if end > position:
                start = max(start, position)
                parts += (self._printed[position:start], _blanked(self.text[start:end]))
                position = end
        parts.append(self._printed[position:])
        return _normalised("".join(parts), self.extra, self._words)

    @cached_property
    def _printed(self) -> str:
        """The text with its pieces replaced."""
        parts: list[str] = []
        position = 0
        for piece in self.pieces:
            start, end = piece.span
            inner = self.text[start:end]
            parts += (self.text[position:start], _filled(inner) if piece.prints else _blanked(inner))
            position = end
        return "".join((*parts, self.text[position:]))

    @cached_property
    def _words(self) -> re.Pattern[str]:
        return re.compile(WORDS if _FILTER.search(self.text) else f"{WORDS}|{VARIABLE}")


def covering(renderings: Sequence[Rendering]) -> int:
    """Return how many of the first renderings it takes to print every branch that any of them prints."""
    missing = frozenset[Branch]().union(*(each.shown for each in renderings))
    for number, rendering in enumerate(renderings, 1):
        missing -= rendering.shown
        if not missing:
            return number
    return len(renderings)


def template_of(text: str, extra: Iterable[re.Pattern[str]] = ()) -> Template | None:
    """Return the template that a text is, or None if it has no placeholder."""
    pieces = tuple(pieces_of(text))
    template = Template(text, pieces, blocks_of(pieces, len(text)), tuple(extra))
    return None if len(template.renderings) == 1 and template.renderings[0].text == text else template


# -- which branches are taken --------------------------------------------------------------------------------------


def _left_out(choices: Iterable[Conditional], values: Values) -> Iterator[Branch]:
    for choice in choices:
        taken = _taken(choice, values)
        for branch in choice.branches:
            if branch is taken:
                yield from _left_out(branch.choices, values)
            else:
                yield branch


def _branches(choices: Iterable[Conditional]) -> Iterator[Branch]:
    for choice in choices:
        for branch in choice.branches:
            yield from _with_inner(branch)


def _with_inner(branch: Branch) -> Iterator[Branch]:
    yield branch
    yield from _branches(branch.choices)


def _taken(choice: Conditional, values: Values) -> Branch | None:
    return next((each for each in choice.branches if each.condition is None or each.condition.holds(values)), None)


def _assignments(choices: tuple[Conditional, ...]) -> Iterator[Values]:
    """Yield values of the operands: all combinations that make a difference, or a sample of them.

    The first prints the most. Then come, for each branch, values that print it and little else: a finding that needs
    another branch too is not certain.
    """
    domains = domains_of(conditions_of(choices))
    if not domains:
        yield {}
        return
    first = _fullest(choices, domains)
    yield first
    out = {below for branch in _left_out(choices, first) for below in _with_inner(branch)}
    # Branches that the first leaves out come first, so that few renderings print everything.
    for path in sorted(islice(_paths(choices), _MOST_BRANCHES), key=lambda path: path[-1][1] not in out):
        yield from _least(path, domains)
    names, sets = list(domains), list(domains.values())
    yield dict.fromkeys(names, UNDEFINED)
    if prod(map(len, sets)) <= MOST_RENDERINGS:
        yield from (dict(zip(names, each, strict=True)) for each in product(*sets))
        return
    draw = random.Random(0)
    for operand, domain in domains.items():
        for value in domain:
            yield {**first, operand: value}
            yield {name: draw.choice(each) for name, each in domains.items()}
    for _ in range(_DRAWS):
        yield {name: draw.choice(domain) for name, domain in domains.items()}


_Path = tuple[tuple[Conditional, Branch], ...]
"""A branch with those around it, the outermost first."""


def _paths(choices: Iterable[Conditional], outer: _Path = ()) -> Iterator[_Path]:
    for choice in choices:
        for branch in choice.branches:
            path = (*outer, (choice, branch))
            yield path
            yield from _paths(branch.choices, path)


def _least(path: _Path, domains: Mapping[str, tuple[str, ...]]) -> Iterator[Values]:
    """Yield values under which a branch and little else is printed, if any are found."""
    values = dict.fromkeys(domains, UNDEFINED)
    for number in range(len(path)):
        wanted = path[: number + 1]
        if not _is_taken(wanted, values):
            choice, _ = path[number]
            asked = list(domains_of(each.condition for each in choice.branches if each.condition is not None))
            known = [name for name in asked if name in domains]
            tries = islice(product(*(domains[name] for name in known)), _TRIES)
            changed = ({**values, **dict(zip(known, each, strict=True))} for each in tries)
            found = next((each for each in changed if _is_taken(wanted, each)), None)
            if found is None:
                return
            values = found
    yield values


def _is_taken(path: _Path, values: Values) -> bool:
    return all(_taken(choice, values) is branch for choice, branch in path)


def _fullest(choices: tuple[Conditional, ...], domains: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the values under which the least is left out, found by changing one at a time."""
    values = {operand: domain[0] for operand, domain in domains.items()}
    best = _loss(choices, values)
    for operand, domain in list(domains.items())[:64]:
        for value in domain:
            changed = {**values, operand: value}
            if (loss := _loss(choices, changed)) < best:
                values, best = changed, loss
    return values


def _loss(choices: tuple[Conditional, ...], values: Values) -> int:
    return sum(branch.span.end - branch.span.start for branch in _left_out(choices, values))


# -- what takes the place of a piece -------------------------------------------------------------------------------


def _blanked(text: str) -> str:
    return _OTHER_THAN_LINE_END.sub(NOTHING, text)


def _filled(text: str) -> str:
    return _OTHER_THAN_LINE_END.sub(FILLER, text)


def _opened(text: str) -> str:
    return _OTHER_THAN_LINE_END.sub(OPEN, text)


def _normalised(text: str, extra: tuple[re.Pattern[str], ...], words: re.Pattern[str]) -> str:
    """Return the printed text as XML: words become filler, and filler in a tag a value, a name or attributes."""
    parts: list[str] = []
    end = 0
    quoted = HAS_BARE.search(text) is not None
    if has_bracketed(text):
        text = _BRACKETED.sub(lambda found: _filled(found.group()), text)
    for token in islice(scan(text), MAX_TOKENS + 1):
        piece = text[token.start : token.end]
        end = token.end
        is_tag = token.name_end > 0
        if not quoted and not extra and not may_be_opaque(piece, int(is_tag)) and NOTHING not in piece:
            parts.append(piece)
            continue
        match token.kind:
            case TokenKind.OPEN | TokenKind.EMPTY | TokenKind.CLOSE:
                piece = _NAME.sub(_name, piece, count=1)
                if quoted:
                    piece = _BARE.sub(lambda found: _filled(found.group()) if found[1] else found.group(), piece)
                piece = _TAG_VALUES.sub(lambda found: _value(found, words, extra), piece)
                if FILLER in piece:
                    piece = _tag(piece)
            case TokenKind.CDATA:
                piece = piece[:9] + _without_words(piece[9:-3], words, extra).replace(NOTHING, " ") + piece[-3:]
            case TokenKind.TEXT:
                piece = _filled(piece) if is_elision(piece) else _without_words(piece, words, extra)
                if not piece.replace(NOTHING, "").strip():
                    piece = piece.replace(NOTHING, " ")
            case TokenKind.COMMENT if is_elision(piece[4:-3]):
                piece = _filled(piece)
            case _:
                piece = piece.replace(NOTHING, " ")
        parts.append(piece)
    # A file with more is refused, so the rest need not be read here.
    return "".join((*parts, text[end:]))


_TAG_VALUES = re.compile(f"{_QUOTED}|{NOTHING}+")


_NAME = re.compile(rf"(?P<mark></?)(?P<name>[^\s/>{NOTHING}]*{NOTHING}[^\s/>]*)")


def _name(found: re.Match[str]) -> str:
    """Return a name that branches print in parts, moved together."""
    return found["mark"] + found["name"].replace(NOTHING, "").ljust(len(found["name"]))


def _value(found: re.Match[str], words: re.Pattern[str], extra: tuple[re.Pattern[str], ...]) -> str:
    part = found.group()
    if part[0] not in "\"'":
        return " " * len(part)
    inner = part[1:-1]
    # A value that consists of statements is printed by the template.
    if is_elision(inner) or (NOTHING in inner and not inner.strip(NOTHING)):
        return part[0] + _filled(inner) + part[0]
    return _without_words(part, words, extra)


def _without_words(text: str, words: re.Pattern[str], extra: tuple[re.Pattern[str], ...]) -> str:
    for pattern in (words, *extra) if len(text) <= _LONGEST_VALUE else (words,):
        text = pattern.sub(lambda found: _filled(found.group()), text)
    return text


_GLUED = re.compile(rf"(<[^\s/>{FILLER}]++)({FILLER}++)(?=[\s/>])")


def _tag(tag: str) -> str:
    # `<vlan{{ attributes }}>`: a placeholder behind a name stands for attributes, not for the end of the name.
    tag = _GLUED.sub(lambda found: found[1] + _opened(found[2]), tag, count=1)
    name = _TAG_NAME.match(tag)
    if name is not None:
        mark = name.group()
        bare = mark.rstrip(FILLER)
        tag = bare + FILLER + " " * (len(mark) - len(bare) - 1) + tag[name.end() :]
    start = _NAME_END.match(tag)
    at = start.end() if start else 0
    return tag[:at] + _IN_TAG.sub(_attribute, tag[at:])


_NAME_END = re.compile(r"</?[^\s/>]*+")


def _attribute(found: re.Match[str]) -> str:
    if found["quoted"] is not None:
        return found.group()
    if found["bare"] is None:
        return _opened(found.group())
    bare = found["bare"]
    # Quotes that the program prints replace the first and last character.
    return found["value"] + ("'" + FILLER * (len(bare) - 2) + "'" if len(bare) > 1 else FILLER)
