"""The completion script for fish. Options, commands and rules have descriptions."""

from collections.abc import Iterator

from vnetlint.cli.commandtree import (
    FILES,
    OUTPUTS,
    POLICIES,
    RULES,
    SELECTORS,
    CommandNode,
    CommandOption,
    selectors,
)
from vnetlint.policy.packs import packs
from vnetlint.report import formats
from vnetlint.rulebook.plugins import installed

_FUNCTIONS = r"""# Completion of vnetlint for fish, made by `vnetlint completion fish`.

function __vnetlint_words --description 'Print the words before the cursor that are neither options nor their values'
    set -l is_value 0
    for word in (commandline -opc)[2..-1]
        if test $is_value -eq 1
            set is_value 0
        else if contains -- $word $__vnetlint_valued
            set is_value 1
        else if not string match --quiet -- '-?*' $word
            echo -- $word
        end
    end
end

function __vnetlint_at --description 'Whether the cursor is in a command, with this many arguments if that is given'
    set -l words (__vnetlint_words)
    set -l place (string split --no-empty ' ' -- $argv[1])
    set -l depth (count $place)
    test (count $words) -ge $depth
    or return
    if test $depth -gt 0
        test "$words[1..$depth]" = "$place"
        or return
    end
    test (count $argv) -eq 1
    or test (math (count $words) - $depth) -eq $argv[2]
end

function __vnetlint_list --description 'Print the words for the last part of a list with commas'
    set -l before (commandline -ct | string replace --regex -- '^--[a-z-]+=' '' | string match --regex -- '^.*,')
    for word in $argv
        echo -- "$before$word"
    end
end

complete -c vnetlint -f
"""
_LISTS = {
    RULES: "(__vnetlint_list $__vnetlint_rules)",
    SELECTORS: "(__vnetlint_list $__vnetlint_rules $__vnetlint_selectors)",
    POLICIES: "$__vnetlint_policies",
    OUTPUTS: "$__vnetlint_formats=",
}


def script(root: CommandNode) -> str:
    """Return the script."""
    valued = {flag for each in root.every() for one in each.options if one.metavar for flag in one.flags}
    return "\n".join(
        (*_words(), f"set -g __vnetlint_valued {' '.join(sorted(valued))}\n", _FUNCTIONS, *_commands(root), "")
    )


def _words() -> Iterator[str]:
    rules = (f"{rule.name}\t{rule.page.title}" for rule in installed())
    yield f"set -g __vnetlint_rules {' '.join(map(_quoted, rules))}"
    yield f"set -g __vnetlint_selectors {' '.join(selectors())}"
    yield f"set -g __vnetlint_policies {' '.join(packs())}"
    yield f"set -g __vnetlint_formats {' '.join(formats())}\n"


def _commands(root: CommandNode) -> Iterator[str]:
    for each in root.every():
        place = " ".join(each.path)
        exact = f"__vnetlint_at {_quoted(place)} 0"
        for below in each.commands:
            yield f"complete -c vnetlint -n {_quoted(exact)} -a {below.path[-1]} -d {_quoted(below.brief)}"
        for option in each.options:
            condition = f"__vnetlint_at {_quoted(place)}" + ("" if place else " 0")
            yield f"complete -c vnetlint -n {_quoted(condition)} {_option(option)}"
        for number, argument in enumerate(each.arguments):
            condition = f"__vnetlint_at {_quoted(place)}" + ("" if argument.is_repeated else f" {number}")
            yield f"complete -c vnetlint -n {_quoted(condition)} {_values(argument.values)}".rstrip()


def _option(option: CommandOption) -> str:
    flags = " ".join(f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags)
    value = f" -x {_values(option.values)}" if option.metavar and FILES not in option.values else ""
    if option.metavar and FILES in option.values:
        value = f" -r {_values(option.values)}"
    return f"{flags}{value} -d {_quoted(' '.join(option.text.split()))}"


def _values(values: tuple[str, ...]) -> str:
    words = " ".join(_LISTS.get(each, each) for each in values if each != FILES)
    # What is in single quotes is evaluated when it is needed.
    offered = f" -a '{words}'" if words else ""
    return f"{'-F' if FILES in values else ''}{offered}".strip()


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
