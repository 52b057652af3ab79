"""`vnetlint check` on real libvirts: it finds what it finds in dumped files, and changes nothing."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shlex import quote
from typing import Any

import pytest

from tests.oracle.hosts import system_of
from tests.oracle.libvirtd import ROOTS, Bridge, Host, Libvirtd, Nic
from tests.test_cli import Ran
from vnetlint.host.collect import collect
from vnetlint.host.write import text_of
from vnetlint.live import parse_uri, read_host

pytestmark = pytest.mark.oracle

ROOT = Path(__file__).parent.parent.parent
PROGRAM = (
    sys.executable,
    "-c",
    f"import sys; sys.path.insert(0, {str(ROOT)!r}); from vnetlint.cli.main import run; run()",
)
HOST = Host(nics=(Nic("eth0", ("192.168.50.10/24",)), Nic("eth1")), bridges=(Bridge("br0", ("eth1",)),))
NETWORK = (
    "<network><name>{}</name>{}<bridge name='{}'/><ip address='{}.1' prefix='24'>"
    "<dhcp><range start='{}.100' end='{}.200'/></dhcp></ip></network>"
)
NETWORKS = (
    NETWORK.format("lab", "<forward mode='nat'/>", "virbr5", *3 * ["10.20.1"]),
    NETWORK.format("attic", "", "virbr6", *3 * ["10.20.1"]),
    "<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/></network>",
)
GUEST = (
    "<domain type='qemu'><name>{}</name><memory>65536</memory><os><type>hvm</type></os><devices>{}"
    "<graphics type='vnc' passwd='kept'/></devices></domain>"
)
NIC = "<interface type='network'><mac address='52:54:00:aa:00:{}'/><source network='{}'/>{}</interface>"
GUESTS = (
    GUEST.format("web", NIC.format("01", "lab", "<filterref filter='mine'/>") + NIC.format("02", "nowhere", "")),
    GUEST.format("db", NIC.format("03", "lab", "")),
    GUEST.format("mail", NIC.format("03", "lan", "") + "<interface type='bridge'><source bridge='br7'/></interface>"),
)
FILTER = (
    "<filter name='mine'><rule action='accept' direction='inout' priority='500'><tcp dstportstart='22'/></rule>"
    "<filterref filter='gone'/></filter>"
)
ODD_NETWORK = NETWORK.format("i'dle net", "", "virbr7", *3 * ["10.22.1"])
ODD_GUEST = GUEST.format("töpfer 2", NIC.format("04", "i&apos;dle net", ""))
PAGE = ROOT / "docs" / "running-host.md"
_DUMPS = {
    "network": ("net-list --all --name", "net-dumpxml --inactive"),
    "domain": ("list --all --name", "dumpxml --inactive"),
    "nwfilter": ("nwfilter-list", "nwfilter-dumpxml"),
}


@pytest.fixture(scope="module", params=["9.0", "12.8"])
def daemon(request: pytest.FixtureRequest) -> Iterator[Libvirtd]:
    with Libvirtd(HOST, ROOTS[request.param]) as made:
        build(made)
        assert made.define_network(ODD_NETWORK).ok
        assert made.define_domain(ODD_GUEST).ok
        yield made


def build(daemon: Libvirtd) -> None:
    for network in NETWORKS:
        assert daemon.define_network(network).ok
    assert daemon.start_network("lab").ok
    assert daemon.virsh("net-autostart", "lab").code == 0
    for guest in GUESTS:
        assert daemon.define_domain(guest).ok
    assert daemon.start_domain("db").ok
    assert daemon.define_filter(FILTER).ok


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def uri(daemon: Libvirtd) -> str:
    """The connection from outside of its namespaces. The socket is the one over which things can be changed."""
    return f"qemu+unix:///system?socket=/proc/{daemon.pid}/root/run/libvirt/libvirt-sock"


def dumps(daemon: Libvirtd) -> dict[tuple[str, str], str]:
    """What virsh prints of each object, by kind and name."""
    found: dict[tuple[str, str], str] = {}
    for kind, (listing, command) in _DUMPS.items():
        lines = [line.strip() for line in daemon.virsh(*listing.split()).stdout.splitlines() if line.strip()]
        for name in [line.split(None, 1)[1] for line in lines[2:]] if kind == "nwfilter" else lines:
            dumped = daemon.virsh(*command.split(), name)
            assert dumped.code == 0, dumped.stderr
            found[kind, name] = dumped.stdout
    return found


def findings(report: str) -> list[Any]:
    """The findings of a JSON report, without what differs between a file and an object of the same text."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items() if key not in ("fingerprint", "url")}
        if isinstance(value, list):
            return [plain(each) for each in value]
        if isinstance(value, str) and value.startswith("qemu+unix:///system/"):
            return value.removeprefix("qemu+unix:///system/").replace("/", "-", 1) + ".xml"
        return value

    found: list[Any] = plain(json.loads(report)["findings"])
    return sorted(found, key=json.dumps)


