"""Keys for some files, and several hosts in one configuration."""

import json
import time
from pathlib import Path

import pytest

from tests.lsp.test_plans import opened
from tests.policy.probe import HEAD
from tests.test_cli import Ran
from tests.test_config import BRIDGED, GUEST, nearest_cache_clear, write
from tests.worktime import in_time
from vnetlint.config.chain import MAX_OVERRIDES
from vnetlint.config.model import NOT_OVERRIDDEN, ConfigKeys, OverrideTable
from vnetlint.config.plan import RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.files.read import read
from vnetlint.lsp.documents import Buffers
from vnetlint.lsp.plans import GroupPlans

NAT = "<network><name>{}</name><forward mode='nat'/><ip address='10.7.0.1' prefix='24'/></network>\n"
BRIDGE = "<network><name>outside</name><forward mode='bridge'/><bridge name='br0'/></network>\n"
HOST = '{{"version": 1, "interfaces": [{}], "routes": [{{"to": "default", "via": "192.168.50.1", "dev": "br0"}}]}}'
BR0 = """{"name": "br0", "kind": "bridge", "addresses": ["192.168.50.10/24"], "ports": ["eno1"]},
{"name": "eno1", "master": "br0"}"""
TWO_HOSTS = """\
[[overrides]]
files = ["hosts/alpha/", "networks/common/"]
host = "hosts/alpha/host.json"
complete = true

[[overrides]]
files = ["hosts/beta/", "networks/common/"]
host = "hosts/beta/host.json"
complete = true
"""
OVERLAP = "subnet-overlap"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    nearest_cache_clear()
    return tmp_path


def site(configuration: str = TWO_HOSTS) -> None:
    """Two hosts with the same subnet, and a bridged network that both have."""
    write(hosts__alpha__lan_xml=NAT.format("lan"), hosts__beta__nat_xml=NAT.format("nat"))
    write(networks__common__outside_xml=BRIDGE)
    write(hosts__alpha__host_json=HOST.format(BR0), hosts__beta__host_json=HOST.format(BR0))
    write(vnetlint_toml=configuration)


def found(*arguments: str) -> list[tuple[str, str, str]]:
    """The path, severity and rule of each finding."""
    nearest_cache_clear()
    ran = Ran("check", "--output-format", "json", *arguments)
    assert ran.code in (0, 1), ran.err
    return [(each["path"], each["severity"], each["rule"]) for each in json.loads(ran.out)["findings"]]


def refused(text: str) -> str:
    nearest_cache_clear()
    write(vnetlint_toml=text)
    ran = Ran("check")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    return ran.err.removeprefix("vnetlint: ").rstrip()


