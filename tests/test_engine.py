"""`lint` and `fix`: what they guarantee whatever the rules do."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.probes import fix as fixed
from tests.probes import lint, probe
from tests.sources import named
from vnetlint.api import Fix, Network, Problem, Project, edit, el, fix, problem, related
from vnetlint.engine import fix as fixing
from vnetlint.finding import Edit, Safety, Span
from vnetlint.result import FixResult
from vnetlint.rulebook.rule import Check
from vnetlint.settings import FixPolicy, Settings
from vnetlint.version import parse_version
from vnetlint.xml.splice import OffsetsBefore, apply

NETWORK = "<network>\n  <name>lan</name>\n  <mtu size='1500'/>\n</network>\n"


def settings_of(*checks: Check, unsafe: bool = False) -> Settings:
    rules = frozenset(probe(check, f"probe-{number}") for number, check in enumerate(checks))
    return Settings(rules=rules, fixing=FixPolicy(unsafe=unsafe))


def fixed_by(text: str, *checks: Check, unsafe: bool = False) -> FixResult:
    return fixed([named("lan.xml", text)], settings_of(*checks, unsafe=unsafe))


def text_of(result: FixResult, before: str = NETWORK) -> str:
    return result.changed[0].after.text if result.changed else before


def setting_mtu(size: str, unless: str = "", safety: Safety = "safe") -> Check:
    """A rule that wants another MTU."""

    def check(network: Network) -> Iterator[Problem]:
        mtu = network.node.child("mtu")
        if mtu is not None and mtu.get("size") not in (size, unless):
            yield problem(mtu, "wants another", fix("Set it", edit.set_attribute(mtu, "size", size), safety=safety))

    return check


def test_findings_are_ordered_by_path_place_and_rule() -> None:
    def check(network: Network) -> Iterator[Problem]:
        for node in reversed(network.node.children):
            yield problem(node, f"<{node.name}>")

    sources = [named("b.xml", NETWORK), named("a.xml", NETWORK)]
    result = lint(sources, settings_of(check, check))
    assert [(each.path, each.span.start, each.rule) for each in result.findings] == sorted(
        (each.path, each.span.start, each.rule) for each in result.findings
    )
    assert len(result.findings) == 8


@pytest.mark.parametrize("name", ["a", "b", "c"])
def test_collisions_are_reported_on_the_checked_file(name: str) -> None:
    site = {each: f"<network><name>{each}</name><bridge name='virbr9'/></network>" for each in "abc"}
    context = [named(f"{each}.xml", text) for each, text in site.items() if each != name]
    settings = Settings(frozenset({"bridge-name-in-use"}))
    found = lint([named(f"{name}.xml", site[name])], settings, context).findings
    assert [(each.path, each.rule) for each in found] == [(f"{name}.xml", "bridge-name-in-use")]


def test_rules_that_are_not_selected_do_not_run() -> None:
    def check(network: Network) -> Iterator[Problem]:
        raise AssertionError("was run")

    assert lint([named("lan.xml", NETWORK)], Settings(rules=frozenset())).findings == ()
    assert lint([named("lan.xml", NETWORK)], settings_of(check)).failed


def test_a_rule_that_raises_is_named_and_the_others_run() -> None:
    def broken(network: Network) -> Iterator[Problem]:
        yield problem(network, "half a thought")
        raise KeyError("bridge")

    result = lint([named("lan.xml", NETWORK)], settings_of(broken, setting_mtu("9000")))
    assert [each.rule for each in result.findings] == ["internal-error", "probe-1"]
    assert "probe-0" in result.findings[0].message
    assert result.failed


def test_fixing_stops_when_nothing_changes() -> None:
    result = fixed_by(NETWORK, setting_mtu("9000"))
    assert text_of(result) == NETWORK.replace("1500", "9000")
    assert (result.fixed, result.rounds, result.result.findings) == (1, 1, ())


def test_unsafe_fixes_are_made_only_on_request() -> None:
    assert fixed_by(NETWORK, setting_mtu("9000", safety="unsafe")).changed == ()
    assert fixed_by(NETWORK, setting_mtu("9000", safety="unsafe"), unsafe=True).changed


def test_display_fixes_are_never_made() -> None:
    assert fixed_by(NETWORK, setting_mtu("9000", safety="display"), unsafe=True).changed == ()


def test_choices_are_made_only_if_their_rule_is_chosen() -> None:
    choice = setting_mtu("9000", safety="choice")
    assert fixed_by(NETWORK, choice, unsafe=True).changed == ()
    settings = settings_of(choice)
    rule = next(iter(settings.rules))
    chosen = replace(settings, fixing=FixPolicy(choices={rule: 1}))
    assert fixed([named("lan.xml", NETWORK)], chosen).changed
    beyond = replace(settings, fixing=FixPolicy(choices={rule: 2}))
    assert fixed([named("lan.xml", NETWORK)], beyond).changed == ()


def test_mild_findings_are_fixed_only_if_their_rule_is_named() -> None:
    settings = settings_of(setting_mtu("9000"))
    rule = next(iter(settings.rules))
    settings = replace(settings, severity={rule: "info"})
    assert fixed([named("lan.xml", NETWORK)], settings).changed == ()
    for policy in (FixPolicy(fixable=frozenset({rule})), FixPolicy(threshold="info")):
        assert fixed([named("lan.xml", NETWORK)], replace(settings, fixing=policy)).changed
    never = FixPolicy(threshold="info", unfixable=frozenset({rule}))
    assert fixed([named("lan.xml", NETWORK)], replace(settings, fixing=never)).changed == ()


def test_identical_fixes_are_made_once() -> None:
    result = fixed_by(NETWORK, setting_mtu("9000"), setting_mtu("9000"))
    assert text_of(result) == NETWORK.replace("1500", "9000")
    assert result.fixed == 1


def test_fixes_of_one_place_wait_for_the_next_round() -> None:
    def removing_mtu(network: Network) -> Iterator[Problem]:
        if (mtu := network.node.child("mtu")) is not None and mtu.get("size") == "9000":
            yield problem(mtu, "too large", fix("Remove it", edit.remove(mtu), safety="safe"))

    result = fixed_by(NETWORK, setting_mtu("9000"), removing_mtu)
    assert text_of(result) == "<network>\n  <name>lan</name>\n</network>\n"
    assert result.rounds == 2


def test_fixes_of_one_start_tag_wait_for_the_next_round() -> None:
    def adding(network: Network) -> Iterator[Problem]:
        if (mtu := network.node.child("mtu")) is not None and mtu.get("size") == "9000" and mtu.get("unit") is None:
            yield problem(mtu, "no unit", fix("Add it", edit.set_attribute(mtu, "unit", "B"), safety="safe"))

    def renaming(network: Network) -> Iterator[Problem]:
        if (mtu := network.node.child("mtu")) is not None and "sise" in mtu.attributes:
            yield problem(
                mtu, "sise", fix("Rename", edit.rename_attribute(mtu.attributes["sise"], "size"), safety="safe")
            )

    def completing(network: Network) -> Iterator[Problem]:
        if (mtu := network.node.child("mtu")) is not None and "size" not in mtu.attributes:
            yield problem(mtu, "no size", fix("Add it", edit.set_attribute(mtu, "size", "1280"), safety="safe"))

    result = fixed_by(NETWORK.replace("size=", "sise="), completing, renaming, adding, setting_mtu("9000"))
    assert text_of(result) == NETWORK.replace("size='1500'", "size='9000'")
    assert [len(each) for each in result.changed[0].rounds] == [1, 1]


MISSPELT = {
    "an attribute": (
        "<network><name>lan</name><bridge name='br0'/><forward modde='bridge'/></network>",
        "<network><name>lan</name><bridge name='br0'/><forward mode='bridge'/></network>",
        "modde",
    ),
    "an element": (
        "<network><name>lan</name><forwad mode='route'/><ip address='10.0.0.1' prefix='24'/></network>",
        "<network><name>lan</name><forward mode='route'/><ip address='10.0.0.1' prefix='24'/></network>",
        "forwad",
    ),
    "a filter's range": (
        "<filter name='a'><rule action='accept' direction='in'><tcp dstportstartt='1' dstportend='9'/></rule></filter>",
        "<filter name='a'><rule action='accept' direction='in'><tcp dstportstart='1' dstportend='9'/></rule></filter>",
        "dstportstartt",
    ),
}


@pytest.mark.parametrize("what", MISSPELT)
def test_what_exists_under_a_misspelt_name_is_not_added(what: str) -> None:
    text, corrected, written = MISSPELT[what]

    def adding(network: Network) -> Iterator[Problem]:
        forward = network.node.child("forward")
        if forward is None:
            yield problem(
                network, "none", fix("Add", edit.insert(network.node, el("forward", {"mode": "nat"})), safety="safe")
            )
        elif forward.get("mode") is None:
            yield problem(forward, "none", fix("Add", edit.set_attribute(forward, "mode", "nat"), safety="safe"))

    rules = {*Settings().rules, probe(adding)}
    for unsafe in (False, True):
        settings = Settings(rules=frozenset(rules), fixing=FixPolicy(unsafe=unsafe))
        result = fixed([named("lan.xml", text)], settings)
        assert result.dropped == ()
        assert text_of(result, text).startswith(corrected.removesuffix("</network>") if unsafe else text)
        messages = [each.message for each in result.result.findings]
        assert any("did you mean" in each and written in each for each in messages) is not unsafe


def test_a_misspelt_name_is_not_reported_as_missing() -> None:
    text = "<network><name>lan</name><forward modde='nat'/><ip address='10.0.0.1' prefix='24'/></network>"
    found = lint([named("lan.xml", text)], Settings()).findings
    assert [each.rule for each in found] == ["schema-unknown-attribute"]
    alone = lint([named("lan.xml", text)], Settings(rules=frozenset({"forward-mode-unstated"}))).findings
    assert [each.rule for each in alone] == ["forward-mode-unstated"]


def test_a_chosen_fix_is_made_despite_a_misspelt_name() -> None:
    text = "<network><name>lan</name><forward modde='route'/></network>"

    def adding(network: Network) -> Iterator[Problem]:
        if (forward := network.node.child("forward")) is not None and forward.get("mode") is None:
            yield problem(forward, "none", fix("Add", edit.set_attribute(forward, "mode", "nat"), safety="choice"))

    settings = Settings(rules=frozenset({probe(adding)}), fixing=FixPolicy(choices={"probe": 1}))
    assert text_of(fixed([named("lan.xml", text)], settings)) == text.replace("'route'", "'route' mode='nat'")


def test_every_fix_is_listed_with_its_line_before_any_was_made() -> None:
    def above(network: Network) -> Iterator[Problem]:
        if (name := network.node.child("name")) is not None and network.node.child("title") is None:
            yield problem(name, "has no title", fix("Add one", edit.insert_before(name, el("title"), el("description")),
                safety="safe"))  # fmt: skip

    def below(network: Network) -> Iterator[Problem]:
        mtu = network.node.child("mtu")
        if mtu is not None and network.node.child("title") is not None and mtu.get("size") != "9000":
            yield problem(mtu, "too small", fix("Set it", edit.set_attribute(mtu, "size", "9000"), safety="safe"))

    result = fixed_by(NETWORK, above, below)
    assert (result.rounds, text_of(result).splitlines().index("  <mtu size='9000'/>")) == (2, 4)
    assert [(each.rule, each.title, each.places) for each in result.made] == [
        ("probe-0", "Add one", (("lan.xml", 2),)),
        ("probe-1", "Set it", (("lan.xml", 3),)),
    ]


@given(st.text("ab", max_size=20), st.data())
def test_an_offset_after_edits_is_found_in_the_text_before(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    edits = [
        Edit("a.xml", Span(start, end), data.draw(st.text("cd", max_size=3)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    after = apply(text, edits)
    for offset, char in enumerate(after):
        before = OffsetsBefore(edits).of(offset)
        if char in "ab":
            assert text[before] == char
        else:
            assert before in {edit.span.start for edit in edits}
    assert OffsetsBefore(edits).of(len(after)) == len(text)


def test_rules_that_undo_each_other_are_dropped_for_the_file_and_named() -> None:
    def adding_bridge(network: Network) -> Iterator[Problem]:
        if network.node.child("bridge") is None:
            yield problem(
                network, "none", fix("Add", edit.insert(network.node, el("bridge", {"name": "b"})), safety="safe")
            )

    undoing = setting_mtu("9000", unless="1"), setting_mtu("1500", unless="2")
    result = fixed_by(NETWORK, *undoing)
    assert result.changed == ()
    assert result.fixed == 0
    assert not result.result.failed
    assert [(each.rule, each.path, each.reason) for each in result.dropped] == [
        ("probe-0", "lan.xml", "the fixes undo each other"),
        ("probe-1", "lan.xml", "the fixes undo each other"),
    ]
    assert [each.fixes for each in result.result.findings] == [()]
    result = fixed_by(NETWORK, *undoing, adding_bridge)
    assert text_of(result) == NETWORK.replace("  <mtu", "  <bridge name='b'/>\n  <mtu")
    assert [each.rule for each in result.dropped] == ["probe-0", "probe-1"]


def growing(network: Network) -> Iterator[Problem]:
    element = el("portgroup", {"name": f"p{len(network.portgroups)}"})
    yield problem(network, "grows", fix("Add", edit.insert(network.node, element), safety="safe"))


def doubling(network: Network) -> Iterator[Problem]:
    for number, group in enumerate(network.portgroups):
        element = el("portgroup", {"name": f"p{number}-{len(network.portgroups)}"})
        yield problem(group, "grows", fix("Add", edit.insert_after(group.node, element), safety="safe"))


@pytest.mark.parametrize("check", [growing, doubling])
def test_a_fix_without_end_is_dropped(check: Check) -> None:
    text = NETWORK.replace("  <mtu", "  <portgroup name='p'/>\n  <mtu")
    result = fixed_by(text, check, setting_mtu("9000"))
    assert text_of(result) == text.replace("1500", "9000")
    assert [(each.rule, each.reason) for each in result.dropped] == [("probe-0", "fixing would not end")]
    assert not result.result.failed


@pytest.mark.parametrize(("text", "reason"), [("<mtu", "malformed"), ("<mtuu/>", "valid file invalid")])
def test_a_fix_that_makes_it_worse_costs_only_itself(text: str, reason: str) -> None:
    def breaking(network: Network) -> Iterator[Problem]:
        if (mtu := network.node.child("mtu")) is not None:
            span = Span(mtu.start, mtu.end)
            yield problem(mtu, "breaks", (Fix("Break it", (Edit("lan.xml", span, text),), "safe"),))

    def adding(network: Network) -> Iterator[Problem]:
        for name in ("a", "b", "c"):
            if all(group.name != name for group in network.portgroups):
                element = el("portgroup", {"name": name})
                yield problem(network, name, fix("Add", edit.insert(network.node, element), safety="safe"))

    result = fixed_by(NETWORK, breaking, adding)
    assert text_of(result).count("<portgroup") == 3
    assert "<mtu size='1500'/>" in text_of(result)
    assert [(each.rule, each.title) for each in result.dropped] == [("probe-0", "Break it")]
    assert reason in result.dropped[0].reason
    assert not result.result.failed
    assert [each.fixes for each in result.result.findings] == [()]


def test_a_fix_that_needs_a_newer_libvirt_is_not_made() -> None:
    text = (
        "<network>\n  <name>lan</name>\n  <forward mode='nat'/>\n"
        "  <ip family='ipv6' address='fd00::1' prefix='64'/>\n</network>\n"
    )
    for target, changes in (("6.0.0", False), ("6.5.0", True)):
        settings = Settings(fixing=FixPolicy(choices={"nat-without-ipv6-translation": 1}), target=parse_version(target))
        result = fixed([named("lan.xml", text)], settings)
        assert bool(result.changed) is changes
        assert not any(each.is_bug for each in result.dropped)


def test_the_search_for_bad_fixes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(network: Network) -> Iterator[Problem]:
        for group in network.portgroups:
            place = Span(group.node.start, group.node.end)
            yield problem(group, "breaks", (Fix(f"Break {group.name}", (Edit("lan.xml", place, "<"),), "safe"),))

    monkeypatch.setattr(fixing, "MAX_JUDGED", 5)
    groups = "".join(f"  <portgroup name='p{number}'/>\n" for number in range(64))
    text = NETWORK.replace("  <mtu", groups + "  <mtu")
    result = fixed_by(text, breaking, setting_mtu("9000"))
    assert result.changed == () or "9000" in text_of(result)
    assert len(result.dropped) >= 64


INCONSISTENT = {
    "edits overlap": (Edit("lan.xml", Span(12, 18), "<name>"), Edit("lan.xml", Span(13, 17), "nam")),
    "an edit is behind the end": (Edit("lan.xml", Span(9_000, 9_001), "x"),),
}


@pytest.mark.parametrize("what", INCONSISTENT)
def test_a_fix_that_cannot_be_made_costs_only_itself(what: str) -> None:
    def broken(network: Network) -> Iterator[Problem]:
        yield problem(network, "breaks", (Fix("Break it", INCONSISTENT[what], "safe"),))

    result = fixed_by(NETWORK, broken, setting_mtu("9000"))
    assert text_of(result) == NETWORK.replace("1500", "9000")
    assert [(each.rule, each.title) for each in result.dropped] == [("probe-0", "Break it")]


def test_a_fix_of_two_files_is_made_whole_or_not_at_all() -> None:
    def both(network: Network) -> Iterator[Problem]:
        """Fix one file and break the other."""
        if network.path == "a.xml" and (mtu := network.node.child("mtu")) is not None and mtu.get("size") == "1500":
            good = edit.set_attribute(mtu, "size", "9000")
            bad = tuple(Edit("b.xml", each.span, "'") for each in good)
            yield problem(mtu, "both", fix("Set both", good, bad, safety="safe"))

    result = fixed([named("a.xml", NETWORK), named("b.xml", NETWORK)], settings_of(both))
    assert result.changed == ()
    assert [each.title for each in result.dropped] == ["Set both"]


@pytest.mark.parametrize("count", [1, 10, 300])
def test_each_fault_of_syntax_is_fixed_however_many_there_are(count: int) -> None:
    text = NETWORK.replace("  <mtu", "  <title>" + "a & b, " * count + "</title>\n  <mtu")
    result = fixed([named("lan.xml", text)], replace(settings_of(setting_mtu("9000")), fixing=FixPolicy(unsafe=True)))
    assert text_of(result) == text.replace("&", "&amp;").replace("1500", "9000")
    assert result.dropped == ()


def test_syntax_is_fixed_up_to_a_bound_and_what_was_fixed_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    text = NETWORK.replace("lan", "a & b").replace("size='1500'", "size=1500").replace("</name>", "]]></name>")
    monkeypatch.setattr(fixing, "SYNTAX_BUDGET", len(text))
    result = fixed_by(text, unsafe=True)
    assert text_of(result, text) != text
    assert [each.rule for each in result.result.findings] == ["xml-syntax"]
    assert not result.result.failed


def test_findings_that_a_fix_reveals_are_fixed_too() -> None:
    """Fixing takes more rounds than the first findings suggest."""

    def revealing(network: Network) -> Iterator[Problem]:
        mtu = network.node.child("mtu")
        if mtu is not None and (value := mtu.get("size")) is not None and 1500 <= int(value) < 1540:
            for group in network.portgroups or [None] * (value != "1500"):
                place = mtu if group is None else group
                yield problem(
                    place, value, fix("Go on", edit.set_attribute(mtu, "size", str(int(value) + 1)), safety="safe")
                )

    text = NETWORK.replace("  <mtu", "  <portgroup name='p'/>\n" * 40 + "  <mtu")
    assert "1540" in text_of(fixed_by(text, revealing))


@pytest.mark.parametrize("safety", ["safe", "unsafe", "choice"])
def test_a_fix_without_effect_is_not_offered(safety: Safety) -> None:
    def check(network: Network) -> Iterator[Problem]:
        mtu = network.node.child("mtu")
        assert mtu is not None
        same, other = (edit.set_attribute(mtu, "size", size) for size in ("1500", "9000"))
        yield problem(mtu, "wants the same", fix("Keep it", same, safety=safety), fix("Set it", other, safety=safety))

    (finding,) = lint([named("lan.xml", NETWORK)], settings_of(check)).findings
    assert [each.title for each in finding.fixes] == ["Set it"]


def test_a_fix_that_loses_a_comment_is_not_safe() -> None:
    text = NETWORK.replace("<mtu size='1500'/>", "<portgroup name='p'>\n    <!-- kept for audits -->\n  </portgroup>")

    def removing(network: Network) -> Iterator[Problem]:
        for group in network.portgroups:
            yield problem(group, "goes", fix("Remove it", edit.remove(group.node), safety="safe"))

    result = lint([named("lan.xml", text)], settings_of(removing))
    assert [each.safety for each in result.findings[0].fixes] == ["unsafe"]
    assert fixed_by(text, removing).changed == ()


def test_context_files_are_neither_checked_nor_fixed() -> None:
    inputs, context = [named("a.xml", NETWORK)], [named("b.xml", NETWORK)]
    settings = settings_of(setting_mtu("9000"))
    assert {each.path for each in lint(inputs, settings, context).findings} == {"a.xml"}
    assert [each.before.path for each in fixed(inputs, settings, context).changed] == ["a.xml"]


def test_a_place_in_a_context_file_has_its_own_line() -> None:
    def check(network: Network, project: Project) -> Iterator[Problem]:
        for other in project.networks.all:
            if other is not network:
                yield problem(network, "is not alone", related=(related(other, "the other is here"),))

    rule = probe(check, needs_project=True)
    context = [named("a.xml", f"<!--\n-->\n{NETWORK}")]
    result = lint([named("b.xml", NETWORK)], Settings(rules=frozenset({rule})), context)
    (place,) = (each for finding in result.findings for each in finding.related)
    assert (place.path, result.source(place.path).lines.position(place.span.start)) == ("a.xml", (3, 1))
    assert result.opened("a.xml") is context[0]
    assert result.opened("c.xml") is None
    assert (result.files, set(result.sources)) == (1, {"b.xml"})


def test_foreign_documents_are_recognised() -> None:
    result = lint([named("pom.xml", "<project/>"), named("lan.xml", NETWORK)], Settings())
    assert result.foreign == {"pom.xml": "project"}
    assert (result.files, result.linted) == (2, 1)


@pytest.mark.parametrize("selected", [frozenset[str](), frozenset({"schema-unknown-element"})])
def test_a_broken_file_is_a_finding_whatever_is_selected(selected: frozenset[str]) -> None:
    result = lint([named("lan.xml", "<network><name>lan</nam></network>")], Settings(rules=selected))
    assert [each.rule for each in result.findings] == ["xml-syntax"]
    assert not result.failed
