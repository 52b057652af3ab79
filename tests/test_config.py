"""Configuration: the nearest file holds, says what it may, and is told off in one line where it may not."""

import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vnetlint.cli.main import main
from vnetlint.config import Config, load, schema
from vnetlint.configfile import nearest
from vnetlint.registry import all_rules

BRIDGED = "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/><ip address='10.0.0.1'/></network>\n"
GUEST = ("<domain type='kvm'><name>web</name><devices><interface type='network'><source network='{}'/></interface>"
         "</devices></domain>\n")  # fmt: skip


def check(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["check", "--output-format", "concise", *arguments], io.BytesIO(), out, err)
    return code, out.getvalue(), err.getvalue()


def write(**files: str) -> None:
    """Write files by name; `__` stands for a folder, `_` for the dot before the ending."""
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
    from vnetlint import config, configfile

    configfile._nearest_to.cache_clear()
    config.load.cache_clear()


def test_the_nearest_configuration_holds_for_each_file() -> None:
    write(lan_xml=BRIDGED, a__lan_xml=BRIDGED, a__b__lan_xml=BRIDGED)
    write(vnetlint_toml='ignore = ["ip-on-bridged-network"]\n', a__vnetlint_toml='select = ["VN1010"]\n')
    assert check()[1].count("[ip-on-bridged-network]") == 2
    assert nearest("a/b/lan.xml") == str(Path("a/vnetlint.toml").absolute())


def test_nothing_is_merged_unless_it_is_extended() -> None:
    write(lan_xml="<x/>", vnetlint_toml='ignore = ["network"]\n', a__lan_xml=BRIDGED)
    write(a__vnetlint_toml="complete = true\n")
    assert "[ip-on-bridged-network]" in check("a")[1]
    nearest_cache_clear()
    write(a__vnetlint_toml='extend = "../vnetlint.toml"\ncomplete = true\n')
    assert "[ip-on-bridged-network]" not in check("a")[1]


def test_pyproject_is_read_where_it_has_a_section() -> None:
    write(lan_xml=BRIDGED, pyproject_toml='[tool.vnetlint]\nignore = ["network"]\n')
    assert "[ip-on-bridged-network]" not in check()[1]
    nearest_cache_clear()
    write(pyproject_toml='[project]\nname = "x"\n')
    assert "[ip-on-bridged-network]" in check()[1]


def test_isolated_sees_no_configuration_and_an_option_stands_above_it() -> None:
    write(lan_xml=BRIDGED, vnetlint_toml='select = ["VN2020"]\n')
    assert check()[0] == 0
    assert check("--isolated")[0] == 1
    assert check("--select", "VN1010")[0] == 1


def test_severity_is_configured_by_name() -> None:
    write(lan_xml=BRIDGED, vnetlint_toml='select = ["VN1010"]\n[severity]\nip-on-bridged-network = "info"\n')
    code, out, _ = check()
    assert code == 0
    assert ": info: " in out


def test_rules_are_left_out_by_file() -> None:
    write(lan_xml=BRIDGED, old__lan_xml=BRIDGED)
    write(vnetlint_toml='select = ["VN1010"]\n[per-file-ignores]\n"old/" = ["network"]\n')
    assert [line.split(":")[0] for line in check()[1].splitlines()] == ["lan.xml"]


def test_the_rest_of_the_folder_is_seen_and_not_judged() -> None:
    write(lan_xml=BRIDGED, web_xml=GUEST.format("lan"), vnetlint_toml="complete = true\n")
    assert check("web.xml")[:2] == (0, "")
    nearest_cache_clear()
    write(vnetlint_toml='complete = true\ninclude = ["web.xml"]\n')
    assert "[unknown-network]" in check("web.xml")[1]


def test_what_is_complete_lacks_what_is_absent_and_what_is_external_exists() -> None:
    write(web_xml=GUEST.format("lan"), vnetlint_toml="complete = true\n")
    assert ": error: " in check()[1]
    nearest_cache_clear()
    write(vnetlint_toml='complete = true\nexternal = ["lan"]\n')
    assert check()[:2] == (0, "")