class TestHosts:
    def test_two_hosts_may_have_the_same_subnet(self) -> None:
        site()
        assert found("--min-severity", "info") == []
        write(hosts__alpha__guests__more_xml=NAT.format("more"))
        assert [each[0] for each in found("--fail-on", "error") if "subnet" in each[2]] != []

    def test_without_entries_folders_are_hosts(self) -> None:
        site("")
        assert {each[1] for each in found() if "subnet" in each[2]} == {"info"}

    def test_folders_of_one_host_are_one_project(self) -> None:
        site(TWO_HOSTS.replace("complete = true\n", ""))
        write(hosts__alpha__guests__more_xml=NAT.format("more"))
        severities = [(path, severity) for path, severity, rule in found() if "subnet" in rule]
        assert severities
        assert all(path.startswith("hosts/alpha/") for path, _ in severities)
        assert {severity for _, severity in severities} != {"info"}

    def test_a_network_of_another_host_is_unknown(self) -> None:
        site()
        write(hosts__alpha__web_xml=GUEST.format("nat"), hosts__beta__web_xml=GUEST.format("nat"))
        assert found() == [("hosts/alpha/web.xml", "error", "unknown-network")]

    def test_every_host_sees_a_shared_network(self) -> None:
        site()
        write(hosts__alpha__web_xml=GUEST.format("outside"), hosts__beta__web_xml=GUEST.format("outside"))
        assert found() == []
        assert found("hosts/alpha/web.xml") == []

    def test_a_shared_file_is_judged_with_the_last_host(self) -> None:
        site()
        write(hosts__alpha__host_json=HOST.format('{"name": "eno1"}'))
        assert found() == []
        write(hosts__alpha__host_json=HOST.format(BR0), hosts__beta__host_json=HOST.format('{"name": "eno1"}'))
        assert found() == [("networks/common/outside.xml", "error", "bridge-without-uplink")]

    def test_each_finding_is_reported_once(self) -> None:
        site()
        write(networks__common__lan_xml=BRIDGED)
        rules = [each for each in found() if each[2] == "ip-on-bridged-network"]
        assert rules == [("networks/common/lan.xml", "error", "ip-on-bridged-network")]

    def test_files_of_no_host_are_a_project_too(self) -> None:
        site()
        write(examples__lan_xml=NAT.format("other"), examples__web_xml=GUEST.format("lan"))
        assert found() == [("examples/web.xml", "info", "unknown-network")]

    def test_it_works_through_extend(self) -> None:
        site("extend = 'conf/base.toml'\n")
        write(conf__base_toml=TWO_HOSTS.replace('"hosts', '"../hosts').replace('"networks', '"../networks'))
        assert refused("extend = 'conf/base.toml'\n") == "conf/base.toml:2:10: no file matches '../hosts/alpha/'"
        write(base_toml=TWO_HOSTS)
        write(vnetlint_toml="extend = 'base.toml'\n", hosts__alpha__web_xml=GUEST.format("nat"))
        assert found() == [("hosts/alpha/web.xml", "error", "unknown-network")]
        write(vnetlint_toml="extend = 'base.toml'\noverrides = []\n")
        assert "unknown-network" not in {each[2] for each in found()}

    def test_it_works_in_a_pyproject(self) -> None:
        site("")
        Path("vnetlint.toml").unlink()
        write(pyproject_toml=TWO_HOSTS.replace("[[", "[[tool.vnetlint."), hosts__alpha__web_xml=GUEST.format("nat"))
        assert found() == [("hosts/alpha/web.xml", "error", "unknown-network")]

    def test_an_option_overrides_every_entry(self) -> None:
        site()
        write(none_json=HOST.format('{"name": "eno1"}'))
        assert found("--host", "none.json") == [("networks/common/outside.xml", "error", "bridge-without-uplink")]

    def test_a_file_of_a_host_is_not_of_it_if_negated(self) -> None:
        site(TWO_HOSTS.replace('"hosts/alpha/"', '"hosts/alpha/", "!hosts/alpha/old/"'))
        write(hosts__alpha__old__lan_xml=NAT.format("older"))
        assert found() == []

    def test_an_expectation_of_a_host_is_about_it(self) -> None:
        expect = "\n[[overrides.expect]]\nfrom = 'network:{}'\nto = 'internet'\nverdict = 'blocked'\n"
        site(TWO_HOSTS + expect.format("nat"))
        assert found() == [("hosts/beta/nat.xml", "warning", "expectation-undecided")]
        write(vnetlint_toml=TWO_HOSTS + expect.format("lan"))
        nearest_cache_clear()
        assert Ran("check").err.startswith("vnetlint: vnetlint.toml:12:1: no guest is on a network named 'lan'")

    def test_an_expectation_of_the_configuration_is_about_every_host_with_both_ends(self) -> None:
        expect = "[[expect]]\nfrom = 'network:lan'\nto = 'internet'\nverdict = 'blocked'\n"
        site(expect + TWO_HOSTS)
        assert found() == [("hosts/alpha/lan.xml", "warning", "expectation-undecided")]


