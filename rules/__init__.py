"""The built-in rules, one file each; the folders are the families that `--select` knows."""
