"""The files that the editors open, and their text after fixing."""

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
