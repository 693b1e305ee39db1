"""What processes for sites have at hand when they begin, beside the program itself.

It is done once, in the process they are forked from, while the content is still being read. That
process knows the program and nothing else.
"""

from __future__ import annotations

from generator.model.identity import made_by
from generator.site.exact.normal import normal_blocks
from generator.site.markup import converter
from generator.site.render import compile_templates

made_by()
compile_templates()
normal_blocks(["一"])  # numpy and Markdown load some of their parts when these are first asked for
converter(("tables", "fenced_code"), {})
