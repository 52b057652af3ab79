"""Configuration: the nearest file applies to each file, and every key has its effect."""

import io
import json
import os
import shutil
from pathlib import Path

import pytest

from vnetlint.cli.main import main
from vnetlint.config.file import has_section, nearest
from vnetlint.config.jsonschema import schema
from vnetlint.config.load import load
from vnetlint.config.model import Config
from vnetlint.rulebook.catalogue import builtin
from vnetlint.schema.sets import schema_for

BRIDGED = "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/><ip address='10.0.0.1'/></network>\n"
GUEST = ("<domain type='kvm'><name>web</name><devices><interface type='network'><source network='{}'/></interface>"
         "</devices></domain>\n")  # fmt: skip


def check(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["check", "--output-format", "concise", *arguments], io.BytesIO(), out, err)
    return code, out.getvalue(), err.getvalue()


def write(**files: str) -> None:
    """Write files by name; `__` means `/`, and `_` the dot before the ending."""
    for name, text in files.items():
        path = Path(name.replace("__", "/").rpartition("_")[0] + "." + name.rpartition("_")[2])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    nearest_cache_clear()
    return tmp_path


def nearest_cache_clear() -> None:
    from vnetlint.config import load as config

    config.forget()


def test_the_nearest_configuration_applies_to_each_file() -> None:
    write(lan_xml=BRIDGED, a__lan_xml=BRIDGED, a__b__lan_xml=BRIDGED)
    write(vnetlint_toml='ignore = ["ip-on-bridged-network"]\n', a__vnetlint_toml='select = ["VN1010"]\n')
    assert check()[1].count("[ip-on-bridged-network]") == 2
    assert nearest("a/b/lan.xml") == str(Path("a/vnetlint.toml").absolute())


def test_configurations_are_not_merged_without_extend() -> None:
    write(lan_xml="<x/>", vnetlint_toml='ignore = ["network"]\n', a__lan_xml=BRIDGED)
    write(a__vnetlint_toml="complete = true\n")
    assert "[ip-on-bridged-network]" in check("a")[1]
    nearest_cache_clear()
    write(a__vnetlint_toml='extend = "../vnetlint.toml"\ncomplete = true\n')
    assert "[ip-on-bridged-network]" not in check("a")[1]


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("[tool.vnetlint]", True),
        ('[ tool . "vnetlint" ]', True),
        ("[tool.'vnetlint'.rules]", True),
        ("[tool]\nvnetlint = {}", True),
        ("tool = { vnetlint = {} }", True),
        ("tool.vnetlint.ignore = []", True),
        ("[[tool.vnetlint]]", True),
        ('["t\\u006fol"."vnet\\U0000006cint"]', True),
        ("[tool.vnetlint", True),
        ("[tool.ruff]\nselect = ['vnetlint']", False),
        ("[project]\nname = 'vnetlint'\n[project.scripts]\nvnetlint = 'tool'", False),
        ("[tool]\nother = 'vnetlint'", False),
        ("[tool.vnetlinter]", False),
        ("[other.vnetlint]\n[tool.x]", False),
    ],
)
def test_a_pyproject_has_a_section_however_it_is_written(text: str, has: bool) -> None:
    write(pyproject_toml=text)
    assert has_section("pyproject.toml") is has


def test_pyproject_is_read_if_it_has_a_section() -> None:
    write(lan_xml=BRIDGED, pyproject_toml='[tool.vnetlint]\nignore = ["network"]\n')
    assert "[ip-on-bridged-network]" not in check()[1]
    nearest_cache_clear()
    write(pyproject_toml='[project]\nname = "x"\n')
    assert "[ip-on-bridged-network]" in check()[1]


def test_isolated_reads_no_configuration_and_options_override_it() -> None:
    write(lan_xml=BRIDGED, vnetlint_toml='select = ["VN2020"]\n')
    assert check()[0] == 0
    assert check("--isolated")[0] == 1
    assert check("--select", "VN1010")[0] == 1


def test_severity_is_configured_by_name() -> None:
    write(lan_xml=BRIDGED, vnetlint_toml='select = ["VN1010"]\n[severity]\nip-on-bridged-network = "info"\n')
    code, out, _ = check()
    assert code == 0
    assert ": info: " in out


def test_rules_are_ignored_by_file() -> None:
    write(lan_xml=BRIDGED, old__lan_xml=BRIDGED)
    write(vnetlint_toml='select = ["VN1010"]\n[per-file-ignores]\n"old/" = ["network"]\n')
    assert [line.split(":")[0] for line in check()[1].splitlines()] == ["lan.xml"]


