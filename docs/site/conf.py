"""Sphinx's settings for the site. The pages are those that stage.py made; build.py starts it."""

from vnetlint import __version__

project = "vnetlint"
release = __version__
version = ".".join(release.split(".")[:2])
html_title = project
project_copyright = "the authors of vnetlint, Apache-2.0"
extensions = ["myst_parser"]
myst_heading_anchors = 4
myst_enable_extensions = ["linkify"]
myst_linkify_fuzzy_links = False
nitpicky = True
# They would turn the dashes of options into one.
smartquotes = False
# Some examples are wrong on purpose, such as XML that is not well formed.
suppress_warnings = ["misc.highlighting_failure"]

html_theme = "furo"
html_theme_options = {"light_css_variables": {"color-code-background": "#f5f6f8"}}
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_context = {"site_version": version}
html_copy_source = False
html_show_sphinx = False
html_use_index = False
# A page that is opened as a file may not read others.
html_show_search_summary = False
html_permalinks_icon = "#"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "sidebar/versions.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
