"""Settings of the documentation. Every code cell is run, every warning is an error, nothing needs the network."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import Any

import attrs
from docutils import nodes
from sphinx import addnodes

import cpas

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS))

import clauses  # noqa: E402 - beside this file

project = "cpas"
author = "The cpas developers"
copyright = "The cpas developers. Independent software, not endorsed by the United Nations; not a UN rating"
version = release = cpas.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "jupyter_execute", "**.ipynb_checkpoints"]
templates_path = ["_templates"]

# -- pages with code: MyST-NB -------------------------------------------------------------------------
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
# A cell that fails is a warning, with its traceback; raising at once would hide which cell it was.
nb_execution_raise_on_error = False
nb_execution_in_temp = True
nb_execution_timeout = 120
nb_execution_show_tb = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_merge_streams = True

# -- reference: from the docstrings -------------------------------------------------------------------
autosummary_generate = True
# What the front door shows has a page there; the page of its module does not repeat it.
autosummary_context = {"public": ", ".join(cpas.__all__)}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_type_aliases = {"ArrayLike": "ArrayLike", "FloatArray": "FloatArray"}
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

# -- look ---------------------------------------------------------------------------------------------
html_theme = "pydata_sphinx_theme"
html_title = "cpas"
html_static_path = ["_static"]
html_css_files = ["cpas.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "show_prev_next": True,
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_version_warning_banner": False,
    "navigation_with_keys": False,
}


# -- comments of fields -------------------------------------------------------------------------------
# Napoleon takes "What it measures: an id, or several." for a type and its description. A comment of a field is
# plain text, so it is put aside before napoleon (priority 500) and put back after it.
_comments: dict[str, list[str]] = {}


def put_aside(_app: Any, what: str, name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    """Keep the comment of a field as it is written."""
    if what == "attribute":
        _comments[name] = list(lines)


def put_back(_app: Any, _what: str, name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    """Give a field the comment that was kept."""
    lines[:] = _comments.pop(name, lines)


# -- signatures of records ----------------------------------------------------------------------------
# What a constructor accepts is wider than what the record holds, and reads badly. The types stand at the fields.
def without_types(_app: Any, _what: str, _name: str, thing: Any, *_rest: Any) -> tuple[str, str] | None:
    """Return the signature of a record as names and defaults."""
    if not isinstance(thing, type) or not attrs.has(thing):
        return None
    signature = inspect.signature(thing)
    bare = [parameter.replace(annotation=inspect.Parameter.empty) for parameter in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty)), ""


# -- links of types -----------------------------------------------------------------------------------
def unlink_prose(_app: Any, doctree: nodes.document) -> None:
    """Keep a type in lower case (``path``, ``date``) from being linked to a field of that name somewhere."""
    for reference in doctree.findall(addnodes.pending_xref):
        if reference.get("refspecific") and str(reference.get("reftarget", "")).islower():
            del reference["refspecific"]


def setup(app: Any) -> None:
    """Connect these, the first two around napoleon, and gather the clauses of the methodology."""
    app.connect("doctree-read", unlink_prose)
    app.connect("autodoc-process-signature", without_types)
    clauses.write(Path(cpas.__file__).parent, DOCS / "reference" / "generated")
    app.connect("autodoc-process-docstring", put_aside, priority=400)
    app.connect("autodoc-process-docstring", put_back, priority=600)


# Small private-minded classes of several modules share a plain name; a reference to one of them is never written.
suppress_warnings = ["ref.python"]
