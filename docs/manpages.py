"""The manual pages, made of the commands: vnetlint(1), and one for each command, with those below it."""

import re
from collections.abc import Iterable, Iterator

from vnetlint import __version__
from vnetlint.cli.commandtree import CommandNode, CommandOption, command_tree
from vnetlint.cli.panels import ORDER

_EXIT = (
    ("0", "Nothing was found that fails the run."),
    ("1", "Something was found, or a change would be made."),
    ("2", "The job could not be done: usage, configuration, a file that cannot be read or written."),
)
_ENVIRONMENT = (
    ("NO_COLOR", "Not empty: no colours."),
    ("FORCE_COLOR", "Not empty: colours also where the output is not a terminal."),
    ("COLUMNS", "The width of help and pages."),
    ("VNETLINT_PAGER, PAGER", "The pager of vnetlint rule; the first one that is set."),
    ("VNETLINT_DEBUG", "Not empty: an internal error ends with a traceback."),
)
_FILES = (("vnetlint.toml, pyproject.toml", "The configuration: the one in the nearest folder above a file."),)


def man_pages() -> dict[str, str]:
    """Return the pages by path below `docs/`."""
    root = command_tree()
    return {f"man/{_file(each)}.1": _page(each, root) for each in (root, *root.commands)}


def _page(command: CommandNode, root: CommandNode) -> str:
    name = _file(command)
    lines = [
        '.\\" Made from the commands by `make docs`. It has no date, so that it is the same at each build.',
        f'.TH {name.upper()} 1 "" "vnetlint {__version__}" "vnetlint"',
        # Neither hyphenated nor stretched, so that flags and words can be searched for.
        ".nh",
        ".ad l",
        ".SH NAME",
        f"{_text(name)} \\- {_text(_lower(command.brief))}",
        ".SH SYNOPSIS",
        ".br\n".join(f"{_synopsis(each)}\n" for each in _ends(command)).rstrip("\n"),
        ".SH DESCRIPTION",
        *_paragraphs(command.text),
    ]
    if command is root:
        for heading in dict.fromkeys(each.heading for each in root.commands):
            inside = [(each.name, each.brief + ".") for each in root.commands if each.heading == heading]
            lines += [f".SS {_text(heading)}", *_list(inside)]
    if command.options:
        lines += [".SH OPTIONS", *_arguments(command), *_options(command)]
    for below in command.commands if command is not root else ():
        lines += [f".SH {_text(below.name.upper())}", *_paragraphs(below.text), *_arguments(below), *_options(below)]
    lines += [".SH EXIT STATUS", *_list(_EXIT)]
    if command is root:
        lines += [".SH ENVIRONMENT", *_list(_ENVIRONMENT), ".SH FILES", *_list(_FILES)]
    others = [each for each in (root, *root.commands) if each is not command]
    lines += [".SH SEE ALSO", ",\n".join(f".BR {_text(_file(each))} (1)" for each in others).replace(",\n", " ,\n")]
    return "\n".join(lines) + "\n"


def _ends(command: CommandNode) -> Iterable[CommandNode]:
    return command.commands if command.path and command.commands else [command]


def _synopsis(command: CommandNode) -> str:
    words = ["[\\fIOPTIONS\\fR]"]
    words += ["\\fICOMMAND\\fR"] if command.commands else []
    for each in command.arguments:
        word = f"\\fI{_text(each.name)}\\fR" + ("..." if each.is_repeated else "")
        words.append(word if each.is_required else f"[{word}]")
    return f".B {_text(command.name)}\n{' '.join(words)}"


def _arguments(command: CommandNode) -> Iterator[str]:
    yield from _list((each.name, each.text) for each in command.arguments if each.text)


def _options(command: CommandNode) -> Iterator[str]:
    headings = sorted({each.heading for each in command.options}, key=ORDER.index)
    for heading in headings:
        if len(headings) > 1:
            yield f".SS {_text(heading)}"
        for each in command.options:
            if each.heading == heading:
                yield from (".TP", _flags(each), _text(each.text))


def _flags(option: CommandOption) -> str:
    flags = ", ".join(f"\\fB{_text(flag)}\\fR" for flag in option.flags)
    return flags + (f" \\fI{_text(option.metavar.strip('<>'))}\\fR" if option.metavar else "")


def _list(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for term, text in pairs:
        yield from (".TP", f"\\fB{_text(term)}\\fR", _text(text))


def _paragraphs(text: str) -> Iterator[str]:
    for number, each in enumerate(text.split("\n\n")):
        if number:
            yield ".PP"
        yield _text(" ".join(each.split()))


def _text(text: str) -> str:
    """Return a text for roff: nothing in it is a command, and code is bold."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    code = re.sub(r"`([^`]+)`", r"\\fB\1\\fR", escaped)
    return f"\\&{code}" if code.startswith(".") else code


def _file(command: CommandNode) -> str:
    return "-".join(("vnetlint", *command.path))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
