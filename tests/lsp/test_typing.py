"""Files that are typed and deleted: nothing fails, no position is stale, and the diagnostics are the command line's."""

from pathlib import Path

import pytest

from tests.lsp.typist import Typist
from vnetlint.rulebook.catalogue import builtin

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ("networks/office.xml", "networks/guestwifi.xml", "guests/runner.xml", "broken/typos.xml")
PAGES = ("dhcp-range-outside-subnet", "unknown-card-model", "filter-range-reversed")

TEMPLATE = """\
<network>
  <name>{{ name }}</name>
{% if routed %}
  <forward mode='route' dev='{{ dev }}'/>
{% else %}
  <forward mode='natt'/>
{% endif %}
</network>
"""
DUCKS = (
    "<network>\r\n  <name>🦆</name> <!-- 🦆🦆 --> <forward mode='natt'/>\r\n  <ip adress='10.0.0.1'/>\r\n</network>\r\n"
)
COMMENTED = """\
<domain type='kvm'>
  <!-- vnetlint: ignore[unknown-card-model] the card of the lab -->
  <name>ä</name>
  <devices><interface type='network'><source network="lan"/><model type='virtoi'/></interface></devices>
</domain>
"""


def files() -> dict[str, str]:
    """Ten small files: examples, a template, and texts with wide characters and in CRLF."""
    named = {Path(each).name: (ROOT / "examples" / each).read_text("utf-8") for each in EXAMPLES}
    for rule in PAGES:
        block = builtin().by_name[rule].info.page.blocks("Bad")[0]
        named[f"{rule}.xml"] = block.text
    return {**named, "routed.xml.j2": TEMPLATE, "ducks.xml": DUCKS, "commented.xml": COMMENTED}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("pulls", [False, True], ids=["pushed", "pulled"])
def test_typing_and_deleting_ten_files(tmp_path: Path, pulls: bool) -> None:
    typed = files()
    assert len(typed) == 10
    figures = Typist(tmp_path.resolve(), pulls).work(typed)
    assert not figures.faults
    assert figures.compared > 50
