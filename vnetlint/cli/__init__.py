"""The command line: arguments in, one of the engine's two doors, a report out, an exit code."""
