"""The pieces of a template: values that are printed, and statements.

One reader serves the languages that people write libvirt XML in: Jinja and its relatives, ERB and EJS, Go, Mustache,
Terraform, Cheetah and Velocity, Mako and Mojolicious, PHP, Template Toolkit, FreeMarker, Smarty. They differ in
delimiters and keywords; the keywords mean the same few things everywhere. Statements that are lines are in lines.py.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache

from vnetlint.finding import Span
from vnetlint.xml.template.code import bare, steps_of
from vnetlint.xml.template.lines import comments_of, is_within, line_pieces
from vnetlint.xml.template.piece import Piece, Step, Verb

_CLOSERS = {
    "{{{": "}}}", "{{": "}}", "{%": "%}", "{#": "#}", "<%": "%>", "%{": "}", "${": "}", "$(": ")", "<?php": "?>",
    "<?=": "?>", "[%": "%]", "<#--": "-->", "<#": ">", "</#": ">", "<@": ">", "</@": ">",
}  # fmt: skip
_NESTED = ("${", "%{", "$(")
_TAGS = ("<#", "</#", "<@", "</@")
"""The openers of FreeMarker's directives and macros."""
_TAG_END = re.compile(r"""(?:[^"'()<>]++|"[^"]*+"|'[^']*+'|\((?:[^()"']++|"[^"]*+"|'[^']*+')*+\))*+>""")
_RAW_END = re.compile(r"\{%[-+~]?\s*endraw\s*[-+~]?%\}")
_TRIM = "-+~= \t\r\n"

_JINJA = {
    "if": Verb.IF, "unless": Verb.IF, "elif": Verb.ELIF, "elsif": Verb.ELIF, "elseif": Verb.ELIF, "else": Verb.ELSE,
    "for": Verb.LOOP, "foreach": Verb.LOOP, "while": Verb.LOOP, "tablerow": Verb.LOOP,
    "case": Verb.SWITCH, "switch": Verb.SWITCH, "when": Verb.CASE,
    "macro": Verb.HIDDEN, "capture": Verb.HIDDEN, "comment": Verb.HIDDEN,
    "block": Verb.BLOCK, "with": Verb.BLOCK, "filter": Verb.BLOCK, "autoescape": Verb.BLOCK, "call": Verb.BLOCK,
    "trans": Verb.BLOCK, "apply": Verb.BLOCK, "spaceless": Verb.BLOCK, "verbatim": Verb.BLOCK,
}  # fmt: skip
_JINJA_PRINTS = frozenset({"include", "render", "module", "cycle", "call", "extends"})
_WORD = re.compile(r"[A-Za-z_]+")

_TOOLKIT = {
    "IF": Verb.IF, "UNLESS": Verb.IF, "ELSIF": Verb.ELIF, "ELSE": Verb.ELSE, "END": Verb.END, "FOREACH": Verb.LOOP,
    "FOR": Verb.LOOP, "WHILE": Verb.LOOP, "SWITCH": Verb.SWITCH, "CASE": Verb.CASE, "FILTER": Verb.BLOCK,
    "WRAPPER": Verb.BLOCK, "MACRO": Verb.HIDDEN,
}  # fmt: skip
_TOOLKIT_SILENT = frozenset(
    {"SET", "DEFAULT", "USE", "CALL", "META", "TAGS", "NEXT", "LAST", "RETURN", "STOP", "CLEAR"}
)
_ASSIGNMENT = re.compile(r"[A-Za-z_][\w.]*\s*=(?!=)")
_LOUD = re.compile(r"\b(?:AND|OR|NOT|IN)\b")

