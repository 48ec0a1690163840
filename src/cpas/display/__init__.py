"""Tables and small pictures for people: escaped HTML, text of 80 columns, Markdown. Standard library only.

Whatever a plan or a table says is data: no character of it becomes markup. Zero is printed as 0 and a missing value
as missing, in every form.
"""

from cpas.display.escaping import Html, escape, markdown_escape
from cpas.display.figures import MISSING, format_missing, format_number, format_percent
from cpas.display.notebooks import notebook_rows, notebook_table
from cpas.display.pictures import bar, details, sparkline
from cpas.display.tables import html_table, markdown_table
from cpas.display.text import text_table, text_width, wrap_text

__all__ = [
    "MISSING",
    "Html",
    "bar",
    "details",
    "escape",
    "format_missing",
    "format_number",
    "format_percent",
    "html_table",
    "markdown_escape",
    "markdown_table",
    "notebook_rows",
    "notebook_table",
    "sparkline",
    "text_table",
    "text_width",
    "wrap_text",
]
