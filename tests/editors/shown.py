"""The files that the editors open, and their text after the work in them."""

import re
from pathlib import Path

BROKEN = """\
<network>
  <name>lan</name>
  <!-- 🦆 --> <forward mode='natt'/>
  <ip address='10.20.0.1' prefix='24'>
    <dhcp>
      <range start='10.20.0.100' end='10.20.0.199'/>
    </dhcp>
  </ip>
</network>
"""
"""A duck precedes the fault: it is one code point, two units of UTF-16 and four of UTF-8."""

FIXED = BROKEN.replace("natt", "nat")
TITLE = "Make it 'nat' (may change what works)"
RULE = "schema-bad-value"
MESSAGE = "invalid value 'natt' for 'mode'"

GUEST = """\
<domain type='kvm'>
  <name>duck</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    <!-- 🦆 --> <interface type='direct'>
      <source dev='eth0' mode='bridge'/>
      <model type='virtoi'/>
    </interface>
  </devices>
</domain>
"""
"""The settings shown on the pages ignore the first of its two findings."""

FIXED_GUEST = GUEST.replace("virtoi", "virtio")
GUEST_TITLE = "Set the model to 'virtio' (may change what works)"
GUEST_RULE = "unknown-card-model"

FOREIGN = "<project xmlns='http://maven.apache.org/POM/4.0.0'><artifactId>duck</artifactId></project>\n"
"""XML that is not libvirt's."""

LAN = """\
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr9'/>
  <ip address='10.20.0.1' prefix='24'/>
</network>
"""

UNFINISHED = """\
<domain type='kvm'>
  <name>web</name>
  <memory>1</memory>
  <os>
    <type>hvm</type>
  </os>
  <devices>
    <!-- 🦆 -->
  </devices>
</domain>
"""
"""A guest in which somebody is about to write a NIC, after the duck."""

NIC = """<interface type='network'>
      <source network='lan'/>
    </interface>"""

SITE = {"lan.xml": LAN, "web.xml": UNFINISHED, "db.xml": UNFINISHED.replace("web", "db").replace("<!-- 🦆 -->", NIC)}
"""A network and two guests. The second guest is on it."""
OTHER = "office"
"""The new name of the network."""

FINISHED = {
    name: text.replace("lan", OTHER).replace("🦆 -->", f"🦆 -->\n    {NIC.replace('lan', OTHER)}")
    for name, text in SITE.items()
}
"""The site with the NIC, after renaming the network."""

REACH = "guests reach the Internet"
"""What a hover over the name of the network says, among other things."""

RANGES = """\
<network>
  <name>ranges</name>
  <forward mode='nat'/>
  <bridge name='virbr8'/>
  <!-- 🦆 --> <ip address='10.21.0.1' prefix='24'>
    <dhcp>
      <range start='10.21.0.199' end='10.21.0.100'/>
    </dhcp>
  </ip>
  <ip address='10.22.0.1' prefix='24'>
    <!-- 🦆🦆 --> <dhcp><range start='10.22.0.199' end='10.22.0.100'/></dhcp>
  </ip>
</network>
"""
"""A network with two ranges that are reversed. The finding that it has two is not fixed by itself."""

FIXED_RANGES = re.sub("start='(.*?)' end='(.*?)'", r"start='\2' end='\1'", RANGES)


def lay_out(folder: Path) -> None:
    """Write the site, the network with ranges, and a configuration that makes them one project."""
    for name, text in {**SITE, "ranges.xml": RANGES, "vnetlint.toml": ""}.items():
        (folder / name).write_text(text, "utf-8")


def laid_out(folder: Path) -> dict[str, str]:
    """Return the files of a folder."""
    return {each.name: each.read_text("utf-8") for each in folder.iterdir()}


WORKED_ON = {**FINISHED, "ranges.xml": FIXED_RANGES, "vnetlint.toml": ""}
"""The files after the NIC was completed, the network renamed, and everything fixed."""