_FREEMARKER = {
    "if": Verb.IF, "elseif": Verb.ELIF, "else": Verb.ELSE, "list": Verb.LOOP, "switch": Verb.SWITCH, "case": Verb.CASE,
    "default": Verb.ELSE, "macro": Verb.HIDDEN, "function": Verb.HIDDEN, "items": Verb.BLOCK, "compress": Verb.BLOCK,
    "escape": Verb.BLOCK, "noescape": Verb.BLOCK, "autoesc": Verb.BLOCK, "noautoesc": Verb.BLOCK, "noparse": Verb.BLOCK,
    "outputformat": Verb.BLOCK,
}  # fmt: skip
_ASSIGNS = ("assign", "global", "local")
_DIRECTIVES = frozenset(
    (*_FREEMARKER, *_ASSIGNS, "include", "import", "attempt", "recover", "ftl", "setting", "return", "break", "nested",
     "continue", "sep", "t", "lt", "rt", "nt", "flush", "stop")
)  # fmt: skip

_SMARTY_TAG = re.compile(
    r"\{(?:\*(?:[^*{]++|\*(?!\})|\{(?!\*))*+\*|(?P<end>/)?(?P<word>if|elseif|else|foreach|foreachelse|for|forelse|section|sectionelse|"
    r"while|include|assign|capture|block|function|literal|strip|nocache)(?![A-Za-z0-9_])(?P<rest>[^{}\r\n]*+)|"
    r"(?P<value>\$[^{}\r\n]++))\}"
)
_SMARTY = {
    "if": Verb.IF, "elseif": Verb.ELIF, "else": Verb.ELSE, "foreachelse": Verb.ELSE, "forelse": Verb.ELSE,
    "sectionelse": Verb.ELSE, "foreach": Verb.LOOP, "for": Verb.LOOP, "section": Verb.LOOP, "while": Verb.LOOP,
    "capture": Verb.HIDDEN, "function": Verb.HIDDEN, "block": Verb.BLOCK, "literal": Verb.BLOCK, "strip": Verb.BLOCK,
    "nocache": Verb.BLOCK,
}  # fmt: skip
_SMARTY_ENDS = ("{/if}", "{/foreach}", "{/for}", "{/section}", "{/while}")


def pieces_of(text: str) -> list[Piece]:
    """Return the delimited pieces of a text, in order. A piece that is never closed does not count."""
    found: list[Piece] = []
    position = 0
    unclosed: set[str] = set()
    # How a value was made is often said in a comment, and then nothing is printed there.
    comments = comments_of(text) if "$(" in text else []
    lines = [*line_pieces(text), *_smarty_pieces(text)]
    while opener := _openers(frozenset(unclosed)).search(text, position):
        start, mark = opener.start(), opener.group()
        end = -1 if mark == "$(" and is_within(comments, start) else _close(text, start, mark)
        if end < 0:
            # A text full of openers must not be searched to its end for each.
            if mark not in (*_NESTED, *_TAGS):
                unclosed.add(mark)
            position = opener.end()
            continue
        code = text[start + len(mark) : end - len(_CLOSERS[mark])]
        if mark == "{%" and _is_raw(code) and (raw_end := _RAW_END.search(text, end)):
            found.append(Piece(Span(start, end), prints=False))
            found.append(Piece(Span(*raw_end.span()), prints=False))
            position = raw_end.end()
            continue
        found.append(_read(Span(start, end), mark, code))
        position = end
    return _merged(found, lines) if lines else found


@cache
def _openers(unclosed: frozenset[str]) -> re.Pattern[str]:
    """Return the expression for the start of a piece, given the closers that the rest of the text lacks."""
    marks = sorted(_CLOSERS.keys() - unclosed, key=lambda mark: (-len(mark), mark))
    return re.compile("|".join(map(re.escape, marks)))


def _close(text: str, start: int, mark: str) -> int:
    """Return the end of the piece that opens at `start`, or -1."""
    if mark in _NESTED:
        return _close_nested(text, start + len(mark), mark[1], _CLOSERS[mark])
    if mark in _TAGS:
        word = _WORD.match(text, start + len(mark))
        is_known = word is not None and (mark.endswith("@") or word.group() in _DIRECTIVES)
        found = _TAG_END.match(text, word.end()) if word is not None and is_known else None
        return -1 if found is None else found.end()
    end = text.find(_CLOSERS[mark], start + len(mark))
    return -1 if end < 0 else end + len(_CLOSERS[mark])


