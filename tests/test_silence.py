"""Rules that report nothing for want of an inventory are counted and listed, and the table of them is true."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from vnetlint.cli.main import main
from vnetlint.host import Inventory
from vnetlint.rulebook import hostneeds
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.hostneeds import NEEDS
from vnetlint.rulebook.silence import silenced
from vnetlint.testing.cases import bad_case

NETWORK = "<network><name>n</name><forward mode='nat'/><ip address='10.0.0.1' prefix='24'/></network>"
FILTER = "<filter name='f'><rule action='accept' direction='in'><tcp/></rule></filter>"
RULES = ("bridge-without-uplink", "dns-port-taken", "iommu-missing", "zero-mac")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("n.xml").write_text(NETWORK)


def check(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["check", *arguments], io.BytesIO(), out, err)
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize("name", sorted(NEEDS))
def test_a_rule_in_the_table_reports_nothing_without_an_inventory(name: str) -> None:
    assert {*NEEDS[name]} <= Inventory.model_fields.keys()
    case = bad_case(builtin()[name])
    assert case is not None
    without = replace(case, settings=replace(case.settings, host=None))
    assert any(each.rule == name for each in case.lint().findings)
    assert not any(each.rule == name for each in without.lint().findings)


def test_only_rules_about_the_documents_that_are_there_count() -> None:
    assert silenced(RULES, builtin(), {"network"}).keys() == {"bridge-without-uplink", "dns-port-taken"}
    assert silenced(RULES, builtin(), {"domain"}).keys() == {"bridge-without-uplink", "iommu-missing"}
    assert silenced(RULES, builtin(), {"filter", "interface"}) == {}


def test_a_key_that_is_known_makes_a_rule_speak() -> None:
    assert silenced(RULES, builtin(), {"network"}, {"interfaces"}) == {"dns-port-taken": ("dns_listeners",)}


def test_a_run_without_an_inventory_says_once_how_many_rules_are_silent() -> None:
    code, out, err = check()
    count = len(silenced(builtin().select(["default"]), builtin(), {"network"}))
    hint = f"{count} rules need the host's inventory (--host); --explain-silence lists them.\n"
    assert (code, out, err) == (0, f"{hint}Checked 1 file: no findings.\n", "")
    for name in ("concise", "json", "sarif", "junit", "github", "gitlab"):
        assert "explain-silence" not in "".join(map(str, check("--output-format", name)))


def test_nothing_is_said_about_filters_and_rules_that_do_not_run() -> None:
    Path("n.xml").write_text(FILTER)
    assert check()[1] == "Checked 1 file: no findings.\n"
    Path("n.xml").write_text(NETWORK)
    assert check("--select", "zero-mac")[1] == "Checked 1 file: no findings.\n"
    assert check("--select", "dns-port-taken")[1].startswith("1 rule needs the host's inventory (--host); ")


def test_the_rules_are_listed_with_their_keys() -> None:
    _, out, _ = check("--explain-silence", "--select", "dns-port-taken,host-drops-forwarded-traffic")
    assert out == (
        "2 rules need the host's inventory (--host), with these keys:\n"
        "  dns-port-taken                dns_listeners\n"
        "  host-drops-forwarded-traffic  forward_policy\n\n"
        "Checked 1 file: no findings.\n"
    )


def test_an_inventory_that_lacks_keys_is_explained_when_asked() -> None:
    Path("host.json").write_text(json.dumps({"version": 1, "interfaces": []}))
    assert check("--host", "host.json")[1] == "Checked 1 file: no findings.\n"
    _, out, _ = check("--host", "host.json", "--explain-silence", "--select", "dns-port-taken,wireless-uplink")
    assert out.startswith("1 rule needs keys that the inventory lacks:\n  dns-port-taken  dns_listeners\n")
    _, out, _ = check("--host", "host.json", "--explain-silence", "--select", "wireless-uplink")
    assert out.startswith("No rule is silent for want of an inventory.\n")


@pytest.mark.parametrize("option", ["--statistics", "--diff", "--output-format=json"])
def test_the_list_is_part_of_the_full_report_alone(option: str) -> None:
    code, _, err = check("--explain-silence", option)
    assert (code, err) == (2, "vnetlint: --explain-silence needs the format full, without --statistics or --diff\n")


def test_contradictions_are_noted_once_and_the_run_goes_on() -> None:
    Path("host.json").write_text('{"version": 1, "interfaces": [], "routes": [{"to": "default", "dev": "eth0"}]}')
    code, out, err = check("--host", "host.json", "--select", "wireless-uplink")
    assert (code, out) == (0, "Checked 1 file: no findings.\n")
    message = "the route to 0.0.0.0/0 uses 'eth0', which is not in 'interfaces'"
    assert err == f"vnetlint: host.json:1:63: contradiction: {message}\n"


@pytest.mark.parametrize(("name", "is_loaded"), [("full", True), ("concise", False), ("json", False)])
def test_the_table_is_loaded_only_for_a_report_that_shows_it(name: str, is_loaded: bool) -> None:
    program = (
        "import io, sys; from vnetlint.cli.main import main;"
        f"main(['check', '--output-format', {name!r}], io.BytesIO(), io.StringIO(), io.StringIO());"
        "print('vnetlint.rulebook.hostneeds' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(is_loaded)


def test_the_table_is_current() -> None:
    folder = Path(__file__).parent.parent / "docs"
    program = f"import sys; sys.path.insert(0, {str(folder)!r}); from needs import needs; print(needs(), end='')"
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert Path(str(hostneeds.__file__)).read_text("utf-8") == made, "run `make docs`"