def test_a_host_is_checked_as_its_dumped_files_and_stays_as_it_is(daemon: Libvirtd, folder: Path) -> None:
    before = dumps(daemon)
    for (kind, name), text in before.items():
        Path(f"{kind}-{name}.xml").write_text(text)
    inventory = collect(system_of(daemon)).inventory
    facts = json.loads(text_of(inventory))
    told = {"libvirt", "networks", "guests", "filters", "version"}
    for given, known in (((), told), (("--host", "all.json"), facts.keys())):
        # vnetlint host has no name for what is not this machine.
        Path("all.json").write_text(json.dumps({key: each for key, each in facts.items() if key in known}))
        (folder / "files.toml").write_text("complete = true\nexternal = []\nhost = 'all.json'\n")
        of_files = Ran("check", ".", "--config", "files.toml", "--extend-select", "all", "--output-format", "json")
        of_host = Ran("check", uri(daemon), *given, "--extend-select", "all", "--output-format", "json")
        assert of_host.code == of_files.code == 1
        assert findings(of_host.out) == findings(of_files.out)
    rules = {each["rule"] for each in findings(of_host.out)}
    assert {"unknown-network", "unknown-filter", "subnet-overlap", "duplicate-mac"} <= rules
    assert dumps(daemon) == before


def test_the_connection_cannot_change_anything(daemon: Libvirtd) -> None:
    import libvirt  # type: ignore[import-not-found,import-untyped,unused-ignore]

    with pytest.raises(libvirt.libvirtError, match=r"read.only"):
        libvirt.openReadOnly(uri(daemon)).networkDefineXML(NETWORKS[0])


def test_the_commands_make_the_changes_of_the_diff() -> None:
    with Libvirtd(HOST) as daemon:
        build(daemon)
        at, choices = uri(daemon), ("--choose", "subnet-overlap", "--choose", "duplicate-mac")
        before = dumps(daemon)
        ran = Ran("check", at, "--fix", *choices)
        assert ran.code == 1
        shown = ran.err.replace(quote(at), "qemu:///system").splitlines(keepends=True)
        assert "".join(shown[1:-1]) in PAGE.read_text("utf-8")
        assert dumps(daemon) == before
        Path("fixes.diff").write_text(ran.out)
        commands = [line for line in ran.err.splitlines() if line.startswith("  ") and "interrupts" not in line]
        assert len(commands) >= 5
        subprocess.run(["sh", "-ec", "\n".join(commands)], check=True, capture_output=True)
        rules = {each["rule"] for each in findings(Ran("check", at, "--output-format", "json").out)}
        assert not rules & {"subnet-overlap", "duplicate-mac"}
        assert "passwd='kept'" in daemon.virsh("dumpxml", "--inactive", "--security-info", "mail").stdout
        form = "it runs in another form than it is defined, until it is restarted"
        assert f"qemu+unix:///system/network/lab: {form}\n" in Ran("check", at).err
        assert "10.20.1.1" in daemon.virsh("net-dumpxml", "lab").stdout
        changed = daemon.virsh("dumpxml", "--inactive", "db").stdout.replace("'lab'", "'lan'")
        assert daemon.define_domain(changed).ok
        assert f"qemu+unix:///system/domain/db: {form}\n" in Ran("check", at).err


@pytest.mark.parametrize("version", ["9.0", "12.8"])
def test_a_guest_that_runs_as_it_is_defined_is_not_noted(version: str) -> None:
    """Not even on networks that give its interfaces another type."""
    direct = "<network><name>direct</name><forward mode='bridge'><interface dev='eth0'/></forward></network>"
    nics = ("lab", "lan", "direct")
    interfaces = "".join(NIC.format(f"1{number}", each, "") for number, each in enumerate(nics))
    with Libvirtd(HOST, ROOTS[version]) as daemon:
        for xml in (NETWORKS[0], NETWORKS[2], direct):
            assert daemon.define_network(xml).ok
        for name in nics:
            assert daemon.start_network(name).ok
        assert daemon.define_domain(GUEST.format("all", interfaces + "<interface type='user'/>")).ok
        started = daemon.start_domain("all")
        assert started.ok, started.message
        live = read_host(parse_uri(uri(daemon)))
        assert [each.is_active for each in live.of("domain")] == [True]
        assert live.remarks == ()


def test_this_machine_is_asked_for_the_rest(folder: Path) -> None:
    """In the namespaces with the host's name, as on a machine, and without it, as in a container."""
    with Libvirtd(HOST) as daemon:
        build(daemon)
        inside = ("nsenter", "--target", "1", "--uts", "--", "env", "--chdir=/run")
        check = (*PROGRAM, "check", "qemu:///system", "--output-format", "json")
        host = daemon.run(*inside, *PROGRAM, "host", "-o", "/run/host.json")
        assert host.code == 0, host.stderr
        known = daemon.run("env", "--chdir=/run", *check, "--host", "/run/host.json")
        assert daemon.run(*inside, *check[:-1], "concise").stdout in PAGE.read_text("utf-8")
        here = daemon.run(*inside, *check)
        assert findings(here.stdout) == findings(known.stdout)
        assert "bridge-without-uplink" in {each["rule"] for each in findings(here.stdout)}
        elsewhere = daemon.run("env", "--chdir=/run", *check)
        assert "only what libvirt tells is known of this host" in elsewhere.stderr
        assert "bridge-without-uplink" not in {each["rule"] for each in findings(elsewhere.stdout)}


