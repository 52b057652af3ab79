"""The command line: reads arguments, calls the engine, writes reports and returns an exit code."""
