"""The configuration: where it is, its keys, and the settings of a run that follow from it."""
