"""A broken configuration is reported in one line, with the exact place of the fault."""

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.test_config import BRIDGED, nearest_cache_clear
from vnetlint.cli.main import main
from vnetlint.config.chain import MAX_EXTENDS
from vnetlint.config.model import Config

OWNED = "<network><name>lan</name><metadata><s:owner xmlns:s='urn:site'/></metadata></network>\n"
EXPECT = "[[expect]]\nfrom = 'db'\nto = 'internet'\nverdict = 'allowed'\n"
DEEP = "[" * 5000 + "]" * 5000


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lan.xml").write_text(BRIDGED)


def refusal(*options: str) -> str:
    """The one line that `check` prints when it refuses to work."""
    nearest_cache_clear()
    out, err = io.StringIO(), io.StringIO()
    code = main(["check", *options], io.BytesIO(), out, err)
    assert (code, out.getvalue()) == (2, ""), err.getvalue()
    said = err.getvalue()
    assert said.count("\n") == 1
    assert said.endswith("\n")
    assert "internal error" not in said
    return said.removeprefix("vnetlint: ").rstrip("\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # Not TOML.
        ("complete = \n", "1:12: not TOML: Invalid value"),
        ("complete true\n", "1:10: not TOML: Expected '='"),
        ("ignore = ['a'\n\n", "1:1: not TOML: Unclosed array"),
        ("include = [\n 'a'\n]\nignore = [\n 'a'\n", "4:1: not TOML: Unclosed array"),
        ("complete = true\n  external = [\"\"\"\nhost = 1\n", "2:3: not TOML: "),
        ("host = 'h.json\n", "1:1: not TOML: Expected"),
        ("[severity\n", "1:10: not TOML: Expected ']'"),
        ("# one\ncomplete = true\ncomplete = false\n", "3:17: not TOML: Cannot overwrite a value"),
        ("[severity]\n[options]\n[severity]\n", "3:10: not TOML: Cannot declare ('severity',) twice"),
        ("host = 'a'\nhost.b = 'c'\n", "2:13: not TOML: Cannot overwrite a value"),
        ("complete = True\n", "1:12: not TOML: Invalid value"),
        ("complete = 1979-02-30\n", "1:12: not TOML: Invalid date or datetime"),
        ("host = \"\\q\"\n", "1:11: not TOML: Unescaped '\\' in a string"),
        ("severity = { a = 'info' \n}\n", "1:"),
        ("complete = 0x\n", "1:13: not TOML: "),
        ("\0", "1:1: not TOML: "),
        # An invalid placeholder.
        ("placeholders = ['a(b']\n", "1:17: invalid pattern 'a(b': "),
        ("placeholders = ['x', '(a*b*)*']\n", "1:22: invalid pattern '(a*b*)*': "),
        ("placeholders = ['a*']\n", "1:17: invalid pattern 'a*': it is found in an empty text"),
        ("placeholders = 'x'\n", "1:1: invalid value for 'placeholders': expected a list"),
        # An unknown key.
        ("ignroe = []\n", "1:1: unknown key 'ignroe'; did you mean 'ignore'?"),
        ("complete = true\n\n  nothing.else = 1\n", "3:3: unknown key 'nothing'; known: "),
        ("[severty]\n", "1:2: unknown key 'severty'; did you mean 'severity'?"),
        ("[[ignore-files]]\na = 1\n", "1:3: unknown key 'ignore-files'"),
        ("'ext\u0065nd_select' = []\n", "1:1: unknown key 'extend_select'; did you mean 'extend-select'?"),
        ('"a\\nb\\u001b" = 1\n', "1:1: unknown key 'a␊b␛'"),
        ("Complete = true\n", "1:1: unknown key 'Complete'; did you mean 'complete'?"),
        # A value of the wrong type.
        ("extend = 1\n", "1:1: invalid value for 'extend': expected a string"),
        ("extend = ''\n", "1:1: invalid value for 'extend': expected a string that is not empty"),
        ("select = 'all'\n", "1:1: invalid value for 'select': expected a list"),
        ("complete = true\nselect = [\n  'all', # 1\n  1,\n]\n", "4:3: invalid value for 'select[1]': expected a stri"),
        ("extend-select = { a = 1 }\n", "1:1: invalid value for 'extend-select': expected a list"),
        ("ignore = 1979-05-27T07:32:00Z\n", "1:1: invalid value for 'ignore': expected a list"),
        ("ignore = [['network']]\n", "1:11: invalid value for 'ignore[0]': expected a string"),
        ("severity = 'info'\n", "1:1: invalid value for 'severity': expected a table"),
        ("[[severity]]\nip-on-bridged-network = 'info'\n", "1:3: invalid value for 'severity': expected a table"),
        ("severity.VN1010 = 3\n", "1:10: invalid value for 'severity.VN1010': expected 'error', 'warning' or 'info'"),
        ("[severity]\n'ip-on-bridged-network' = 'fatal'\n", "2:1: invalid value for 'severity.ip-on-bridged-network':"),
        ("options = []\n", "1:1: invalid value for 'options': expected a table"),
        ("options.nat-ports-few = 3\n", "1:9: invalid value for 'options.nat-ports-few': expected a table"),
        ("per-file-ignores = ['*']\n", "1:1: invalid value for 'per-file-ignores': expected a table"),
        ("per-file-ignores = { 'lan.xml' = 'network' }\n", "1:22: invalid value for 'per-file-ignores.lan.xml': expec"),
        ("include = 'a'\n", "1:1: invalid value for 'include': expected a list"),
        ("include = ['']\n", "1:12: invalid value for 'include[0]': expected a string that is not empty"),
        ("external = true\n", "1:1: invalid value for 'external': expected a list"),
        ("external = ['default', nan]\n", "1:24: invalid value for 'external[1]': expected a string"),
        ("complete = 'yes'\n", "1:1: invalid value for 'complete': expected true or false"),
        ("complete = 1\n", "1:1: invalid value for 'complete': expected true or false"),
        ("host = ['h.json']\n", "1:1: invalid value for 'host': expected a string"),
        ("target-libvirt = 9.0\n", "1:1: invalid value for 'target-libvirt': expected a string"),
        ("schemas = inf\n", "1:1: invalid value for 'schemas': expected a string"),
        ("metadata = 'x.rng'\n", "1:1: invalid value for 'metadata': expected a table"),
        ("[metadata]\n'urn:site' = 07:32:00\n", "2:1: invalid value for 'metadata.urn:site': expected a string"),
        # An unknown rule.
        ("select = ['ip-on-bridge-network']\n", "1:11: unknown rule 'ip-on-bridge-network'; did you mean 'ip-on-"),
        ("ignore = [\n 'network',\n 'VN9x' ]\n", "3:2: unknown rule 'VN9x'; "),
        ("extend-select = ['VN']\n", "1:18: unknown rule 'VN'; "),
        ("[severity]\nip-on-bridged-networks = 'info'\n", "2:1: unknown rule 'ip-on-bridged-networks'; did you me"),
        ("[severity]\nnetwork = 'info'\n", "2:1: unknown rule 'network'; "),
        ("[per-file-ignores]\n'lan.xml' = ['networks']\n", "2:14: unknown rule 'networks'"),
        ("[options.nat-port-few]\nenough = 1\n", "1:10: unknown rule 'nat-port-few'; did you mean 'nat-ports-few'?"),
        ("[severity]\nVN1010 = 'info'\nip-on-bridged-network = 'error'\n", "3:1: severity: 'VN1010' and 'ip-on-"),
        # An unknown option, or a value out of bounds.
        ("[options.ip-on-bridged-network]\nx = 1\n", "1:10: the rule ip-on-bridged-network has no options; "),
        ("[options.nat-ports-few]\nenogh = 9\n", "2:1: options.nat-ports-few: unknown key 'enogh'; did you"),
        ("[options.VN1407]\nenough = '9'\n", "2:1: invalid value for 'options.VN1407.enough': expected a whole number"),
        ("[options.nat-ports-few]\nenough = 1\n", "2:1: invalid value for 'options.nat-ports-few.enough': expected at"),
        ("options.nat-ports-few = {enough = 99999999999999999999999}\n", "1:26: invalid value for 'options.n"),
        ("options.nat-ports-few.enough = true\n", "1:23: invalid value for 'options.nat-ports-few.enough': expected a"),
        ("[options.mac-of-hardware-vendor]\nown = ['52:54:00', '52-54-00']\n", "2:20: invalid value for 'options.mac"),
        ("[options.subnet-not-private]\nown = ['300.0.0.0/8']\n", "1:10: '300.0.0.0/8' does not appear to be an IPv4"),
        ("[options.subnet-not-private]\nown = ['8.8.8.8/24']\n", "1:10: 8.8.8.8/24 has host bits set"),
        # A file that is missing or of the wrong kind.
        ("extend = 'missing.toml'\n", "1:1: missing.toml does not exist"),
        ("extend = 'folder'\n", "1:1: folder is not a regular file"),
        ("extend = 'vnetlint.toml'\n", "1:1: circular 'extend' of 'vnetlint.toml'"),
        ("extend = 'folder/../vnetlint.toml'\n", "1:1: circular 'extend' of 'folder/../vnetlint.toml'"),
        ("extend = 'pyproject.toml'\n", "pyproject.toml: no [tool.vnetlint] in this file"),
        ("complete = true\nhost = 'missing.json'\n", "2:1: missing.json does not exist"),
        ("host = 'folder'\n", "1:1: folder is not a regular file"),
        ("host = 'host.json'\n", "host.json:2:16: invalid value '3' for 'interfaces': expected a list"),
        ("target-libvirt = 'new'\n", "1:1: invalid libvirt version 'new': expected a version such as 9.0.0"),
        ("schemas = 'missing'\n", "1:1: missing: there is no network.rng in this folder"),
        ("include = ['lan.xml']\n[per-file-ignores]\n\"old/*\" = ['network']\n", "3:1: no file matches 'old/*'"),
        ("include = ['*.nothing', 'x']\n", "1:1: no file matches *.nothing or x"),
        ("[metadata]\n'urn:x' = 'missing.rng'\n", "2:1: missing.rng does not exist"),
        ("[metadata]\n'urn:x' = 'host.json'\n", "2:1: host.json is not a schema: expected a .rng or .xsd file"),
                # An expectation.
        ("expect = 'x'\n", "1:1: invalid value for 'expect': expected a list"),
        ("[expect]\nfrom = 'a'\n", "1:2: invalid value for 'expect': expected a list"),
        ("expect = ['x']\n", "1:11: invalid value for 'expect[0]': expected a table"),
        ("[[expect]]\nfrom = 'a'\nverdict = 'allowed'\n", "1:3: expect[0]: missing key 'to'"),
        (f"{EXPECT}form = 'a'\n", "5:1: expect[0]: unknown key 'form'; did you mean 'from'?"),
        (f"{EXPECT}source = 'a'\n", "5:1: expect[0]: unknown key 'source'; known: family, from, port"),
        (EXPECT.replace("'db'", "1"), "2:1: invalid value for 'expect[0].from': expected a string"),
        (EXPECT.replace("'db'", "''"), "2:1: invalid value for 'expect[0].from': expected a string that is not empty"),
        (EXPECT.replace("'db'", f"'{'a' * 201}'"), "2:1: invalid value for 'expect[0].from': expected at most 200"),
        (EXPECT.replace("'allowed'", "'denied'"), "4:1: invalid value for 'expect[0].verdict': expected 'allowed', 'b"),
        (f"{EXPECT}protocol = 'sctp'\n", "5:1: invalid value for 'expect[0].protocol': expected 'icmp', 'tcp' or '"),
        (f"{EXPECT}port = 22\n", "1:3: 'port' needs the protocol 'tcp' or 'udp'"),
        (f"{EXPECT}port = 22\nprotocol = 'icmp'\n", "1:3: 'port' needs the protocol 'tcp' or 'udp'"),
        (f"{EXPECT}port = 0\nprotocol = 'tcp'\n", "5:1: invalid value for 'expect[0].port': expected at least 1"),
        (f"{EXPECT}port = 65536\nprotocol = 'tcp'\n", "5:1: invalid value for 'expect[0].port': expected at most 6553"),
        (f"{EXPECT}port = '22'\nprotocol = 'tcp'\n", "5:1: invalid value for 'expect[0].port': expected a whole num"),
        (f"{EXPECT}family = 4\n", "5:1: invalid value for 'expect[0].family': expected 'ipv4' or 'ipv6'"),
        (f"{EXPECT}[[expect]]\nfrom = 1\nto = 'host'\nverdict = 'allowed'\n", "6:1: invalid value for 'expect[1].fro"),
        # An expectation about nobody.
        (EXPECT, "2:1: nobody is named 'db'; known: host, internet, lan(br0), lan(uplink)"),
        (EXPECT.replace("'db'", "'hots'"), "2:1: nobody is named 'hots'; did you mean 'host'?"),
        (EXPECT.replace("'db'", "'host'").replace("'internet'", "'web-*'"), "3:1: nobody is named 'web-*'; known: "),
        (EXPECT.replace("'db'", "'network:lna'"), "2:1: no guest is on a network named 'lna'; did you mean 'network:l"),
        (EXPECT.replace("'db'", "'lan(uplink)'"), "3:1: no host has somebody else named 'internet' for 'lan(uplink)'"),
        (EXPECT.replace("'db'", "'lan'"), "3:1: no host has somebody else named 'internet' for 'lan'"),
        (EXPECT.replace("'db'", "'internet'"), "3:1: no host has somebody else named 'internet' for 'internet' to re"),
        ("expect = [\n { from = 'db', to = 'host', verdict = 'blocked' },\n]\n", "2:4: nobody is named 'db'"),
        # A key that also occurs at an unrelated place.
        ("# complete = 1\ntext = 1\ncomplete = 1\n", "2:1: unknown key 'text'"),
        ("external = ['''\ncomplete = 1\n''']\ncomplete = 1\n", "4:1: invalid value for 'complete': expected true or"),
        ("[metadata]\ncomplete = 'x.rng'\n[severity]\ncomplete = 'info'\n", "4:1: unknown rule 'complete'"),
        ("complete = 1 # reported first\nignroe = 1\n", "1:1: invalid value for 'complete': expected true or"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_with_its_place(text: str, said: str) -> None:
    Path("folder").mkdir()
    Path("host.json").write_text('{\n "version": 1, "interfaces": 3}')
    Path("pyproject.toml").write_text("[project]\nname = 'x'\n")
    Path("vnetlint.toml").write_text(text)
    expected = said if said.startswith(("host.json", "pyproject.toml")) else f"vnetlint.toml:{said}"
    assert refusal().startswith(expected)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xef\xbb\xbfcomplete = 1\n", "vnetlint.toml:1:1: invalid value for 'complete': expected true or false"),
        (b"complete = true\r\nignroe = 1\r\n", "vnetlint.toml:2:1: unknown key 'ignroe'"),
        ("# gr\u00f6\u00dfer\ncomplete = '\u00e4'".encode("latin-1"), "vnetlint.toml:1:5: the configuration is not"),
        ("complete = true\n".encode("utf-16"), "vnetlint.toml:1:1: the configuration is not UTF-8"),
        (b"complete = true\n\0\0\n", "vnetlint.toml:2:1: not TOML: "),
        (bytes(range(256)), "vnetlint.toml:"),
        (b"#" * 2**20 + b"\n", "vnetlint.toml: the configuration is larger than 1 MiB"),
        (f"ignore = {DEEP}\n".encode(), "vnetlint.toml:1:110: nested too deeply to be a configuration"),
        (b"ignore = " + b"9" * 5000 + b"\n", "vnetlint.toml:1:10: not TOML: a number with more than 4300 digits"),
        (b"a." * 3000 + b"b = 1\n", "vnetlint.toml:1:1: more than 2000 dots in a line"),
        (b"host = '''" + b"\n# more" * 60000, "vnetlint.toml:"),
        (b"[severity]\n" + b"".join(b"r%d = 1\n" % number for number in range(5000)), "vnetlint.toml:2:1: unknown"),
        (b"ignore = ['" + b"x" * 900000 + b"']\n", "vnetlint.toml:1:11: unknown rule 'xxx"),
        (b"complete = true # \xf0\x9f\x96\xa7\nhost = \xff\n", "vnetlint.toml:2:8: the configuration is not UTF-8"),
        (b"host = 9" + b"9" * 4000 + b"\n", "vnetlint.toml:1:1: invalid value for 'host': expected a string"),
        (b"\n".join(b"k%d = 1" % number for number in range(20000)), "vnetlint.toml:1:1: unknown key 'k0'"),
    ],
    ids=lambda value: repr(value[:12]),
)  # fmt: skip
def test_bytes_that_are_not_a_configuration(data: bytes, said: str) -> None:
    Path("vnetlint.toml").write_bytes(data)
    assert refusal().startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[tool.other]\ncomplete = 1\n[tool.vnetlint]\ncomplete = 1\n",
            "4:1: invalid value for 'complete': expected true or false",
        ),
        ("[tool.vnetlint.severity]\nx = 'info'\n", "2:1: unknown rule 'x'"),
        ("[tool.vnetlint.severity]\n[tool.x]\nignroe = 1\n[tool.vnetlint]\nignroe = 1\n", "5:1: unknown key 'ignroe'"),
        ("ignore = 1\n[tool]\nvnetlint.ignore = 1\n", "3:10: invalid value for 'ignore': expected a list"),
        ("[tool]\nvnetlint = { ignore = 1 }\n", "2:14: invalid value for 'ignore': expected a list"),
        ("[ tool . 'vnetlint' ]\nignore = 1\n", "2:1: invalid value for 'ignore': expected a list"),
        ("[tool]\nvnetlint = 3\n", "2:1: invalid value for 'tool.vnetlint': expected a table"),
        ("[[tool.vnetlint]]\nignore = 1\n", "1:8: invalid value for 'tool.vnetlint': expected a table"),
        ("[tool.vnetlint]\nhost = \n", "2:8: not TOML"),
    ],
)
def test_only_our_section_of_pyproject_counts(text: str, said: str) -> None:
    Path("pyproject.toml").write_text(text)
    assert refusal().startswith(f"pyproject.toml:{said}")


