"""Configuration of Sphinx: ``tox -e docs`` builds the pages into docs/_build."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from jambonz_sync import __version__

project = "jambonz_sync"
author = "The jambonz_sync authors"
copyright = "The jambonz_sync authors"
release = version = __version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton", "sphinx_design", "models", "llms"]
exclude_patterns = ["_build"]
highlight_language = "none"

html_theme = "furo"
pygments_dark_style = "github-dark"
html_title = f"jambonz_sync {release}"
html_static_path = ["_static"]
html_css_files = ["reference.css"]
html_copy_source = False

copybutton_exclude = ".linenos, .gp, .go"
copybutton_prompt_text = r"\$ "
copybutton_prompt_is_regexp = True
copybutton_only_copy_prompt_lines = False

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_class_signature = "mixed"
toc_object_entries = False
maximum_signature_line_length = 72  # a longer signature has a line for each parameter
python_trailing_comma_in_multi_line_signatures = False
strip_signature_backslash = True  # else the parameter from_ is shown as "from"

napoleon_numpy_docstring = False
napoleon_custom_sections = [("Endpoints", "params_style")]
