"""What is read and written: which files a folder holds for us, one bounded read and one atomic write."""