@pytest.mark.parametrize(
    "data",
    [
        b"[project]\nname = 'vnetlint'\n",
        b"[tool.vnetlintx]\nx = 1\n",
        b"# [tool.vnetlint]\n",
        b"tool = 3 # vnetlint\n",
        b"[project\n",
        b"[project\ndependencies = ['vnetlint']\n",
        b"\xff\xfe",
    ],
)
def test_the_pyproject_of_another_tool_is_ignored(data: bytes) -> None:
    nearest_cache_clear()
    Path("pyproject.toml").write_bytes(data)
    err = io.StringIO()
    assert main(["check"], io.BytesIO(), io.StringIO(), err) == 1
    assert err.getvalue() == ""


@pytest.mark.parametrize(
    "text",
    [
        'extend = "\\u0000"',
        'extend = "base\\u0000.toml"',
        'host = "a\\u0000"',
        'schemas = "\\u0000"',
        'metadata."urn:x" = "a\\u0000.rng"',
    ],
)
def test_a_path_with_a_nul_is_refused(text: str) -> None:
    Path("vnetlint.toml").write_text(text)
    said = refusal()
    assert re.match(r"vnetlint\.toml:1:\d+: ", said)
    assert said.rstrip().endswith("a path cannot contain a NUL character")


@pytest.mark.parametrize("text", ['include = ["a\\u0000"]', '[per-file-ignores]\n"a\\u0000" = ["VN1"]'])
def test_a_pattern_with_a_nul_matches_no_file(text: str) -> None:
    Path("vnetlint.toml").write_text(text)
    assert "no file matches" in refusal()


