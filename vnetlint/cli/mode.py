"""`vnetlint mode FILE MODE`: convert a network to another mode, as an edit with a diff."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from enum import StrEnum
from shlex import quote
from typing import Annotated, cast

import typer

from vnetlint.cli.diff import show_diff
from vnetlint.cli.inputs import STDIN, STDIN_NAME, gather
from vnetlint.cli.streams import CLEAN, FINDINGS, CommandError, Streams, streams_of
from vnetlint.cli.virsh import restarting
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.convert import Converted, convert
from vnetlint.engine.lint import lint
from vnetlint.files.paths import display
from vnetlint.files.read import read
from vnetlint.files.write import FileChange, replace_together
from vnetlint.model import Network
from vnetlint.reach.differences import differences
from vnetlint.remedies.choose import AIMS, Aim, Wish
from vnetlint.report.display import clean
from vnetlint.xml.source import Source, Unreadable

MAX_BESIDE = 500
"""The most files of the folder that are read, if no configuration says which files belong together."""

AimName = StrEnum("AimName", list(AIMS))  # type: ignore[misc]


def mode(
    context: typer.Context,
    path: Annotated[str, typer.Argument(metavar="FILE", help="The file of the network; `-` is standard input.")],
    aim: Annotated[AimName, typer.Argument(metavar="|".join(AIMS), help="The mode that the network gets.")],
    uplink: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The host's bridge for bridged, or its NIC for macvtap."),
    ] = None,
    subnet: Annotated[
        str | None,
        typer.Option(metavar="SUBNET", help="The subnet for a network without <ip>; by default a free private one."),
    ] = None,
    network: Annotated[str | None, typer.Option(metavar="NAME", help="Which network, if the file has several.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the file instead of showing a diff.")] = False,
    host: Annotated[str | None, typer.Option(metavar="FILE", help="The host's inventory, a JSON or TOML file.")] = None,
    target: Annotated[
        str | None,
        typer.Option("--target-libvirt", metavar="VERSION", help="The oldest libvirt that the file is for."),
    ] = None,
    config: Annotated[str | None, typer.Option(metavar="FILE", help="Use this configuration.")] = None,
    isolated: Annotated[bool, typer.Option("--isolated", help="Use no configuration.")] = False,
    stdin_filename: Annotated[
        str | None, typer.Option(metavar="NAME", help="The file name to use for standard input.")
    ] = None,
) -> int:
    """Convert a network to another mode: show the edit as a diff, or make it with --write.

    Exits with 0 if the network has the mode or the file was written, 1 if only a diff was shown, 2 if the job could
    not be done.
    """
    streams = streams_of(context)
    source = _source(path, streams, stdin_filename)
    planner = RunPlanner(RunOptions(host=host, target=target, config=config, isolated=isolated))
    (run,) = planner.plan([source])
    if not run.context and not isolated and path != STDIN:
        run = replace(run, context=tuple(_beside(source)))
    done = convert(source, Wish(cast("Aim", aim.value), uplink, subnet), network, run.settings, run.context)
    if not done.changes:
        if write and path == STDIN:
            streams.write_bytes(source.encode())
        _say(streams, f"{clean(done.before.label)} is {aim.value} already{_where(done)}", to_out=path != STDIN)
        return CLEAN
    if not write:
        show_diff([(source, done.text)], streams)
        streams.flush()
    elif path == STDIN:
        streams.write_bytes(done.text.encode())
    else:
        replace_together([FileChange.between(source, done.text)])
    # Only the diff or the document goes to standard output, so that `git apply` or virsh can read it.
    for line in _words(done, aim.value, run):
        _say(streams, line, to_out=write and path != STDIN)
    return CLEAN if write else FINDINGS


def _source(path: str, streams: Streams, stdin_filename: str | None) -> Source:
    inputs, named = gather([path], streams, stdin_filename)
    if not named:
        raise CommandError(f"{clean(path)}: a folder: name the file of the network")
    (found,) = inputs
    if isinstance(found, Unreadable):
        place = found.shown.lines.position(found.offset)
        raise CommandError(f"{clean(found.path)}:{place.line}:{place.column}: {found.message}")
    return found


def _beside(source: Source) -> Iterator[Source]:
    """Yield the other XML files of the folder, which are for the same host, so that no subnet is used twice."""
    with suppress(OSError), os.scandir(os.path.dirname(source.path) or ".") as entries:
        names = sorted(each.path for each in entries if each.name.endswith(".xml") and each.is_file())
        for name in names[:MAX_BESIDE]:
            shown = display(name)
            if shown != source.path and isinstance(found := read(shown), Source):
                yield found


def _say(streams: Streams, line: str, to_out: bool) -> None:
    if to_out:
        streams.write(f"{line}\n")
    else:
        with suppress(OSError):
            streams.err.write(f"{line}\n")


def _where(done: Converted) -> str:
    """The bridge or the macvtap mode of a network that has the mode already."""
    if done.target.attachment == "host-bridge":
        return f", on the bridge '{clean(done.target.bridge or '')}'"
    return f", with mode '{done.before.mode}'" if done.target.attachment == "macvtap" else ""


def _words(done: Converted, aim: str, run: Run) -> Iterator[str]:
    """What was done, what it needs from the outside, what checking the file reports now, and what changes in reach."""
    yield f"{clean(done.before.label)}: {_name(done.before)} to {aim}"
    yield from (f"  {clean(each.words)}" for each in done.changes)
    yield from (f"  needs: {clean(each)}" for each in _needs(done))
    yield from (f"  to apply: {clean(each)}" for each in _to_apply(done.after))
    yield from (f"  now reported: {clean(each)}" for each in _reported(done, run))
    yield from (f"  reach: {clean(each)}" for each in differences(done.before, done.after, run.settings.host))


def _name(network: Network) -> str:
    """The mode of a network as people call it."""
    if network.attachment in ("host-bridge", "macvtap"):
        return "bridged" if network.attachment == "host-bridge" else f"macvtap ({network.mode})"
    return next((aim for aim, mode in AIMS.items() if mode == network.mode), str(network.mode))


def _needs(done: Converted) -> Iterator[str]:
    """What has to be true outside the file for the new mode to work, and how libvirt learns of it."""
    after, target = done.after, done.target
    subnets = " and ".join(str(ip.subnet) for ip in after.ips if ip.subnet) or "its subnets"
    if after.mode == "route":
        yield f"a route to {subnets} via this host on the LAN's router, or guests get no replies"
    elif after.mode == "open":
        yield f"rules of the host's own firewall, and a route to {subnets} via this host on the LAN's router"
    elif target.attachment == "host-bridge":
        yield f"the bridge '{target.bridge}' on the host, with a NIC among its ports; guests get addresses from the LAN"
    elif target.attachment == "macvtap":
        nics = " and ".join(f"'{each}'" for each in target.nics)
        yield f"{nics} up on the host; guests get addresses from the LAN, and do not reach the host itself"


def _to_apply(network: Network) -> Iterator[str]:
    """The commands by which a running libvirt takes the network over."""
    name = quote(network.name or "NETWORK")
    path = "FILE" if network.path == STDIN_NAME else quote(network.path)
    if network.uuid is not None:
        yield f"virsh net-define {path}; {restarting(name)}"
        yield "then restart the network's guests"
        return
    # Without a UUID libvirt takes the file for another network of the same name.
    removed = f"virsh net-destroy {name}; virsh net-undefine {name}"
    yield f"{removed}; virsh net-define {path}; virsh net-start {name}"
    yield "then restart the network's guests; net-undefine, needed without a <uuid>, also turned autostart off"


def _reported(done: Converted, run: Run) -> Iterator[str]:
    """The errors and warnings that the conversion adds, such as a missing bridge or a guest that does not start."""
    before = lint([done.source, *run.context], run.settings)
    after = lint([done.text, *run.context], run.settings)
    known = Counter((each.rule, each.path) for each in before.findings)
    for each in after.findings:
        if known[each.rule, each.path] <= 0 and each.severity != "info":
            line = after.source(each.path).lines.position(each.span.start).line
            yield f"{each.path}:{line}: {each.severity}: {each.message} [{each.rule}]"
        known[each.rule, each.path] -= 1
