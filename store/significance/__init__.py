"""How much an edit matters and why, by rules that anyone can follow: docs/significance.md."""

from store.significance.classify import classify
from store.significance.judgement import ORDER, ClassName, Finding, Judgement
from store.significance.terms import DEFAULT, SensitiveTerms

__all__ = ["DEFAULT", "ORDER", "ClassName", "Finding", "Judgement", "SensitiveTerms", "classify"]
