"""What a site expects of who reaches whom is judged once a run, and reported at the element that breaks it."""

import io
import json
import pickle
import time
import tomllib
from pathlib import Path

import pytest

from tests.test_config import check, nearest_cache_clear, write
from vnetlint.cli.main import main
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.expectations import judged
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.files.read import read
from vnetlint.lsp.analysis import Analyst
from vnetlint.lsp.documents import Buffers
from vnetlint.lsp.plans import GroupPlans
from vnetlint.lsp.uris import uri_of
from vnetlint.settings import Settings

NAT = (
    "<network><name>{0}</name><forward mode='nat'/><bridge name='v{0}'/>"
    "<ip address='10.{1}.0.1' prefix='24'/></network>"
)
ISOLATED = "<network><name>{0}</name><bridge name='v{0}'/><ip address='10.{1}.0.1' prefix='24'/></network>"
NIC = "<interface type='network'><source network='{}'/></interface>"
HOST = {
    "version": 1,
    "libvirt": "12.8.0",
    "firewall_backend": "nftables",
    "interfaces": [{"name": "eth0", "kind": "nic", "addresses": ["192.168.50.10/24"]}],
    "routes": [{"to": "default", "via": "192.168.50.1", "dev": "eth0"}],
    "forwarding": {"ipv4": True, "ipv6": True},
    "forward_policy": "accept",
    "input_policy": "accept",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    nearest_cache_clear()
    return tmp_path


def guest(name: str, *networks: str) -> str:
    nics = "".join(NIC.format(each) for each in networks)
    return f"<domain type='kvm'><name>{name}</name><devices>{nics}</devices></domain>"


def site(**more: object) -> None:
    """Two networks with guests: db is isolated, web is behind NAT."""
    write(db_xml=ISOLATED.format("db", 5), web_xml=NAT.format("web", 6))
    write(**{f"db-{each}_xml": guest(f"db-{each}", "db") for each in (1, 2)})
    write(**{f"web-{each}_xml": guest(f"web-{each}", "web") for each in (1, 2, 3)})
    Path("host.json").write_text(json.dumps({**HOST, **more}))


def expect(source: str, target: str, verdict: str, head: str = 'host = "host.json"\n', **more: object) -> None:
    """Write a configuration with one expectation."""
    keys = {"from": source, "to": target, "verdict": verdict, **more}
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
    Path("vnetlint.toml").write_text(f"{head}[[expect]]\n{lines}")
    nearest_cache_clear()


def broken(*arguments: str) -> list[str]:
    """The findings about expectations."""
    _, out, err = check(*arguments)
    assert not err, err
    return [line for line in out.splitlines() if "[expectation-" in line]


@pytest.mark.parametrize(
    ("source", "target", "verdict"),
    [
        ("network:db", "internet", "blocked"),
        ("network:db", "lan(eth0)", "blocked"),
        ("db-*", "internet", "no-route"),
        ("db-1", "db-2", "allowed"),
        ("db-*", "db-*", "allowed"),
        ("web-?", "host", "allowed"),
        ("web-1", "web-[23]", "allowed"),
        ("lan(eth0)", "host", "allowed"),
        ("internet", "db-*", "blocked"),
        ("internet", "guest", "blocked"),
        ("network:web", "network:db", "blocked"),
        ("network:d*", "network:w*", "blocked"),
    ],
)
def test_what_is_as_expected_is_not_reported(source: str, target: str, verdict: str) -> None:
    site()
    expect(source, target, verdict)
    assert broken() == []


def test_a_broken_expectation_is_reported_at_the_element_that_breaks_it() -> None:
    site()
    expect("web-*", "internet", "blocked", reason="audit 7")
    assert broken() == [
        "web.xml:1:35: error: web* (3) must not reach internet (audit 7), but IPv4 is allowed: network 'web' lets its "
        "guests out [expectation-broken]"
    ]
    assert check()[0] == 1


def test_without_an_element_it_is_reported_at_the_guest() -> None:
    site()
    expect("db-*", "db-*", "blocked")
    assert [line.partition(":")[0] for line in broken()] == ["db-1.xml"]


def test_there_is_one_finding_for_each_group_of_guests() -> None:
    site()
    expect("*", "db-*", "no-route")
    found = broken()
    assert len(found) == len({line.partition(" must ")[0] for line in found})
    expect("web-[12]", "web-*", "blocked")
    assert [line.partition(" must")[0].partition("error: ")[2] for line in broken()] == ["web* (2)"]


def test_the_configuration_is_a_related_place() -> None:
    site()
    expect("web-*", "internet", "blocked", reason="audit 7")
    out = io.StringIO()
    main(["check", "--output-format", "json"], io.BytesIO(), out, io.StringIO())
    finding = next(each for each in json.loads(out.getvalue())["findings"] if each["rule"] == "expectation-broken")
    related = finding["related"][0]
    assert (related["path"], related["range"]["start"]) == ("vnetlint.toml", {"line": 2, "column": 3})
    assert related["message"] == "'web-*' must not reach 'internet' (audit 7)"


def test_what_depends_on_an_unknown_fact_names_it() -> None:
    site(forward_policy=None)
    expect("web-*", "internet", "blocked")
    assert broken() == [
        "web.xml:1:35: warning: web* (3) must not reach internet, but IPv4 is allowed if the host's firewall accepts "
        "what it forwards (forward_policy in the inventory) [expectation-undecided]"
    ]
    expect("network:db", "internet", "blocked")
    assert broken() == []


def test_what_should_work_and_usually_does_is_an_info() -> None:
    site(forward_policy=None)
    expect("web-*", "internet", "allowed")
    assert [line.split(": ")[1] for line in broken()] == ["info"]
    expect("web-*", "internet", "dropped")
    assert [line.split(": ")[1] for line in broken()] == ["warning"]


def test_without_an_inventory_only_what_is_certain_is_an_error() -> None:
    site()
    expect("network:db", "internet", "blocked", head="")
    assert broken() == []
    expect("web-*", "internet", "blocked", head="")
    assert [line.rpartition(" ")[2] for line in broken()] == ["[expectation-undecided]"]


def test_a_network_without_guests_is_judged_by_guests_that_it_could_have() -> None:
    site()
    for path in Path().glob("*-?.xml"):
        path.unlink()
    expect("network:db", "internet", "blocked")
    assert broken() == []
    expect("network:web", "internet", "blocked")
    assert broken() == [
        "web.xml:1:35: error: a guest of 'web' must not reach internet, but IPv4 is allowed: network 'web' lets its "
        "guests out [expectation-broken]"
    ]


def test_a_second_nic_leaves_the_network() -> None:
    site()
    Path("db-2.xml").write_text(guest("db-2", "db", "web"))
    expect("network:db", "internet", "blocked")
    assert [line.partition(" must")[0] for line in broken()] == ["web.xml:1:35: error: db-2"]


def test_a_blocked_end_is_tried_at_each_port_that_a_rule_singles_out() -> None:
    rules = [{"protocol": "tcp", "ports": [[443, 443]], "verdict": "accept"}, {"verdict": "drop"}]
    site(firewall=[{"family": "ipv4", "hook": "input", "table": "iptables", "policy": "drop", "rules": rules}])
    expect("web-*", "host", "blocked")
    assert "IPv4 TCP port 443 is allowed" in broken()[0]
    expect("web-*", "host", "allowed", protocol="tcp", port=443, family="ipv4")
    assert broken() == []
    expect("web-*", "host", "blocked", protocol="udp")
    assert broken() == []


def test_a_blocked_end_is_tried_at_each_port_of_a_network_filter() -> None:
    site(bridge_netfilter=True)
    opened = "".join(
        f"<rule action='accept' direction='{way}'><tcp dstportstart='5432'/></rule>" for way in ("in", "out")
    )
    rules = f"{opened}<rule action='drop' direction='inout'><all/></rule>"
    Path("only-db.xml").write_text(f"<filter name='only-db' chain='root'>{rules}</filter>")
    for each in (1, 2):
        text = guest(f"db-{each}", "db").replace("</interface>", "<filterref filter='only-db'/></interface>")
        Path(f"db-{each}.xml").write_text(text)
    expect("db-1", "db-2", "blocked")
    assert "IPv4 TCP port 5432 is allowed" in broken()[0]
    expect("db-1", "db-2", "blocked", protocol="tcp", port=22)
    assert broken() == []


def reach(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return (
        main(["reach", ".", "--host", "host.json", *arguments], io.BytesIO(), out, err),
        out.getvalue(),
        err.getvalue(),
    )


def test_reach_takes_the_same_names() -> None:
    site()
    code, out, _ = reach("--from", "network:w*", "--to", "network:db", "--family", "ipv4")
    assert (code, [line.split()[0] for line in out.splitlines()[:2]]) == (0, ["IPv4", "web*"])
    assert reach("--from", "network:bd")[2] == (
        "vnetlint: no guest is on a network named 'bd'; did you mean 'network:db'?\n"
    )
    assert reach("--to", "wbe")[2].startswith("vnetlint: nobody is named 'wbe'; ")


def test_config_show_prints_them_as_toml() -> None:
    site()
    expect("web-*", "internet", "blocked", reason='said "no"', protocol="tcp", port=443)
    out = io.StringIO()
    assert main(["config", "show"], io.BytesIO(), out, io.StringIO()) == 0
    shown = tomllib.loads(out.getvalue())["expect"]
    assert shown == tomllib.loads(Path("vnetlint.toml").read_text())["expect"]


def test_a_run_of_one_file_sees_the_whole_project_and_reports_its_own_findings() -> None:
    site()
    expect("web-*", "internet", "blocked")
    assert len(broken("web.xml")) == 1
    assert broken("web-1.xml") == []


def test_each_host_that_has_both_ends_is_judged() -> None:
    for host in ("a", "b"):
        write(**{f"{host}__web_xml": NAT.format("web", 6), f"{host}__web-1_xml": guest("web-1", "web")})
    write(c__other_xml=guest("other", "default"))
    Path("host.json").write_text(json.dumps(HOST))
    expect("web-*", "internet", "blocked")
    assert [line.partition(":")[0] for line in broken()] == ["a/web.xml", "b/web.xml"]


def test_somebody_may_have_the_name_in_a_file_that_cannot_be_read() -> None:
    site()
    expect("mail-*", "internet", "blocked")
    code, _, err = check()
    assert (code, err) == (2, "vnetlint: vnetlint.toml:3:1: nobody is named 'mail-*'; known: "
                              "db* (2), host, internet, lan(eth0), web* (3)\n")  # fmt: skip
    Path("mail.xml").write_text("<domain type='kvm'><name>mail-1</name>")
    assert broken() == []
    Path("mail.xml").write_text(guest("mail-{{ number }}", "web"))
    assert broken() == []


def test_a_comment_suppresses_a_broken_expectation() -> None:
    site()
    expect("web-*", "internet", "blocked")
    text = NAT.format("web", 6).replace(
        "<forward", "\n<!-- vnetlint: ignore[expectation-broken] until May -->\n<forward"
    )
    Path("web.xml").write_text(text)
    assert broken() == []
    assert "unused-suppression" not in check()[1]


def test_severity_and_selection_apply() -> None:
    site()
    expect("web-*", "internet", "blocked", head='host = "host.json"\nseverity.expectation-broken = "info"\n')
    assert [line.split(": ")[1] for line in broken()] == ["info"]
    expect("web-*", "internet", "blocked", head='host = "host.json"\nignore = ["expectation-broken"]\n')
    assert broken() == []


def test_an_extending_configuration_replaces_the_expectations() -> None:
    site()
    expect("web-*", "internet", "blocked")
    Path("vnetlint.toml").rename("base.toml")
    Path("vnetlint.toml").write_text('extend = "base.toml"\n')
    nearest_cache_clear()
    assert len(broken()) == 1
    expect("db-*", "internet", "blocked", head='extend = "base.toml"\n')
    assert broken() == []


def test_settings_with_expectations_can_be_sent_to_another_process() -> None:
    site()
    expect("web-*", "internet", "blocked", protocol="tcp", port=443)
    settings = RunPlanner(RunOptions()).run_under("vnetlint.toml", ()).settings
    assert pickle.loads(pickle.dumps(settings)) == settings
    assert pickle.loads(pickle.dumps(settings)).digest == settings.digest
    assert settings.digest != Settings(host=settings.host).digest


def test_they_are_judged_once_for_the_same_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    site()
    expect("web-*", "internet", "blocked")
    calls: list[int] = []

    def counted(*arguments: object, **options: object) -> object:
        calls.append(1)
        return judged(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("vnetlint.engine.expectations.judged", counted)
    run, memory = RunPlanner(RunOptions()).plan([read("web.xml")])[0], Memory()
    for _ in range(3):
        lint(run.inputs, run.settings, run.context, memory)
    assert len(calls) == 1


def test_an_editor_judges_only_what_is_saved(folder: Path) -> None:
    site()
    expect("web-*", "internet", "blocked")
    buffers, analyst = Buffers(), Analyst(GroupPlans(RunOptions(), [str(folder)]))
    text = NAT.format("web", 6)
    web = buffers.open(uri_of(str(folder / "web.xml")), 1, text, "utf-16")
    assert "expectation-broken" in {each.rule for each in analyst.judge(web, buffers).findings}
    typed = buffers.open(web.uri, 2, text + " ", "utf-16")
    guest_ = buffers.open(uri_of(str(folder / "web-1.xml")), 1, guest("web-1", "web"), "utf-16")
    for each in (typed, guest_):
        assert "expectation-broken" not in {one.rule for one in analyst.judge(each, buffers).findings}
    Path("web.xml").write_text(text + " ")
    assert "expectation-broken" in {each.rule for each in analyst.judge(typed, buffers).findings}


def test_an_editor_shows_the_findings_of_rules_beside_a_name_that_nobody_has(folder: Path) -> None:
    site()
    expect("mail-*", "internet", "blocked")
    buffers, analyst = Buffers(), Analyst(GroupPlans(RunOptions(), [str(folder)]))
    text = NAT.format("web", 6).replace("nat", "net")
    Path("web.xml").write_text(text)
    web = buffers.open(uri_of(str(folder / "web.xml")), 1, text, "utf-16")
    judgement = analyst.judge(web, buffers)
    assert judgement.error.startswith("vnetlint.toml:3:1: nobody is named 'mail-*'")
    assert judgement.findings


def test_newer_work_ends_the_judging() -> None:
    site()
    expect("web-*", "internet", "blocked")
    run, left = RunPlanner(RunOptions()).plan([read("web.xml")])[0], [0]

    class SupersededError(Exception):
        pass

    def pause() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise SupersededError

    left[0], memory = 1_000_000, Memory(pause)
    lint(run.inputs, run.settings, run.context, memory, expectations=False)
    # Every file has been read, so expectations are what comes first.
    left[0] = 0
    with pytest.raises(SupersededError):
        lint(run.inputs, run.settings, run.context, memory)


def test_an_error_in_the_model_is_one_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    site()
    expect("web-*", "internet", "blocked")

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("vnetlint.engine.expectations.breaches", fails)
    code, out, _ = check()
    assert (code, out.count("[internal-error]")) == (2, 1)


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_expectations_about_everybody_take_no_minutes() -> None:
    Path("host.json").write_text(json.dumps(HOST))
    for number in range(50):
        write(**{f"n{number}_xml": NAT.format(f"n{number}", number)})
        write(**{f"g{number}-{each}_xml": guest(f"g{number}-{each}", f"n{number}") for each in range(4)})
    expect("*", "*", "blocked")
    started = time.monotonic()
    assert len(broken()) == 103
    assert time.monotonic() - started < 30
