"""The completion script for zsh. Options, commands and rules have descriptions."""

from collections.abc import Iterable, Iterator

from vnetlint.cli.bashscript import tables
from vnetlint.cli.commandtree import CommandNode, selectors
from vnetlint.policy.packs import packs
from vnetlint.report import formats
from vnetlint.rulebook.plugins import installed

_FUNCTIONS = r"""
_vnetlint_offer() {
    # Offers the words that a value can be, and files.
    local token
    local -a offered
    for token in ${=1}; do
        case $token in
            @files) _files ;;
            @rules | @selectors)
                compset -P '*,'
                _describe -t rules rule _vnetlint_rules -q -S ''
                if [[ $token == @selectors ]]; then compadd -q -S '' -a _vnetlint_selectors; fi
                ;;
            @policies) compadd -a _vnetlint_policies ;;
            @outputs)
                if compset -P '*='; then _files; else compadd -S = -a _vnetlint_formats; fi
                ;;
            @none) _message value ;;
            *) offered+=($token) ;;
        esac
    done
    if (( $#offered )); then compadd -a offered; fi
}

_vnetlint() {
    local place="" option="" word REPLY=""
    local -a reply
    local -i index number=0
    for (( index = 2; index < CURRENT; index++ )); do
        word=$words[index]
        if [[ -n $option ]]; then
            option=""
            continue
        fi
        if [[ $word == -?* ]]; then
            _vnetlint_value "$place" "$word"
            if [[ -n $REPLY ]]; then option=$word; fi
            continue
        fi
        _vnetlint_commands "$place"
        if [[ " $REPLY " == *" $word "* ]]; then
            place="${place:+$place }$word"
        else
            number+=1
        fi
    done
    word=$words[CURRENT]
    if [[ -z $option && $word == --*=* ]]; then
        option=${word%%=*}
        compset -P '*='
    fi
    if [[ -n $option ]]; then
        _vnetlint_value "$place" "$option"
        _vnetlint_offer "$REPLY"
        return
    fi
    if [[ $word == -* ]]; then
        _vnetlint_described_options "$place"
        _describe -o -t options option reply
        return
    fi
    _vnetlint_described_commands "$place"
    if (( $#reply )); then
        _describe -t commands command reply
        return
    fi
    _vnetlint_argument "$place" "$number"
    _vnetlint_offer "$REPLY"
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _vnetlint "$@"
else
    compdef _vnetlint vnetlint
fi
"""


def script(root: CommandNode) -> str:
    """Return the script."""
    head = "#compdef vnetlint\n# Completion of vnetlint for zsh, made by `vnetlint completion zsh`.\n"
    return "\n".join((head, *_words(), *tables(root), *_described(root))) + _FUNCTIONS


def _words() -> Iterator[str]:
    rules = " ".join(_pair(rule.name, rule.page.title) for rule in installed())
    yield f"typeset -ga _vnetlint_rules=({rules})"
    yield f"typeset -ga _vnetlint_selectors=({' '.join(selectors())})"
    yield f"typeset -ga _vnetlint_policies=({' '.join(packs())})"
    yield f"typeset -ga _vnetlint_formats=({' '.join(formats())})\n"


def _described(root: CommandNode) -> Iterator[str]:
    every = list(root.every())
    flags = {each: [(flag, one.text) for one in each.options for flag in one.flags] for each in every}
    yield from _function("_vnetlint_described_options", flags)
    groups = {each: [(below.path[-1], below.brief) for below in each.commands] for each in every if each.commands}
    yield from _function("_vnetlint_described_commands", groups)


def _function(name: str, table: dict[CommandNode, list[tuple[str, str]]]) -> Iterator[str]:
    yield f'{name}() {{\n    case "$1" in'
    for each, pairs in table.items():
        yield f'        "{" ".join(each.path)}") reply=({_pairs(pairs)}) ;;'
    yield "        *) reply=() ;;\n    esac\n}\n"


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return " ".join(_pair(*each) for each in pairs)


def _pair(word: str, text: str) -> str:
    """Return a word with its description, quoted for zsh."""
    described = f"{word}:{' '.join(text.split())}"
    return "'" + described.replace("'", "'\\''") + "'"
