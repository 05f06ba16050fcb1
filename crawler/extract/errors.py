"""Why a capture gives no statement and no listing."""

from typing import Literal

Refusal = Literal["wrong-host", "http-error", "not-html", "truncated", "soft-404", "blocked"]
"""Kinds of answer that are no page of the wanted kind, whatever the template."""

Code = Refusal | Literal["no-document-id", "layout-changed", "listing-layout-changed", "garbled", "too-large"]


class ExtractionError(ValueError):
    """Raised instead of an empty or doubtful result: a stable `code` for programs, a `detail` for people."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code: Code = code
        self.detail = detail

    def __reduce__(self) -> tuple[type["ExtractionError"], tuple[Code, str]]:
        return type(self), (self.code, self.detail)