def test_a_host_is_read_by_ssh() -> None:
    login = (
        "umask 077; usermod -p '*' root; mkdir -p /run/sshd /root/.ssh; ssh-keygen -q -t ed25519 -N '' -f /run/key; "
        "ssh-keygen -q -t ed25519 -N '' -f /run/hostkey; cat /run/key.pub >/root/.ssh/authorized_keys; "
        "$(command -v sshd) -f /dev/null -h /run/hostkey -o ListenAddress=127.0.0.1 -o StrictModes=no -o UsePAM=no"
    )
    with Libvirtd(Host()) as daemon:
        assert daemon.define_network(NETWORKS[0]).ok
        done = daemon.run("sh", "-ec", login)
        assert done.code == 0, done.stderr
        at = "qemu+ssh://root@127.0.0.1/system?no_tty=1&no_verify=1&keyfile="
        ran = daemon.run("env", "--chdir=/run", *PROGRAM, "show", f"{at}/run/key")
        assert "qemu+ssh://root@127.0.0.1/system/network/lab: network lab\n" in ran.stdout, ran.stderr
        ran = daemon.run("env", "--chdir=/run", *PROGRAM, "check", f"{at}/run/hostkey")
        assert (ran.code, ran.stdout) == (2, "")
        assert ran.stderr.endswith("; does ssh log in there without a password?\n")
        assert ran.stderr.count("\n") == 1


def test_libvirts_own_test_driver() -> None:
    ran = Ran("check", "test:///default")
    assert (ran.code, ran.out) == (0, "Checked 2 objects: no findings.\n")
    assert ran.err == "vnetlint: test:///default: network filters: not seen: this driver has none\n"
    Path("node.xml").write_text("<node><network file='net.xml'/><domain file='web.xml'/></node>")
    Path("net.xml").write_text(NETWORKS[0])
    Path("web.xml").write_text(GUESTS[0].replace("type='qemu'", "type='test'"))
    ran = Ran("check", f"test://{os.getcwd()}/node.xml", "--output-format", "concise")
    assert f"test://{os.getcwd()}/node.xml/domain/web:" in ran.out
    assert "error: unknown network 'nowhere' [unknown-network]" in ran.out


@pytest.mark.parametrize(
    "at",
    [
        "qemu:///system",
        "qemu+unix:///system?socket=/nonexistent",
        "qemu+tcp://127.0.0.1:1/system",
        "qemu+tls://127.0.0.1/system",
        "qemu+ssh://127.0.0.1:1/system",
        "qemu+ssh://host.invalid/system",
        "qemu+nothing:///system",
        "test:///nonexistent.xml",
        "esx://127.0.0.1/",
    ],
)
def test_what_libvirt_says_is_one_line(at: str, capfd: pytest.CaptureFixture[str]) -> None:
    ran = Ran("check", at)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"vnetlint: {at}: ")
    assert ran.err.count("\n") == 1
    # libvirt's own handler would print the error a second time.
    assert capfd.readouterr() == ("", "")


def test_a_connection_that_hangs_ends_with_control_c() -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind("silent")
        silent.listen()
        command = [*PROGRAM, "check", f"qemu+unix:///system?socket={os.getcwd()}/silent"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            silent.accept()
            started = time.monotonic()
            process.send_signal(signal.SIGINT)
            assert process.communicate(timeout=20) == ("", "")
            assert process.returncode == 128 + signal.SIGINT
            assert time.monotonic() - started < 10


def test_an_ssh_that_hangs_is_ended() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        program = PROGRAM[2].replace("run()", "from vnetlint.live import reading; reading.CONNECT_SECONDS = 3; run()")
        command = [sys.executable, "-c", program, "check", f"qemu+ssh://root@127.0.0.1:{port}/system"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert ran.stderr.endswith("/system: no answer within 3 seconds\n")
        assert not [each for each in running() if each.startswith(f"ssh -p {port} ")]


def running() -> Iterator[str]:
    """The command lines of this machine's processes."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")


def test_a_thousand_networks_are_read_in_seconds() -> None:
    Path("net").mkdir()
    names = [f"n{number}" for number in range(1000)]
    for name in names:
        Path(f"net/{name}.xml").write_text(f"<network><name>{name}</name></network>")
    networks = "".join(f"<network file='net/{name}.xml'/>" for name in names)
    Path("node.xml").write_text(f"<node>{networks}</node>")
    started = time.monotonic()
    live = read_host(parse_uri(f"test://{os.getcwd()}/node.xml"))
    assert len(live.of("network")) == 1000
    assert time.monotonic() - started < 20
