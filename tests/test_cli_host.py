"""`vnetlint host` on the machine of the tests: it writes a valid inventory, whatever that machine has."""

import io
import json
from pathlib import Path

import pytest

from vnetlint.cli.main import main
from vnetlint.host import Inventory


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def host(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["host", *arguments], io.BytesIO(), out, err)
    return code, out.getvalue(), err.getvalue()


def test_the_inventory_goes_to_standard_output_and_remarks_do_not() -> None:
    code, out, err = host()
    inventory = Inventory.model_validate(json.loads(out))
    assert code == 0
    assert inventory.interfaces
    assert "lo" in [each.name for each in inventory.interfaces]
    assert all(each.startswith("vnetlint: ") and ": not seen: " in each for each in err.splitlines())


def test_a_file_can_be_named_and_is_read_by_check() -> None:
    assert host("-o", "host.json")[:2] == (0, "")
    Path("lan.xml").write_text("<network><name>lan</name></network>")
    out, err = io.StringIO(), io.StringIO()
    assert main(["check", "--host", "host.json", "--select", "zero-mac"], io.BytesIO(), out, err) == 0
    assert (out.getvalue(), err.getvalue()) == ("Checked 1 file: no findings.\n", "")


def test_a_file_that_cannot_be_written_is_one_line() -> None:
    code, out, err = host("-o", "missing/host.json")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("vnetlint: missing/host.json: cannot be written: ")


def test_redaction() -> None:
    name, *redacted = (
        json.loads(host(*options)[1])["name"]
        for options in ((), ("--redact", "--redact-key", "k"), ("--redact", "--redact-key", "k"), ("--redact",))
    )
    assert redacted[0] == redacted[1]
    assert len({name, *redacted}) == 3
    assert host("--redact-key", "k") == (2, "", "vnetlint: --redact-key needs --redact\n")