def test_the_rest_of_the_folder_is_context_and_not_checked() -> None:
    write(lan_xml=BRIDGED, web_xml=GUEST.format("lan"), vnetlint_toml="complete = true\n")
    assert check("web.xml")[:2] == (0, "")
    nearest_cache_clear()
    write(vnetlint_toml='complete = true\ninclude = ["web.xml"]\n')
    assert "[unknown-network]" in check("web.xml")[1]


def test_missing_names_are_reported_if_complete_and_not_external() -> None:
    write(web_xml=GUEST.format("lan"), vnetlint_toml="complete = true\n")
    assert ": error: " in check()[1]
    nearest_cache_clear()
    write(vnetlint_toml='complete = true\nexternal = ["lan"]\n')
    assert check()[:2] == (0, "")


def test_paths_are_relative_to_the_configuration() -> None:
    write(a__host_json='{"version": 1, "interfaces": []}', a__vnetlint_toml='host = "host.json"\nselect = ["VN3001"]\n')
    write(a__b__lan_xml=BRIDGED)
    assert "the host has no bridge 'br0'" in check("a/b")[1]


def test_the_target_libvirt_is_configured() -> None:
    titled = "<network><name>lan</name><title>x</title></network>\n"
    write(lan_xml=titled, vnetlint_toml='target-libvirt = "9.0.0"\n')
    assert "[needs-newer-libvirt]" in check()[1]


SITE = """<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="urn:site">
  <start><element name="owner"><attribute name="team"><text/></attribute></element></start>
</grammar>
"""


def test_a_site_checks_its_own_metadata() -> None:
    lan = "<network><name>lan</name><metadata><s:owner xmlns:s='urn:site' taem='ops'/></metadata></network>\n"
    write(lan_xml=lan, site_rng=SITE, vnetlint_toml='[metadata]\n"urn:site" = "site.rng"\n')
    assert check()[1] == (
        "lan.xml:1:64: error: unknown attribute 'taem' on <s:owner>; did you mean 'team'? [schema-unknown-attribute]\n"
    )
    nearest_cache_clear()
    write(lan_xml=lan.replace("taem", "team"))
    assert check()[:2] == (0, "")


def test_the_schema_names_every_key() -> None:
    assert set(schema()["properties"]) == {name.replace("_", "-") for name in Config.model_fields}


def test_loading_records_where_each_value_comes_from(folder: Path) -> None:
    write(base_toml='ignore = ["network"]\ncomplete = true\n', vnetlint_toml='extend = "base.toml"\ncomplete = false\n')
    loaded = load(str(folder / "vnetlint.toml"))
    assert loaded.config.complete is False
    assert {keys: os.path.basename(origin.file.path) for keys, origin in loaded.origins.items()} == {
        ("extend",): "vnetlint.toml",
        ("complete",): "vnetlint.toml",
        ("ignore",): "base.toml",
    }


def test_every_rule_can_be_named() -> None:
    names = json.dumps([rule.name for rule in builtin()])
    write(lan_xml=BRIDGED, vnetlint_toml=f"ignore = {names}\n")
    assert check()[0] == 0


NAT = ("<network><name>n</name><forward mode='nat'><nat><port start='2000' end='2099'/></nat></forward>"
       "<ip address='10.9.0.1' prefix='24'/></network>\n")  # fmt: skip


def test_options_of_a_rule_are_set_by_its_name_or_code() -> None:
    write(lan_xml=NAT)
    assert "share only 100 ports [nat-ports-few]" in check()[1]
    for name in ("nat-ports-few", "VN1407", '"nat-ports-few"'):
        nearest_cache_clear()
        write(vnetlint_toml=f"[options.{name}]\nenough = 100\n")
        assert check()[:2] == (0, "")


def test_files_under_other_configurations_have_other_options() -> None:
    write(lan_xml=NAT, a__lan_xml=NAT.replace(">n<", ">m<").replace("10.9", "10.8"))
    write(a__vnetlint_toml="[options.nat-ports-few]\nenough = 50\n")
    assert [line.split(":")[0] for line in check()[1].splitlines()] == ["lan.xml"]


def test_fixing_uses_the_options_too() -> None:
    write(lan_xml=NAT, vnetlint_toml="[options.nat-ports-few]\nenough = 50\n")
    assert check("--fix", "--choose", "nat-ports-few")[0] == 0
    assert Path("lan.xml").read_text() == NAT
    assert check("--fix", "--choose", "nat-ports-few", "--isolated")[0] == 0
    assert Path("lan.xml").read_text() != NAT


