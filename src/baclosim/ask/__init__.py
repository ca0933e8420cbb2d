"""Questions in plain English, answered from the evidence, offline.

question -> understanding (words, other drugs, emergency, personal dose)
         -> topics (curated: which facts answer what, and in which sentences) or search over all facts
         -> computed (what the model can work out of it)
         -> answer

Nothing is generated: every sentence is a fact's, or one of `topics/*.toml` with the facts' numbers put in when it is
asked.
"""

from .answer import Answer
from .asking import ask

__all__ = ["Answer", "ask"]