def _close_nested(text: str, start: int, opens: str, closes: str) -> int:
    """Return the end of an interpolation, which may hold more of its braces or parentheses and stays on its line."""
    depth = 1
    for at in range(start, min(start + 512, len(text))):
        char = text[at]
        if char in "\r\n":
            return -1
        depth += (char == opens) - (char == closes)
        if not depth:
            return at + 1
    return -1


def _is_raw(code: str) -> bool:
    return code.strip(_TRIM) == "raw"


def _read(span: Span, mark: str, code: str) -> Piece:
    if mark == "{#" or (mark == "{{" and (code.startswith("--") or code.lstrip("-~ ").startswith(("/*", "!")))):
        return Piece(span, prints=False)
    if mark == "{%":
        return _jinja(span, code.strip(_TRIM))
    if mark == "[%":
        return _toolkit(span, code.strip(_TRIM))
    if mark == "<#--":
        return Piece(span, prints=False)
    if mark in _TAGS:
        return _freemarker(span, mark, code.strip().removesuffix("/"))
    if mark == "{{":
        return _curly(span, code.strip("-~ \t\r\n"))
    if mark == "%{":
        return _terraform(span, code.strip("~ \t"))
    if mark == "<%":
        if code.startswith(("#", "--")):
            return Piece(span, prints=False)
        if code.startswith("%") or (code[:1] in "=-" and code[:2] != "- " and code[:1] == "="):
            return Piece(span, prints=True)
        return Piece(span, prints=False, steps=tuple(steps_of(code.strip("-_ \t\r\n"))))
    if mark == "<?php":
        return Piece(span, prints="echo" in code or "print" in code, steps=tuple(steps_of(code.strip())))
    return Piece(span, prints=True)


def _jinja(span: Span, code: str) -> Piece:
    word = found.group() if (found := _WORD.match(code)) else ""
    rest = code[len(word) :].strip()
    if word.startswith("end"):
        return Piece(span, prints=False, steps=(Step(Verb.END, word[3:]),))
    if word == "set":
        hidden = (Step(Verb.HIDDEN, "set"),) if "=" not in rest else ()
        return Piece(span, prints=False, steps=hidden)
    if verb := _JINJA.get(word):
        return Piece(span, prints=word == "call", steps=(Step(verb, rest, negated=word == "unless"),))
    return Piece(span, prints=word in _JINJA_PRINTS)


def _toolkit(span: Span, code: str) -> Piece:
    """Return a piece of Template Toolkit. Its keywords are in capitals, and several statements may be in one piece."""
    if code.startswith("#"):
        return Piece(span, prints=False)
    steps, prints = [], False
    for statement in filter(None, map(str.strip, code.split(";"))):
        word = found.group() if (found := _WORD.match(statement)) else ""
        rest = _LOUD.sub(lambda loud: loud.group().lower(), statement[len(word) :].strip())
        if word == "BLOCK":
            steps.append(Step(Verb.HIDDEN if rest else Verb.BLOCK, rest))
        elif verb := _TOOLKIT.get(word):
            steps.append(Step(verb, bare(rest), negated=word == "UNLESS"))
        elif word not in _TOOLKIT_SILENT and not _ASSIGNMENT.match(statement):
            prints = True
    return Piece(span, prints, tuple(steps))


def _freemarker(span: Span, mark: str, code: str) -> Piece:
    """Return a directive of FreeMarker, or the call of a macro."""
    if "@" in mark:
        return Piece(span, prints=mark == "<@")
    word = found.group() if (found := _WORD.match(code)) else ""
    rest = code[len(word) :].strip()
    is_block = word in _FREEMARKER or word in _ASSIGNS
    if mark == "</#":
        return Piece(span, prints=False, steps=(Step(Verb.END, word),) if is_block else ())
    if word in _ASSIGNS:
        return Piece(span, prints=False, steps=() if "=" in rest else (Step(Verb.HIDDEN, rest),))
    if verb := _FREEMARKER.get(word):
        argument = _listed(rest) if word == "list" else bare(rest)
        return Piece(span, prints=False, steps=(Step(verb, argument),))
    return Piece(span, prints=word == "include")


