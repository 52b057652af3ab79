"""Guests, without their devices."""

from tests.schemas.documents import UUID, domain

ACCEPTED = {
    "identity": domain("", f"<uuid>{UUID}</uuid><genid/><title>Mill</title><description>grinds</description>"),
    "metadata in other namespaces": domain("", "<metadata><a:b xmlns:a='urn:a' c='d'>e<f/></a:b></metadata>"),
    "past libvirt, to QEMU": domain("", "<q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'/>"),
    "events": domain("", "<on_poweroff>destroy</on_poweroff><on_crash>coredump-restart</on_crash>"),
    "power": domain("", "<pm><suspend-to-disk enabled='no'/><suspend-to-mem enabled='yes'/></pm>"),
    "clock": domain(
        "",
        "<clock offset='variable' adjustment='-3600' basis='utc'><timer name='rtc' tickpolicy='catchup' track='guest'>"
        "<catchup threshold='1' slew='2' limit='3'/></timer><timer name='tsc' frequency='9' mode='native'/>"
        "<timer name='kvmclock' present='no'/></clock>",
    ),
    "confinement": domain(
        "",
        "<seclabel type='static' model='selinux' relabel='yes'><label>a:b:c</label></seclabel>"
        "<seclabel type='dynamic'><baselabel>x</baselabel></seclabel><seclabel type='none' model='dac'/>",
    ),
    "encrypted memory": domain(
        "",
        "<launchSecurity type='sev' kernelHashes='yes'><policy>0x0003</policy><cbitpos>47</cbitpos></launchSecurity>",
    ),
    "SMBIOS": domain(
        "",
        "<sysinfo type='smbios'><system><entry name='serial'>1</entry></system><baseBoard><entry name='asset'>2</entry>"
        "</baseBoard><baseBoard><entry name='asset'>3</entry></baseBoard></sysinfo>"
        "<sysinfo type='fwcfg'><entry name='opt/a' file='/a'/></sysinfo>",
    ),
    "firmware": (
        "<domain type='kvm'><name>a</name><memory unit='GiB'>1</memory><os firmware='efi'>"
        "<type arch='x86_64' machine='q35'>hvm"
        "</type><firmware><feature enabled='yes' name='secure-boot'/></firmware><loader secure='yes' format='qcow2'/>"
        "<nvram template='/t'>/n</nvram><boot dev='hd'/><boot dev='network'/><bootmenu enable='yes' timeout='3000'/>"
        "<smbios mode='sysinfo'/><bios useserial='yes' rebootTimeout='-1'/></os></domain>"
    ),
    "firmware's variables in the network": (
        "<domain type='kvm'><name>a</name><memory>1</memory><os><type>hvm</type><nvram type='network'>"
        "<source protocol='iscsi' name='iqn.2013-07.com.example:x/0'><host name='example.com' port='6000'/>"
        "</source></nvram></os></domain>"
    ),
    "a kernel": (
        "<domain type='xen'><name>a</name><memory>1</memory><bootloader>/b</bootloader><os><type>linux</type>"
        "<kernel>/k</kernel>"
        "<initrd>/i</initrd><cmdline>quiet</cmdline><dtb>/d</dtb></os></domain>"
    ),
    "a container": (
        "<domain type='lxc'><name>a</name><memory>1</memory><os><type>exe</type><init>/sbin/init</init>"
        "<initarg>a</initarg>"
        "<initarg>b</initarg><initenv name='A'>b</initenv></os><idmap><uid start='0' target='1000' count='10'/>"
        "</idmap></domain>"
    ),
    "processors": domain(
        "",
        "<vcpu placement='static' cpuset='1-4,^3' current='1'>2</vcpu><vcpus>"
        "<vcpu id='0' enabled='yes' order='1'/></vcpus>"
        "<iothreads>2</iothreads><iothreadids><iothread id='3' thread_pool_min='0'><poll max='5'/></iothread>"
        "</iothreadids>",
    ),
    "tuning": domain(
        "",
        "<cputune><vcpupin vcpu='0' cpuset='1'/><shares>1024</shares><quota>-1</quota><period>100000</period>"
        "<vcpusched vcpus='0' scheduler='fifo' priority='1'/><emulatorsched scheduler='idle'/>"
        "<emulatorpin cpuset='1-3'/>"
        "<cachetune vcpus='0-1'><monitor level='3' vcpus='0'/>"
        "<cache id='0' level='3' type='both' size='3' unit='MiB'/></cachetune>"
        "</cputune>",
    ),
    "a CPU": domain(
        "",
        "<cpu mode='custom' match='exact' check='partial'><vendor>Intel</vendor><feature policy='require' name='pcid'/>"
        "<model fallback='forbid' vendor_id='GenuineIntel'>IvyBridge</model><feature name='lahf_lm' policy='disable'/>"
        "<topology sockets='1' dies='1' clusters='1' cores='2' threads='1'/>"
        "<maxphysaddr mode='emulate' bits='42'/></cpu>",
    ),
    "NUMA": domain(
        "",
        "<cpu><numa><cell id='0' cpus='0-3' memory='512' unit='KiB' memAccess='shared'><distances>"
        "<sibling id='0' value='10'/>"
        "</distances></cell><cell memory='9'/></numa></cpu><numatune><memory mode='strict' nodeset='1'/>"
        "<memnode cellid='0' mode='preferred' nodeset='0'/></numatune>",
    ),
    "memory": domain(
        "",
        "<currentMemory unit='MB'>1</currentMemory><maxMemory slots='16' unit='GiB'>9</maxMemory>"
        "<memoryBacking><hugepages>"
        "<page size='1' unit='G' nodeset='0-3'/></hugepages><locked/><source type='memfd'/></memoryBacking>"
        "<memtune><hard_limit unit='G'>1</hard_limit></memtune>",
    ),
    "storage shares": domain(
        "", "<blkiotune><weight>800</weight><device><path>/dev/sda</path><weight>100</weight></device></blkiotune>"
    ),
    "features": domain(
        "",
        "<features><acpi/><apic eoi='on'/><hyperv mode='custom'><spinlocks state='on' retries='4096'/>"
        "<stimer state='on'>"
        "<direct state='on'/></stimer></hyperv><kvm><hidden state='on'/></kvm><smm state='on'>"
        "<tseg unit='MiB'>48</tseg></smm>"
        "<gic version='3'/><ioapic driver='qemu'/><vmcoreinfo state='on'/><pae/></features>",
    ),
}

