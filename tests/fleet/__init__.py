"""Tests of facts and of what several hosts show together. They need DuckDB, which the extra `test` installs."""