def test_a_fault_of_an_extended_configuration_is_reported_in_its_own_file() -> None:
    Path("base").mkdir()
    Path("base/base.toml").write_text("\n[severity]\nVN1010 = 'fatal'\n")
    Path("vnetlint.toml").write_text("extend = 'base/base.toml'\n[severity]\nVN1407 = 'info'\n")
    assert refusal().startswith("base/base.toml:3:1: invalid value for 'severity.VN1010': ")
    Path("base/base.toml").write_text("complete = \n")
    assert refusal().startswith("base/base.toml:1:12: not TOML")
    Path("base/base.toml").write_text("extend = '../vnetlint.toml'\n")
    assert refusal() == "base/base.toml:1:1: circular 'extend' of '../vnetlint.toml'"


def test_the_length_of_a_chain_is_limited() -> None:
    for number in range(MAX_EXTENDS + 2):
        Path(f"c{number}.toml").write_text(f"extend = 'c{number + 1}.toml'\n")
    assert refusal("--config", "c0.toml").startswith(f"c{MAX_EXTENDS}.toml:1:1: more than {MAX_EXTENDS} ")


def test_a_configuration_must_be_a_readable_file() -> None:
    assert refusal("--config", "none.toml") == "none.toml: cannot read the configuration: No such file or directory"
    assert refusal("--config", ".").endswith(": the configuration is not a regular file")
    Path("pyproject.toml").write_text("")
    assert refusal("--config", "pyproject.toml") == "pyproject.toml: no [tool.vnetlint] in this file"
    Path("vnetlint.toml").mkdir()
    assert refusal() == "vnetlint.toml: the configuration is not a regular file"


