"""How Sphinx makes the site: `make docs`. Nothing is fetched while it is made, nor when it is read."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from building.dress import colours  # noqa: E402 - the folder is known only now

project = "baclosim"
author = "The baclosim authors"
project_copyright = "The baclosim authors, Apache-2.0"
version = release = version_of("baclosim")

extensions = ["myst_parser", "sphinx_copybutton", "building.dress", "building.contents"]
exclude_patterns = ["building", "static"]
myst_enable_extensions = ["amsmath", "attrs_inline", "deflist", "dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4
smartquotes = False
python_display_short_literal_types = True
toc_object_entries = False
copybutton_prompt_text = "$ "
suppress_warnings: list[str] = []

html_theme = "furo"
html_title = "baclosim"
html_favicon = html_logo = "../src/baclosim/web/static/mark.svg"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {
    "light_css_variables": colours("light"),
    "dark_css_variables": colours("dark"),
    "top_of_page_buttons": [],
}
pygments_style = "friendly"
pygments_dark_style = "github-dark"
