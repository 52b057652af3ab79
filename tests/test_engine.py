"""The two doors: what they promise whatever the rules do."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from vnetlint import engine
from vnetlint.api import Fix, Network, Problem, Project, edit, el, fix, problem, related
from vnetlint.engine import FixResult, Settings, lint
from vnetlint.finding import Edit, Safety, Span
from vnetlint.mend import FixPolicy
from vnetlint.registry import Check, Rule, find
from vnetlint.xml.source import Source

NETWORK = "<network>\n  <name>lan</name>\n  <mtu size='1500'/>\n</network>\n"


def rule_of(check: Check, name: str = "probe") -> Rule:
    return Rule(name, "VN9999", "warning", "never", "0.1", __name__, (Network,), check)


def settings_of(*checks: Check, unsafe: bool = False) -> Settings:
    rules = frozenset(rule_of(check, f"probe-{number}") for number, check in enumerate(checks))
    return Settings(rules=rules, fixing=FixPolicy(unsafe=unsafe))


def mend(text: str, *checks: Check, unsafe: bool = False) -> FixResult:
    return engine.fix([Source("lan.xml", text)], settings_of(*checks, unsafe=unsafe))


def text_of(result: FixResult, before: str = NETWORK) -> str:
    return result.changed[0].after.text if result.changed else before


def setting_mtu(size: str, unless: str = "", safety: Safety = "safe") -> Check:
    """A rule that wants the MTU to be something else than it is."""

    def check(network: Network) -> Iterator[Problem]:
        mtu = network.node.child("mtu")
        if mtu is not None and mtu.get("size") not in (size, unless):
            yield problem(mtu, "wants another", fix("Set it", edit.set_attribute(mtu, "size", size), safety=safety))

    return check


def test_findings_are_ordered_by_path_place_and_rule() -> None:
    def check(network: Network) -> Iterator[Problem]:
        for node in reversed(network.node.children):
            yield problem(node, f"<{node.name}>")

    sources = [Source("b.xml", NETWORK), Source("a.xml", NETWORK)]
    result = lint(sources, settings_of(check, check))
    assert [(each.path, each.span.start, each.rule) for each in result.findings] == sorted(
        (each.path, each.span.start, each.rule) for each in result.findings
    )
    assert len(result.findings) == 8


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_of_two_that_collide_the_one_that_is_judged_is_told(name: str) -> None:
    site = {each: f"<network><name>{each}</name><bridge name='virbr9'/></network>" for each in "abc"}
    context = [Source(f"{each}.xml", text) for each, text in site.items() if each != name]
    settings = Settings(frozenset({find("bridge-name-in-use")}))
    found = lint([Source(f"{name}.xml", site[name])], settings, context).findings
    assert [(each.path, each.rule) for each in found] == [(f"{name}.xml", "bridge-name-in-use")]


def test_rules_that_are_not_selected_do_not_run() -> None:
    def check(network: Network) -> Iterator[Problem]:
        raise AssertionError("was run")

    assert lint([Source("lan.xml", NETWORK)], Settings(rules=frozenset())).findings == ()
    assert lint([Source("lan.xml", NETWORK)], settings_of(check)).failed


def test_a_rule_that_raises_is_named_and_the_others_go_on() -> None:
    def broken(network: Network) -> Iterator[Problem]:
        yield problem(network, "half a thought")
        raise KeyError("bridge")

    result = lint([Source("lan.xml", NETWORK)], settings_of(broken, setting_mtu("9000")))
    assert [each.rule for each in result.findings] == ["internal-error", "probe-1"]
    assert "probe-0" in result.findings[0].message
    assert result.failed


def test_fixing_stops_when_nothing_changes() -> None:
    result = mend(NETWORK, setting_mtu("9000"))
    assert text_of(result) == NETWORK.replace("1500", "9000")
    assert (result.fixed, result.rounds, result.result.findings) == (1, 1, ())


def test_unsafe_fixes_wait_to_be_asked_for() -> None:
    assert mend(NETWORK, setting_mtu("9000", safety="unsafe")).changed == ()
    assert mend(NETWORK, setting_mtu("9000", safety="unsafe"), unsafe=True).changed


def test_display_fixes_are_never_made() -> None:
    assert mend(NETWORK, setting_mtu("9000", safety="display"), unsafe=True).changed == ()


def test_choices_are_made_only_where_their_rule_is_chosen() -> None:
    choice = setting_mtu("9000", safety="choice")
    assert mend(NETWORK, choice, unsafe=True).changed == ()
    settings = settings_of(choice)
    rule = next(iter(settings.rules))
    chosen = replace(settings, fixing=FixPolicy(choices={rule.name: 1}))
    assert engine.fix([Source("lan.xml", NETWORK)], chosen).changed
    beyond = replace(settings, fixing=FixPolicy(choices={rule.name: 2}))
    assert engine.fix([Source("lan.xml", NETWORK)], beyond).changed == ()


def test_mild_findings_are_fixed_only_where_their_rule_is_named() -> None:
    settings = settings_of(setting_mtu("9000"))
    rule = next(iter(settings.rules))
    settings = replace(settings, severity={rule.name: "info"})
    assert engine.fix([Source("lan.xml", NETWORK)], settings).changed == ()
    for policy in (FixPolicy(fixable=frozenset({rule.name})), FixPolicy(threshold="info")):
        assert engine.fix([Source("lan.xml", NETWORK)], replace(settings, fixing=policy)).changed
    never = FixPolicy(threshold="info", unfixable=frozenset({rule.name}))
    assert engine.fix([Source("lan.xml", NETWORK)], replace(settings, fixing=never)).changed == ()


def test_identical_fixes_are_made_once() -> None:
    result = mend(NETWORK, setting_mtu("9000"), setting_mtu("9000"))
    assert text_of(result) == NETWORK.replace("1500", "9000")
    assert result.fixed == 1


def test_fixes_of_one_place_wait_for_the_next_round() -> None:
    def removing_mtu(network: Network) -> Iterator[Problem]:
        if (mtu := network.node.child("mtu")) is not None and mtu.get("size") == "9000":
            yield problem(mtu, "too large", fix("Remove it", edit.remove(mtu), safety="safe"))

    result = mend(NETWORK, setting_mtu("9000"), removing_mtu)
    assert text_of(result) == "<network>\n  <name>lan</name>\n</network>\n"
    assert result.rounds == 2


def test_rules_that_undo_each_other_leave_the_file_and_are_named() -> None:
    result = mend(NETWORK, setting_mtu("9000", unless="1"), setting_mtu("1500", unless="2"))
    assert result.changed == ()
    assert result.fixed == 0
    failures = [each for each in result.result.findings if each.rule == "internal-error"]
    assert len(failures) == 1
    assert "undo each other" in failures[0].message
    assert "probe-0, probe-1" in failures[0].message
    assert result.result.failed


def test_a_fix_without_end_leaves_the_file() -> None:
    def growing(network: Network) -> Iterator[Problem]:
        yield problem(network, "grows", fix("Add", edit.insert(network.node, el("portgroup", {
            "name": f"p{len(network.portgroups)}"})), safety="safe"))  # fmt: skip

    result = mend(NETWORK, growing)
    assert result.changed == ()
    assert "would not end" in result.result.findings[0].message or any(
        "would not end" in each.message for each in result.result.findings
    )


@pytest.mark.parametrize(("text", "reason"), [("<mtu", "malformed"), ("<mtuu/>", "schema rejects")])
def test_a_fix_that_makes_it_worse_leaves_the_file(text: str, reason: str) -> None:
    def breaking(network: Network) -> Iterator[Problem]:
        if (mtu := network.node.child("mtu")) is not None:
            span = Span(mtu.start, mtu.end)
            yield problem(mtu, "breaks", (Fix("Break it", (Edit("lan.xml", span, text),), "safe"),))

    result = mend(NETWORK, breaking)
    assert result.changed == ()
    assert any(reason in each.message for each in result.result.findings if each.rule == "internal-error")


def test_a_fix_of_two_files_is_made_whole_or_not_at_all() -> None:
    def both(network: Network) -> Iterator[Problem]:
        """Mends one file and breaks the other."""
        if network.path == "a.xml" and (mtu := network.node.child("mtu")) is not None and mtu.get("size") == "1500":
            good = edit.set_attribute(mtu, "size", "9000")
            bad = tuple(Edit("b.xml", each.span, "'") for each in good)
            yield problem(mtu, "both", fix("Set both", good, bad, safety="safe"))

    result = engine.fix([Source("a.xml", NETWORK), Source("b.xml", NETWORK)], settings_of(both))
    assert result.changed == ()
    assert {each.path for each in result.result.findings if each.rule == "internal-error"} == {"a.xml", "b.xml"}


@pytest.mark.parametrize("safety", ["safe", "unsafe", "choice"])
def test_a_fix_that_writes_what_is_there_is_not_offered(safety: Safety) -> None:
    def check(network: Network) -> Iterator[Problem]:
        mtu = network.node.child("mtu")
        assert mtu is not None
        same, other = (edit.set_attribute(mtu, "size", size) for size in ("1500", "9000"))
        yield problem(mtu, "wants the same", fix("Keep it", same, safety=safety), fix("Set it", other, safety=safety))

    (finding,) = lint([Source("lan.xml", NETWORK)], settings_of(check)).findings
    assert [each.title for each in finding.fixes] == ["Set it"]


def test_a_fix_that_loses_a_comment_is_not_safe() -> None:
    text = NETWORK.replace("<mtu size='1500'/>", "<portgroup name='p'>\n    <!-- kept for audits -->\n  </portgroup>")

    def removing(network: Network) -> Iterator[Problem]:
        for group in network.portgroups:
            yield problem(group, "goes", fix("Remove it", edit.remove(group.node), safety="safe"))

    result = lint([Source("lan.xml", text)], settings_of(removing))
    assert [each.safety for each in result.findings[0].fixes] == ["unsafe"]
    assert mend(text, removing).changed == ()


def test_files_seen_for_context_are_neither_judged_nor_mended() -> None:
    inputs, context = [Source("a.xml", NETWORK)], [Source("b.xml", NETWORK)]
    settings = settings_of(setting_mtu("9000"))
    assert {each.path for each in lint(inputs, settings, context).findings} == {"a.xml"}
    assert [each.before.path for each in engine.fix(inputs, settings, context).changed] == ["a.xml"]


def test_a_place_in_a_file_that_is_only_seen_has_its_own_line() -> None:
    def check(network: Network, project: Project) -> Iterator[Problem]:
        for other in project.networks:
            if other is not network:
                yield problem(network, "is not alone", related=(related(other, "the other is here"),))

    rule = replace(rule_of(check), needs_project=True)
    context = [Source("a.xml", f"<!--\n-->\n{NETWORK}")]
    result = lint([Source("b.xml", NETWORK)], Settings(rules=frozenset({rule})), context)
    (place,) = (each for finding in result.findings for each in finding.related)
    assert (place.path, result.source(place.path).lines.position(place.span.start)) == ("a.xml", (3, 1))
    assert result.opened("a.xml") is context[0]
    assert result.opened("c.xml") is None
    assert (result.files, set(result.sources)) == (1, {"b.xml"})


def test_foreign_documents_are_told_apart() -> None:
    result = lint([Source("pom.xml", "<project/>"), Source("lan.xml", NETWORK)], Settings())
    assert result.foreign == {"pom.xml": "project"}
    assert (result.files, result.linted) == (2, 1)


@pytest.mark.parametrize("selected", [frozenset[Rule](), frozenset({find("schema-unknown-element")})])
def test_a_broken_file_is_a_finding_whatever_is_selected(selected: frozenset[Rule]) -> None:
    result = lint([Source("lan.xml", "<network><name>lan</nam></network>")], Settings(rules=selected))
    assert [each.rule for each in result.findings] == ["xml-syntax"]
    assert not result.failed
