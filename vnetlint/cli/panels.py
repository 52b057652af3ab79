"""The headings under which the help of a command lists its options."""

WHICH = "What is checked"
RULES = "Rules"
FIXING = "Fixes"
SITE = "The site"
REPORT = "Report"
OTHER = "Options"

ORDER = (WHICH, RULES, FIXING, SITE, REPORT, OTHER)

OF_RUN = {
    "unsafe": FIXING, "choices": FIXING, "select": RULES, "extend_select": RULES, "ignore": RULES, "policies": RULES,
    "fail_on": REPORT, "min_severity": REPORT, "host": SITE, "target": SITE, "schemas": SITE, "baseline": SITE,
    "config": SITE, "isolated": SITE,
}  # fmt: skip
"""The heading of each option of a run, by its field in RunOptions."""