REJECTED = {
    "an unknown hypervisor": domain("").replace("'kvm'", "'kvmm'"),
    "no name at all": "<domain type='kvm'><memory>1</memory><os><type>hvm</type></os></domain>",
    "a guest's UUID that is none": domain("", "<uuid>mill</uuid>"),
    "an element of no known name": domain("", "<cpus>2</cpus>"),
    "an element of a device in the guest": domain("", "<disk type='file'/>"),
    "no processors": domain("", "<vcpu>0</vcpu>"),
    "a set of CPUs that ends in a dash": domain("", "<vcpu cpuset='1-'>1</vcpu>"),
    "an unknown unit": domain("", "<currentMemory unit='megs'>1</currentMemory>"),
    "half a mebibyte": domain("", "<currentMemory unit='MiB'>0.5</currentMemory>"),
    "a real-time scheduler without priority": domain("", "<cputune><vcpusched scheduler='fifo'/></cputune>"),
    "a topology without threads": domain("", "<cpu><topology sockets='1' cores='2'/></cpu>"),
    "an unknown policy for a feature": domain("", "<cpu><feature policy='yes' name='vmx'/></cpu>"),
    "an unknown feature": domain("", "<features><acpii/></features>"),
    "a state that is yes": domain("", "<features><kvm><hidden state='yes'/></kvm></features>"),
    "an unknown offset": domain("", "<clock offset='gmt'/>"),
    "a static label without a label": domain("", "<seclabel type='static' model='selinux'/>"),
    "a boot menu for too long": domain("", "").replace("</os>", "<bootmenu enable='yes' timeout='65536'/></os>"),
    "an unknown boot device": domain("", "").replace("</os>", "<boot dev='usb'/></os>"),
}
