"""How much an edit matters and why, by rules that anyone can follow: docs/significance.md."""

from store.model import Statement
from store.significance.judgement import ORDER, ClassName, Finding, Judgement
from store.significance.terms import DEFAULT, SensitiveTerms

__all__ = ["DEFAULT", "ORDER", "ClassName", "Finding", "Judgement", "SensitiveTerms", "classify"]


def classify(old: Statement, new: Statement, terms: SensitiveTerms = DEFAULT) -> Judgement:
    """How much the difference of two versions matters, and why."""
    # At first use: few crawls find an edit, and its expressions are a sixth of what a crawl has to load and compile.
    # The module has another name than this function, or it would take its place here once it is loaded.
    from store.significance.judging import classify as judged

    return judged(old, new, terms)