class TestSettings:
    def test_an_entry_without_a_host_only_changes_settings(self) -> None:
        write(lan_xml=BRIDGED, staging__lan_xml=BRIDGED.replace("lan", "l2"), staging__web_xml=GUEST.format("lan"))
        write(vnetlint_toml="complete = true\n[[overrides]]\nfiles = ['staging/']\nseverity.VN1010 = 'info'\n")
        severities = {path: severity for path, severity, rule in found() if rule == "ip-on-bridged-network"}
        assert severities == {"lan.xml": "error", "staging/lan.xml": "info"}
        assert not [each for each in found() if each[2] == "unknown-network"]
        assert not [each for each in found("staging/web.xml") if each[2] == "unknown-network"]

    def test_later_entries_override_earlier_ones_and_tables_are_merged(self) -> None:
        write(a__b__lan_xml=BRIDGED)
        write(
            vnetlint_toml="""
ignore = ["network"]
[severity]
ip-on-bridged-network = "error"
[[overrides]]
files = ["a/"]
ignore = []
severity = { VN1010 = "warning" }
[[overrides]]
files = ["a/b/"]
severity = { ip-on-bridged-network = "info", VN2020 = "info" }
"""
        )
        assert ("a/b/lan.xml", "info", "ip-on-bridged-network") in found()
        write(vnetlint_toml="ignore = ['VN1010']\n[[overrides]]\nfiles = ['a/']\nignore = ['network']\n")
        assert "ip-on-bridged-network" not in {each[2] for each in found()}

    def test_a_policy_of_some_files(self) -> None:
        policy = HEAD + "select = 'network'\nvalue = 'mode'\ndeny = ['bridge']\n"
        write(lan_xml=BRIDGED, dmz__lan_xml=BRIDGED, site_toml=policy)
        write(vnetlint_toml="[[overrides]]\nfiles = ['dmz/']\npolicies = ['site.toml']\nseverity.probe = 'info'\n")
        assert [each for each in found() if each[2] == "probe"] == [("dmz/lan.xml", "info", "probe")]

    def test_options_placeholders_and_min_severity(self) -> None:
        config = "[[overrides]]\nfiles = ['a/']\nmin-severity = 'error'\noptions.VN1407.enough = 5\n"
        write(a__lan_xml=BRIDGED, vnetlint_toml=config)
        (run,) = RunPlanner(RunOptions()).plan([read("a/lan.xml")])
        assert run.min_severity == "error"
        assert list(run.settings.options) == ["nat-ports-few"]

    def test_an_entry_has_every_key_that_is_not_about_all_files(self) -> None:
        every = {name.replace("_", "-") for name in ConfigKeys.model_fields}
        own = {name.replace("_", "-") for name in OverrideTable.model_fields}
        assert own == (every - set(NOT_OVERRIDDEN)) | {"files"}


ENTRY = "[[overrides]]\nfiles = ['*.xml']\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[overrides]\nfiles = ['a']\n", "1:2: invalid value for 'overrides': expected a list"),
        ("overrides = ['a']\n", "1:14: invalid value for 'overrides[0]': expected a table"),
        ("[[overrides]]\nhost = 'h'\n", "1:3: overrides[0]: missing key 'files'"),
        ("[[overrides]]\nfiles = []\n", "2:1: invalid value for 'overrides[0].files': expected at least 1 item"),
        ("[[overrides]]\nfiles = 'a'\n", "2:1: invalid value for 'overrides[0].files': expected a list"),
        ("[[overrides]]\nfiles = ['lan.xml', '']\n", "2:21: invalid value for 'overrides[0].files[1]': expected a s"),
        ("[[overrides]]\nfiles = ['lan.xml', 'old/']\n", "2:21: no file matches 'old/'"),
        ("exclude = ['old/']\n[[overrides]]\nfiles = ['old/']\n", "3:10: no file matches 'old/' that is not excluded"),
        ("[[overrides]]\nfiles = ['!old/']\n", "2:10: no file matches '!old/'"),
        (f"{ENTRY}{ENTRY}hots = 'a'\n", "5:1: overrides[1]: unknown key 'hots'; did you mean 'host'?"),
        (f"{ENTRY}inventory = 'a'\n", "3:1: overrides[0]: unknown key 'inventory'; did you mean 'host'?"),
        (f"{ENTRY}extend = 'a'\n", "3:1: overrides[0]: unknown key 'extend': 'extend' is for all files; move it out"),
        (f"{ENTRY}baseline = 'a'\n", "3:1: overrides[0]: unknown key 'baseline': 'baseline' is for all files; "),
        (f"{ENTRY}complete = 1\n", "3:1: invalid value for 'overrides[0].complete': expected true or false"),
        (f"{ENTRY}host = 'none.json'\n", "3:1: none.json does not exist"),
        (f"{ENTRY}ignore = ['networks']\n", "3:11: unknown rule 'networks'; did you mean 'network"),
        (f"{ENTRY}severity.VN1010 = 'x'\n", "3:10: invalid value for 'overrides[0].severity.VN1010': expected 'error"),
        (f"{ENTRY}severity.VN9999 = 'info'\n", "3:10: unknown rule 'VN9999'"),
        (f"{ENTRY}severity = {{ VN1010 = 'info', ip-on-bridged-network = 'info' }}\n",
         "3:31: overrides[0].severity: 'VN1010' and 'ip-on-bridged-network' are the same rule"),
        (f"{ENTRY}options.VN1407.enough = 0\n", "3:16: invalid value for 'overrides[0].options.VN1407.enough': expe"),
        (f"{ENTRY}options.VN1407.enogh = 9\n", "3:16: overrides[0].options.VN1407: unknown key 'enogh'; did you m"),
        (f"{ENTRY}options.VN1010.x = 9\n", "3:9: the rule VN1010 has no options"),
        (f"{ENTRY}policies = ['hardning']\n", "3:13: unknown policy 'hardning'; did you mean 'hardening'?"),
        (f"{ENTRY}target-libvirt = 'x'\n", "3:1: invalid libvirt version 'x': expected a version such as 9.0.0"),
        (f"{ENTRY}[[overrides.expect]]\nfrom = 'a'\n", "3:13: overrides[0].expect[0]: missing key 'to'"),
        (f"{ENTRY}expect = [{{ form = 'a' }}]\n", "3:11: overrides[0].expect[0]: missing key 'from'"),
        ("hosts = []\n", "1:1: unknown key 'hosts'; did you mean 'overrides'?"),
        ("override = []\n", "1:1: unknown key 'override'; did you mean 'overrides'?"),
        (f"{ENTRY}\n" * (MAX_OVERRIDES + 1), "1:3: invalid value for 'overrides': expected at most 500 items"),
    ],
)  # fmt: skip
def test_a_fault_in_an_entry_is_one_line_with_its_place(text: str, said: str) -> None:
    write(lan_xml=BRIDGED)
    assert refused(text).startswith(f"vnetlint.toml:{said}")