def _smarty_pieces(text: str) -> Iterator[Piece]:
    """Yield the tags of Smarty, whose braces are those of other placeholders, if the text has the end of a block."""
    if not any(end in text for end in _SMARTY_ENDS):
        return
    for found in _SMARTY_TAG.finditer(text):
        span, word = Span(*found.span()), found["word"]
        if word is None:
            yield Piece(span, prints=found["value"] is not None)
        elif found["end"]:
            yield Piece(span, prints=False, steps=(Step(Verb.END, word),))
        elif verb := _SMARTY.get(word):
            argument = _listed(found["rest"]) if word == "foreach" else bare(found["rest"])
            yield Piece(span, prints=False, steps=(Step(verb, argument),))
        else:
            yield Piece(span, prints=word == "include")


def _listed(rest: str) -> str:
    """Return what a loop runs over (`hosts as host`) in the order of the other languages."""
    over, _, names = rest.partition(" as ")
    return f"{names.strip()} in {over.strip()}"


def _curly(span: Span, code: str) -> Piece:
    """Return the piece in braces that hold only values in Jinja, but also statements in Go's templates and Mustache."""
    word, _, rest = code.partition(" ")
    rest = rest.strip()
    match word:
        case "if" if rest:
            return Piece(span, prints=False, steps=(Step(Verb.IF, rest),))
        case "with" | "range" if rest and rest[0] != "(":
            verb = Verb.IF if word == "with" else Verb.LOOP
            return Piece(span, prints=False, steps=(Step(verb, rest),))
        case "else":
            inner = rest.removeprefix("if ").strip() if rest.startswith(("if ", "with ")) else ""
            step = Step(Verb.ELIF, inner) if rest else Step(Verb.ELSE)
            return Piece(span, prints=False, steps=(step,))
        case "end" if not rest:
            return Piece(span, prints=False, steps=(Step(Verb.END),))
        case "define" if rest:
            return Piece(span, prints=False, steps=(Step(Verb.HIDDEN, rest),))
        case "block" if rest:
            return Piece(span, prints=False, steps=(Step(Verb.BLOCK, rest),))
    if code.startswith("$") and ":=" in code:
        return Piece(span, prints=False)
    if code[:1] in "#^/" and len(code) > 1:
        return _mustache(span, code)
    return Piece(span, prints=True)


def _mustache(span: Span, code: str) -> Piece:
    sign, (word, _, rest) = code[0], code[1:].strip().partition(" ")
    if sign == "/":
        return Piece(span, prints=False, steps=(Step(Verb.END, word),))
    if sign == "^":
        return Piece(span, prints=False, steps=(Step(Verb.IF, word, negated=True),))
    if word in ("if", "unless"):
        return Piece(span, prints=False, steps=(Step(Verb.IF, rest, negated=word == "unless"),))
    # A section is a loop over a list or a condition. Both print their content or not, so they are treated alike.
    return Piece(span, prints=False, steps=(Step(Verb.IF, rest if word in ("each", "with") else word),))


def _terraform(span: Span, code: str) -> Piece:
    word, _, rest = code.partition(" ")
    match word:
        case "if":
            return Piece(span, prints=False, steps=(Step(Verb.IF, rest.strip()),))
        case "else":
            return Piece(span, prints=False, steps=(Step(Verb.ELSE),))
        case "for":
            return Piece(span, prints=False, steps=(Step(Verb.LOOP, rest.strip()),))
        case "endif" | "endfor":
            return Piece(span, prints=False, steps=(Step(Verb.END),))
    return Piece(span, prints=True)


def _merged(pieces: list[Piece], lines: list[Piece]) -> list[Piece]:
    """Return the pieces of both kinds in order. A delimited piece in a statement's line is part of that statement."""
    starts = sorted(lines, key=lambda each: each.span)
    ends = [each.span.end for each in starts]
    outside = [
        each
        for each in pieces
        if (at := bisect_right(ends, each.span.start)) == len(starts) or starts[at].span.start >= each.span.end
    ]
    return sorted((*outside, *starts), key=lambda each: each.span)
