"""The configuration: where it is, what it may say, and the settings that it makes for a run."""