class TestOtherCommands:
    def test_reach_uses_the_inventory_of_the_host(self) -> None:
        site()
        write(hosts__beta__web_xml=GUEST.format("outside"))
        ran = Ran("reach", "networks/common", "hosts/beta")
        assert (ran.code, ran.err) == (0, "")
        assert "No inventory" not in ran.out

    def test_files_of_several_hosts_are_noted(self) -> None:
        site()
        ran = Ran("show", ".")
        note = "these files are of 2 hosts (vnetlint.toml:1:3, vnetlint.toml:6:3): name those of one only"
        assert ran.err == f"vnetlint: {note}\n"

    def test_mode_uses_the_entry(self) -> None:
        site(TWO_HOSTS + "target-libvirt = '1.0.0'\n")
        assert Ran("mode", "hosts/beta/nat.xml", "routed").code == 1

    def test_a_baseline_holds_the_findings_of_all_hosts(self) -> None:
        site()
        write(hosts__alpha__web_xml=GUEST.format("nat"), hosts__beta__web_xml=GUEST.format("lan"))
        assert Ran("baseline", "write", "--baseline", "held.json").code == 0
        assert Ran("check", "--baseline", "held.json").code == 0
        assert Ran("baseline", "check", "--baseline", "held.json").out == "0 new findings, 0 no longer found\n"

    def test_editors_see_the_files_of_the_host(self, folder: Path) -> None:
        site()
        buffers, plans = Buffers(), GroupPlans(RunOptions(), [str(folder)])
        run = plans.run_for(opened(buffers, folder / "hosts/alpha/lan.xml"), buffers)
        assert [each.path for each in run.context] == ["networks/common/outside.xml"]
        assert run.settings.one_host
        write(vnetlint_toml="")
        assert plans.refresh()
        run = plans.run_for(opened(buffers, folder / "hosts/alpha/lan.xml"), buffers)
        assert not run.settings.one_host
        assert len(run.context) == 2


def test_many_hosts_take_time_in_proportion_to_their_files() -> None:
    count = 150
    for number in range(count):
        write(**{f"hosts__h{number}__lan_xml": NAT.format(f"lan{number}")})
    entry = "[[overrides]]\nfiles = ['hosts/h{}/', '*.shared']\ncomplete = true\n"
    write(
        x_shared="", vnetlint_toml="".join(entry.format(number).replace(", '*.shared'", "") for number in range(count))
    )
    started = time.process_time()
    runs = RunPlanner(RunOptions()).plan([read(f"hosts/h{number}/lan.xml") for number in range(count)])
    assert in_time(time.process_time() - started, 4)
    assert len(runs) == count
    assert not any(run.context for run in runs)
