"""The completion script for bash, from 3.2 on. It needs no package of completions."""

from collections.abc import Iterator

from vnetlint.cli.commandtree import CommandNode, selectors
from vnetlint.policy.packs import packs
from vnetlint.report import formats
from vnetlint.rulebook.plugins import installed

_FUNCTIONS = r"""# Completion of vnetlint for bash, made by `vnetlint completion bash`.

_vnetlint_offer() {
    # Offers the words that a value can be. Without any match bash offers files, unless they make no sense here.
    local token word last="$2" before="" words="" files=""
    for token in $1; do
        case "$token" in
            @files) files=1 ;;
            @rules | @selectors)
                if [[ $last == *,* ]]; then
                    before="${last%,*},"
                    last="${last##*,}"
                fi
                words+=" $_vnetlint_rules"
                if [[ $token == @selectors ]]; then words+=" $_vnetlint_selectors"; fi
                ;;
            @policies) words+=" $_vnetlint_policies" ;;
            @outputs)
                compopt -o nospace 2>/dev/null
                for word in $_vnetlint_formats; do words+=" $word="; done
                ;;
            @none) ;;
            *) words+=" $token" ;;
        esac
    done
    if [[ -z $files ]]; then compopt +o default +o bashdefault 2>/dev/null; fi
    local IFS=$' \t\n'
    COMPREPLY=($(compgen -P "$before" -W "$words" -- "$last"))
}

_vnetlint() {
    local current="${COMP_WORDS[COMP_CWORD]}" place="" option="" word REPLY=""
    local -i index number=0
    COMPREPLY=()
    for ((index = 1; index < COMP_CWORD; index++)); do
        word="${COMP_WORDS[index]}"
        if [[ $word == = ]]; then continue; fi
        if [[ -n $option ]]; then
            option=""
            continue
        fi
        if [[ $word == -?* ]]; then
            _vnetlint_value "$place" "$word"
            if [[ -n $REPLY ]]; then option="$word"; fi
            continue
        fi
        _vnetlint_commands "$place"
        if [[ " $REPLY " == *" $word "* ]]; then
            place="${place:+$place }$word"
        else
            number+=1
        fi
    done
    if [[ $current == = ]]; then current=""; fi
    if [[ -n $option ]]; then
        _vnetlint_value "$place" "$option"
        _vnetlint_offer "$REPLY" "$current"
        return
    fi
    if [[ $current == -* ]]; then
        _vnetlint_options "$place"
        _vnetlint_offer "$REPLY" "$current"
        return
    fi
    _vnetlint_commands "$place"
    if [[ -z $REPLY ]]; then _vnetlint_argument "$place" "$number"; fi
    _vnetlint_offer "$REPLY" "$current"
}

complete -o bashdefault -o default -F _vnetlint vnetlint
"""


def script(root: CommandNode) -> str:
    """Return the script."""
    return "\n".join((*_words(), *tables(root), "")) + _FUNCTIONS


def _words() -> Iterator[str]:
    yield f"_vnetlint_rules='{' '.join(rule.name for rule in installed())}'"
    yield f"_vnetlint_selectors='{' '.join(selectors())}'"
    yield f"_vnetlint_policies='{' '.join(packs())}'"
    yield f"_vnetlint_formats='{' '.join(formats())}'"


def tables(root: CommandNode) -> Iterator[str]:
    """Yield functions that set REPLY to what there is at a place; the place is the words of a command."""
    every = list(root.every())
    groups = {_place(each): " ".join(below.path[-1] for below in each.commands) for each in every if each.commands}
    yield from _function("_vnetlint_commands", '"$1"', groups)
    flags = {_place(each): " ".join(flag for one in each.options for flag in one.flags) for each in every}
    yield from _function("_vnetlint_options", '"$1"', flags)
    values = {
        f"{_place(each)}:{flag}": " ".join(one.values) or "@none"
        for each in every
        for one in each.options
        if one.metavar
        for flag in one.flags
    }
    yield from _function("_vnetlint_value", '"$1:$2"', values)
    yield from _function("_vnetlint_argument", '"$1:$2"', dict(_arguments(every)))


def _arguments(every: list[CommandNode]) -> Iterator[tuple[str, str]]:
    for each in every:
        for number, argument in enumerate(each.arguments):
            words = " ".join(argument.values) or "@none"
            yield f"{_place(each)}:{'*' if argument.is_repeated else number}", words
        if not each.commands:
            yield f"{_place(each)}:*", "@none"


def _place(each: CommandNode) -> str:
    return " ".join(each.path)


def _function(name: str, subject: str, table: dict[str, str]) -> Iterator[str]:
    yield f"{name}() {{\n    case {subject} in"
    for key, words in table.items():
        wild = key.endswith("*")
        pattern = f'"{key[:-1]}"*' if wild else f'"{key}"'
        yield f"        {pattern}) REPLY='{words}' ;;"
    yield '        *) REPLY="" ;;\n    esac\n}\n'