def test_a_broken_link_is_reported() -> None:
    Path("vnetlint.toml").symlink_to("nowhere.toml")
    assert refusal() == "vnetlint.toml: cannot read the configuration: No such file or directory"
    Path("vnetlint.toml").unlink()
    Path("vnetlint.toml").symlink_to("vnetlint.toml")
    assert refusal() == "vnetlint.toml: cannot read the configuration: Too many levels of symbolic links"


def test_a_broken_metadata_schema_is_reported_where_it_is_used() -> None:
    Path("broken.rng").write_text("<grammar")
    Path("owned.xml").write_text(OWNED)
    Path("vnetlint.toml").write_text("[metadata]\n'urn:site' = 'broken.rng'\n")
    assert "broken.rng:1: not well formed" in refusal()


def test_a_broken_inventory_is_reported_at_its_place() -> None:
    Path("host.json").write_text('{\n "version": 1,\n}')
    Path("vnetlint.toml").write_text("host = 'host.json'\n")
    assert refusal().startswith("host.json:")
    assert re.match(r"host\.json:[23]:\d+: not JSON", refusal())


def test_system_schemas_that_are_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from vnetlint.schema import sets

    monkeypatch.setattr(sets, "SYSTEM", tmp_path / "none")
    Path("vnetlint.toml").write_text("\nschemas = 'system'\n")
    assert re.match("vnetlint.toml:2:1: .*there is no network.rng.*; install libvirt's package", refusal())


