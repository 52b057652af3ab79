"""The console script: the program without what Python does for long-running ones at its start and its end."""

import atexit
import gc
import os
import sys
from contextlib import suppress


def run() -> None:
    """Run the program, and end the process."""
    # A run is short, and what it makes and loads is in use until it ends.
    gc.disable()
    # As Python's own if a traceback ends the run.
    code = 1

    def leave() -> None:
        # Python would now take every object apart, which takes a sixth of the time that it takes to check a file.
        for stream in filter(None, (sys.stdout, sys.stderr)):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)

    # The first one that is registered is called last: after threads, child processes and temporary files have ended.
    atexit.register(leave)
    try:
        from vnetlint.cli import main

        main.run()
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
        raise
