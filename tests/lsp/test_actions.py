"""Which fixes an editor is offered, under which titles, and which it makes all at once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lsprotocol import types

from tests.probes import fix as fixed
from tests.probes import lint, probe
from vnetlint.api import Network, Problem, edit, problem
from vnetlint.config.plan import Run
from vnetlint.config.runoptions import RunOptions
from vnetlint.errors import UserError
from vnetlint.finding import Fix, Safety, Severity
from vnetlint.lsp.actions import actions_of
from vnetlint.lsp.analysis import Analyst, Judgement, Texts
from vnetlint.lsp.client import client_of, settings_of
from vnetlint.lsp.documents import Buffer, Buffers
from vnetlint.lsp.plans import GroupPlans
from vnetlint.settings import FixPolicy, Settings

TEXT = "<network>\n  <name>n</name>\n  <mtu size='1500'/>\n</network>\n"
QUICK, ALL = "quickfix", "source.fixAll"


def opened() -> Buffer:
    buffers = Buffers()
    buffers.open("untitled:n", 1, TEXT, "utf-16")
    buffer = buffers.get("untitled:n")
    assert buffer is not None
    return buffer


def linted(*levels: Safety, severity: Severity = "warning", policy: FixPolicy | None = None) -> Judgement:
    """A document with one finding that has fixes of these levels, which set the MTU to 9001, 9002 and so on."""

    def check(network: Network) -> Iterator[Problem]:
        if (mtu := network.node.child("mtu")) is not None and mtu.get("size") == "1500":
            sizes = [edit.set_attribute(mtu, "size", str(9001 + number)) for number in range(len(levels))]
            fixes = (
                (Fix(level.title(), edits if level != "display" else (), level),)
                for level, edits in zip(levels, sizes, strict=True)
            )
            yield problem(mtu, "is 1500", *fixes, severity=severity)

    settings = Settings(rules=frozenset({probe(check)}), fixing=policy or FixPolicy())
    buffer = opened()
    run = Run((buffer.input,), (), settings)
    return Judgement(buffer, run, lint(run.inputs, settings), Texts({buffer.path: buffer}, {}, buffer))


def actions(judgement: Judgement, kind: str, unsafe: bool = True) -> list[types.CodeAction]:
    place = types.Position(2, 4)
    params = types.CodeActionParams(
        types.TextDocumentIdentifier(judgement.buffer.uri),
        types.Range(place, place),
        types.CodeActionContext([], only=[kind]),
    )
    run = judgement.run
    client = client_of(types.ClientCapabilities())
    return actions_of(judgement, params, client, unsafe, lambda: fixed(run.inputs, run.settings, run.context))


def titles(judgement: Judgement, unsafe: bool = True) -> list[str]:
    return [each.title for each in actions(judgement, QUICK, unsafe) if not each.title.startswith("Suppress")]


def made(judgement: Judgement) -> list[str]:
    """The texts that fixing all at once inserts."""
    changes = [each.edit.changes for each in actions(judgement, ALL) if each.edit is not None]
    return [edit.new_text.strip() for change in changes if change for edits in change.values() for edit in edits]


def test_every_fix_with_edits_is_offered_and_says_what_it_changes() -> None:
    every = linted("safe", "unsafe", "choice", "display")
    assert titles(every) == ["Safe", "Unsafe (may change what works)", "Choice (changes the design)"]
    assert [each.title for each in actions(every, QUICK) if each.is_preferred] == ["Safe"]
    assert titles(every, unsafe=False) == ["Safe"]


@pytest.mark.parametrize("levels", [("choice", "safe"), ("unsafe", "safe"), ("display", "safe"), ("choice",), ()])
def test_only_a_first_safe_fix_is_made_at_once(levels: tuple[Safety, ...]) -> None:
    assert made(linted(*levels)) == []
    assert made(linted("safe", *levels)) == ["<mtu size='9001'/>"]


def test_the_configuration_decides_what_is_made_at_once() -> None:
    assert made(linted("safe", severity="info")) == []
    assert made(linted("safe", severity="info", policy=FixPolicy(fixable=frozenset({"probe"})))) != []
    never = linted("safe", policy=FixPolicy(unfixable=frozenset({"probe"})))
    assert (made(never), titles(never)) == ([], ["Safe"])


@pytest.mark.parametrize(("least", "shown"), [("info", ["info"]), ("warning", [])])
def test_findings_that_the_configuration_hides_are_not_shown(
    least: str, shown: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "vnetlint.toml"
    config.write_text(f"select = ['VN1010']\nmin-severity = '{least}'\nseverity.VN1010 = 'info'\n")
    text = TEXT.replace("<mtu size='1500'/>", "<forward mode='bridge'/><bridge name='b'/><ip address='10.0.0.1'/>")
    buffer = replace(opened(), path="n.xml", text=text, is_file=True)
    found = Analyst(GroupPlans(RunOptions(config=str(config)))).judge(buffer, ()).findings
    assert [each.severity for each in found] == shown


@pytest.mark.parametrize("name", ["config", "host", "targetLibvirt"])
def test_a_setting_with_a_nul_is_refused(name: str) -> None:
    with pytest.raises(UserError, match=f"^invalid setting '{name}' of vnetlint: a path cannot"):
        settings_of({name: "a\0b"})
