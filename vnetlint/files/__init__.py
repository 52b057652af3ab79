"""Reading and writing: which files of a folder are checked, one bounded read and one atomic write."""