def test_a_site_configures_its_own_placeholders() -> None:
    write(lan_xml="<network><name>lan</name><mtu size='::mtu::'/></network>\n")
    assert check()[0] == 1
    nearest_cache_clear()
    write(vnetlint_toml="placeholders = ['::[a-z]+::']\n")
    assert check()[:2] == (0, "")


def test_codes_work_wherever_rule_names_do() -> None:
    write(lan_xml=BRIDGED, vnetlint_toml='select = ["VN1010"]\n[severity]\nVN1010 = "info"\n')
    assert ": info: " in check()[1]
    nearest_cache_clear()
    write(vnetlint_toml='[per-file-ignores]\n"lan.xml" = ["VN1010", "bridge-without-uplink"]\n')
    assert "[ip-on-bridged-network]" not in check()[1]


def test_tables_are_merged_with_those_of_an_extended_configuration() -> None:
    write(base_toml='[severity]\nVN1407 = "error"\nVN1010 = "error"\n[options.VN1407]\nenough = 500\n')
    write(vnetlint_toml='extend = "base.toml"\n[severity]\nip-on-bridged-network = "info"\n[options.nat-ports-few]\n')
    loaded = load(str(Path("vnetlint.toml").absolute()))
    assert loaded.config.severity == {"ip-on-bridged-network": "info", "nat-ports-few": "error"}
    assert loaded.options["nat-ports-few"] == all_options("nat-ports-few", enough=500)
    assert loaded.place("severity", "nat-ports-few") == "base.toml:2:1"
    assert loaded.place("severity", "ip-on-bridged-network") == "vnetlint.toml:3:1"


def all_options(name: str, **values: object) -> object:
    options = builtin().find(name).options
    assert options is not None
    return options(**values)


def test_paths_and_patterns_are_relative_to_the_extended_configuration() -> None:
    """The site's configuration extends one in the folder above, which sets every key that names a file."""
    shared = {
        "host": 'host = "host.json"\n',
        "metadata": 'complete = true\n[metadata]\n"urn:site" = "site.rng"\n',
        "per-file-ignores": '[per-file-ignores]\n"site/old/" = ["network"]\n',
        "include": 'complete = true\ninclude = ["others/"]\n',
    }
    owned = "<network><name>own</name><metadata><s:owner xmlns:s='urn:site' taem='ops'/></metadata></network>\n"
    write(host_json='{"version": 1, "interfaces": []}', site_rng=SITE, others__lan_xml=BRIDGED)
    write(site__owned_xml=owned, site__old__lan_xml=BRIDGED.replace("lan", "old"), site__web_xml=GUEST.format("lan"))
    write(site__vnetlint_toml='extend = "../base.toml"\n')
    said = {}
    for key, text in shared.items():
        nearest_cache_clear()
        write(base_toml=text)
        said[key] = check("site")[1]
    assert "the host has no bridge 'br0'" in said["host"]
    assert "unknown attribute 'taem'" in said["metadata"]
    assert "[ip-on-bridged-network]" in said["metadata"]
    assert "[ip-on-bridged-network]" not in said["per-file-ignores"]
    assert "[unknown-network]" in said["metadata"]
    assert "[unknown-network]" not in said["include"]


def test_a_schema_folder_is_relative_to_the_configuration_that_names_it() -> None:
    write(site__lan_xml=BRIDGED, site__vnetlint_toml='extend = "../base.toml"\n', base_toml='schemas = "grammars"\n')
    assert check("site")[2].startswith("vnetlint: base.toml:1:1: grammars: there is no network.rng")
    schemas = schema_for("network").parent
    shutil.copytree(schemas, "grammars", ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.xsd"))
    nearest_cache_clear()
    assert check("site")[0] == 1


def test_an_include_pattern_is_relative_to_the_configuration_that_sets_it() -> None:
    write(base__base_toml='include = ["*.xml"]\n', vnetlint_toml='extend = "base/base.toml"\n', lan_xml=BRIDGED)
    assert check()[2] == "vnetlint: base/base.toml:1:1: no file matches *.xml\n"


def test_the_page_says_what_the_profiles_have() -> None:
    page = (Path(__file__).parent.parent / "docs" / "configuration.md").read_text("utf-8")
    default, strict, every = (builtin().select([name]) for name in ("default", "strict", "all"))
    assert default < strict <= every
    assert (strict == every) == ("at present it has the same rules as `strict`" in page)
    assert "suppression-without-reason" in strict - default
