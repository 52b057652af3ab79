"""Statements that are lines: of Cheetah, Velocity, Mako, Mojolicious, Jinja, Blade, Razor and Twirl."""

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from vnetlint.finding import Span
from vnetlint.xml.template.code import bare, statement
from vnetlint.xml.template.piece import Piece, Step, Verb

_START = r"(?:(?m:^)|(?<=\r))[ \t]*+"
_END = r"(?=[ \t]*(?:[\r\n]|\Z))"
_LINES = re.compile(
    rf"{_START}(?:"
    r"(?P<hash>#(?:end[ \t]*(?:if|for|unless|while|def|block)?|if|unless|elif|elseif|else|for|foreach|while|set|"
    r"def|block|import|from|extends|include|macro|echo|silent|attr|\#)(?![A-Za-z0-9_#])[^\r\n]*+)|"
    r"(?P<percent>%(?!>)[ \t]*+(?:\}|(?:if|elif|else|for|while|endif|endfor|endwhile|foreach|unless|my|end)"
    r"(?![A-Za-z0-9_]))[^\r\n]*+))"
)
_JINJA = re.compile(
    rf"{_START}(?P<line>(?:#|%%)[ \t]*+(?P<code>(?:for[ \t][\w, \t]*?[ \t]in[ \t]|(?:el)?if[ \t]|else[ \t]*:?{_END}|"
    r"endfor\b|endif\b|set[ \t]+\w+[ \t]*=)[^\r\n]*+))"
)
_HAS_JINJA = re.compile(r"(?:#|%%)[ \t]*end(?:for|if)\b")
_AT = re.compile(
    rf"{_START}(?P<line>@\*(?:[^*]|\*(?!@))*+\*@|@\{{[^{{}}<>]*;\s*\}}|@\([^\r\n<>]*\){_END}|"
    r"@(?P<word>(?:(?:else)?if|unless|isset|empty|for|foreach|forelse|while|switch|case|include|extends)(?=[ \t]*\()|"
    rf"(?:else|empty|default|break|php|end[a-z]+){_END}|(?:model|using|import|inherits|inject)(?=[ \t]))"
    r"(?P<rest>[^\r\n]*+)|"
    rf"(?P<brace>\{{{_END}|\}}[ \t]*+else\b[^\r\n<]*+|\}}{_END}|else\b[^\r\n<]*+))"
)
_HAS_AT = ("@if", "@for", "@unless", "@isset", "@empty", "@switch", "@while")
_BLADE = {"isset": Verb.IF, "unless": Verb.IF, "forelse": Verb.LOOP, "php": Verb.HIDDEN}
_XML_COMMENT = re.compile(r"<!--(?:[^-]++|-(?!->))*+(?:-->)?")
_ECHO = re.compile(r"#echo\b[^#\r\n]*+#")


def line_pieces(text: str) -> Iterator[Piece]:
    """Yield the lines of a text that are statements of a template."""
    yield from _hash_pieces(text)
    if _HAS_JINJA.search(text):
        for found in _outside_comments(_JINJA, text):
            yield Piece(Span(*found.span("line")), prints=False, steps=_of(found["code"].rstrip()))
    if any(sign in text for sign in _HAS_AT):
        yield from _at_pieces(_outside_comments(_AT, text))


def _outside_comments(expression: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    comments = comments_of(text)
    return (found for found in expression.finditer(text) if not is_within(comments, found.start()))


def comments_of(text: str) -> list[tuple[int, int]]:
    """Return where the comments of a text start and end, in order."""
    return [found.span() for found in _XML_COMMENT.finditer(text)]


def is_within(spans: list[tuple[int, int]], offset: int) -> bool:
    """Whether an offset is in one of some spans, which are in order."""
    at = bisect_right(spans, (offset, sys.maxsize)) - 1
    return at >= 0 and offset < spans[at][1]


def _hash_pieces(text: str) -> Iterator[Piece]:
    """Yield the lines of Cheetah and Velocity (`#if`), and of Mako and Mojolicious (`% if`)."""
    if "#if" not in text and "#for" not in text and "#set" not in text and "% if" not in text and "% for" not in text:
        return
    kinds: set[str] = set()
    for found in _outside_comments(_LINES, text):
        kind = "hash" if found["hash"] else "percent"
        kinds.add(kind)
        line = found[kind]
        span = Span(found.start(kind), found.end(kind))
        yield Piece(span, prints=False, steps=tuple(_line(line[1:].strip().rstrip("\\"), kind)))
    if "hash" in kinds:
        for echo in _ECHO.finditer(text):
            yield Piece(Span(*echo.span()), prints=True)


def _line(line: str, kind: str) -> Iterator[Step]:
    if line.startswith("#") or (
        kind == "hash" and line.startswith(("set", "import", "from", "echo", "silent", "attr"))
    ):
        return
    if kind == "hash" and re.match(r"end\b", line):
        yield Step(Verb.END)
    elif kind == "hash" and re.match(r"(?:def|macro)\b", line):
        yield Step(Verb.HIDDEN, line)
    elif kind == "hash" and re.match(r"block\b", line):
        yield Step(Verb.BLOCK, line)
    elif step := statement(line):
        yield step


def _at_pieces(lines: Iterable[re.Match[str]]) -> Iterator[Piece]:
    """Yield the lines of Blade (`@if (…)` to `@endif`), and of Razor and Twirl (`@if (…) {` to `}`).

    A line of a brace or of `else` is one of these only in a block that a brace opened.
    """
    every = list(lines)
    depth = 0
    for before, found, after in zip([None, *every], every, [*every[1:], None], strict=False):
        line, span = found["line"].rstrip(), Span(*found.span("line"))
        if found["brace"] is None:
            depth += found["word"] is not None and line.endswith("{")
            steps = _at_steps(found["word"] or "", found["rest"] or "")
        elif line == "{" and _touch(before, found):
            depth += 1
            steps = ()
        elif line == "}" and depth:
            depth -= 1
            steps = () if after and after["line"].startswith("else") and _touch(found, after) else (Step(Verb.END),)
        elif line.startswith("} ") and depth:
            steps = _of(line)
        elif line.startswith("else") and before and before["line"].rstrip() == "}" and _touch(before, found):
            depth += line.endswith("{")
            steps = _of(line)
        else:
            continue
        yield Piece(span, prints=found["word"] == "include", steps=steps)


def _touch(one: re.Match[str] | None, other: re.Match[str]) -> bool:
    """Whether nothing is between two lines."""
    return one is not None and not one.string[one.end("line") : other.start("line")].strip()


def _of(line: str) -> tuple[Step, ...]:
    return (step,) if (step := statement(line)) else ()


def _at_steps(word: str, rest: str) -> tuple[Step, ...]:
    """Return what a statement of a name and its argument does."""
    condition = rest.strip().removesuffix("{").strip()
    if word.startswith("end"):
        return (Step(Verb.END),)
    if verb := _BLADE.get(word):
        return (Step(verb, bare(condition), negated=word == "unless"),)
    if word == "empty":
        return (Step(Verb.IF, condition) if condition else Step(Verb.ELSE),)
    if word == "default":
        return (Step(Verb.ELSE),)
    if word == "case":
        return (Step(Verb.CASE, bare(condition)),)
    return _of(f"{word}{rest}".strip())