def test_paths_count_from_the_configuration() -> None:
    write(a__host_json='{"version": 1, "interfaces": []}', a__vnetlint_toml='host = "host.json"\nselect = ["VN3001"]\n')
    write(a__b__lan_xml=BRIDGED)
    assert "the host has no bridge 'br0'" in check("a/b")[1]


def test_a_target_is_configured() -> None:
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
        "lan.xml:1:64: error: <s:owner> has no attribute 'taem'; did you mean 'team'? [schema-unknown-attribute]\n"
    )
    nearest_cache_clear()
    write(lan_xml=lan.replace("taem", "team"))
    assert check()[:2] == (0, "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ignroe = []\n", "vnetlint.toml:1: unknown key 'ignroe'; did you mean 'ignore'?"),
        ("complete = true\n\nignore = ['VN9x']\n", "vnetlint.toml:3: "),
        ("ignore = ['ip-on-bridge-network']\n", "vnetlint.toml:1: unknown rule 'ip-on-bridge-network'; did you mean"),
        ("[severity]\nip-on-bridged-network = 'fatal'\n", "vnetlint.toml:1: severity.ip-on-bridged-network: "),
        ("[severity]\nno-such-rule = 'info'\n", "vnetlint.toml:2: unknown rule 'no-such-rule'"),
        ("complete = \n", "vnetlint.toml:1:12: not TOML"),
        ("complete = 'perhaps'\n", "vnetlint.toml:1: complete: "),
        ("extend = 'missing.toml'\n", "vnetlint.toml:1: there is no missing.toml"),
        ("extend = 'vnetlint.toml'\n", "vnetlint.toml:1: vnetlint.toml is extended in a circle"),
        ("host = 'missing.json'\n", "missing.json: cannot read the inventory"),
        ("target-libvirt = 'new'\n", "vnetlint.toml:1: 'new' is no version of libvirt"),
        ("schemas = 'missing'\n", "vnetlint.toml:1: "),
        ("include = ['*.nothing']\n", "vnetlint.toml:1: no file matches *.nothing"),
        ("[per-file-ignores]\n'old/*' = ['network']\n", "vnetlint.toml:2: no file matches 'old/*'"),
        ("[options.x]\ny = 1\n", "vnetlint.toml:1: unknown key 'options'"),
    ],
)
def test_a_broken_configuration_is_one_line_with_its_place(text: str, message: str) -> None:
    write(lan_xml=BRIDGED, vnetlint_toml=text)
    code, out, err = check()
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert message in err


WORDS = st.text("abc-", min_size=1, max_size=5)
VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc-", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
KEYS = st.sampled_from([*(name.replace("_", "-") for name in Config.model_fields), "rules", "x"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(KEYS, VALUES, max_size=3), st.integers(0, 40))
def test_no_configuration_is_a_traceback(table: dict[str, object], cut: int) -> None:
    nearest_cache_clear()
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
    Path("lan.xml").write_text(BRIDGED)
    Path("vnetlint.toml").write_text(text[: len(text) - cut] if cut > 20 else text)
    code, out, err = check()
    assert code in (0, 1, 2)
    assert (code == 2) == bool(err)
    assert err.count("\n") == (code == 2)
    assert not out or code != 2


def test_the_schema_names_every_key() -> None:
    assert set(schema()["properties"]) == {name.replace("_", "-") for name in Config.model_fields}


def test_loading_tells_where_each_value_comes_from(folder: Path) -> None:
    write(base_toml='ignore = ["network"]\ncomplete = true\n', vnetlint_toml='extend = "base.toml"\ncomplete = false\n')
    loaded = load(str(folder / "vnetlint.toml"))
    assert loaded.config.complete is False
    assert {key: os.path.basename(path) for key, path in loaded.origins.items()} == {
        "extend": "vnetlint.toml",
        "complete": "vnetlint.toml",
        "ignore": "base.toml",
    }


def test_every_rule_can_be_named() -> None:
    names = json.dumps([rule.name for rule in all_rules()])
    write(lan_xml=BRIDGED, vnetlint_toml=f"ignore = {names}\n")
    assert check()[0] == 0