VALUES = st.recursive(
    st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc-", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
KEYS = st.sampled_from([*(name.replace("_", "-") for name in Config.model_fields), "rules", "x"])


def check_promises(text: str) -> None:
    """Any configuration gives a report, or one line that names a configuration."""
    nearest_cache_clear()
    Path("vnetlint.toml").write_text(text, "utf-8")
    out, err = io.StringIO(), io.StringIO()
    code = main(["check"], io.BytesIO(), out, err)
    assert code in (0, 1, 2)
    if code == 2:
        assert out.getvalue() == ""
        assert re.fullmatch(r"vnetlint: (vnetlint|base)\.toml(:\d+:\d+)?: [^\n]+\n", err.getvalue())
    else:
        assert err.getvalue() == ""


@settings(max_examples=2 * settings().max_examples, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(KEYS, VALUES, max_size=3), st.integers(0, 40))
def test_no_configuration_gives_a_traceback(table: dict[str, object], cut: int) -> None:
    text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in table.items())
    check_promises(text[: len(text) - cut] if cut > 20 else text)


VALID = """\
extend = "base.toml"
select = ["default", "VN1"]
ignore = ['nat-ports-few']
complete = true
target-libvirt = "9.0.0"
[severity]
ip-on-bridged-network = "info"
VN1407 = "error"
[per-file-ignores]
"lan.xml" = ["VN15"]
[options.nat-ports-few]
enough = 200
[options]
bridge-named-like-host-bridge = { names = ["br-*"] }
"""


@settings(max_examples=3 * settings().max_examples, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(VALID)), st.integers(0, 12), st.text("ab=[]{}#\"'\\,. \n1\x00\x7fé", max_size=4))
def test_no_typing_mistake_gives_a_traceback(at: int, gone: int, typed: str) -> None:
    Path("base.toml").write_text("external = ['x']\n")
    check_promises(VALID[:at] + typed + VALID[at + gone :])


def test_the_unbroken_configuration_is_valid() -> None:
    nearest_cache_clear()
    Path("base.toml").write_text("external = ['x']\n")
    Path("vnetlint.toml").write_text(VALID)
    assert main(["check"], io.BytesIO(), io.StringIO(), io.StringIO()) == 0
