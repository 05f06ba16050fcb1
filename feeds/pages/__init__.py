"""The reading site: pages as bytes, for the published folder and for answers on request alike."""

from feeds.pages.environment import POLICY
from feeds.pages.head import FORMAT_WORDS, MEDIA_TYPES
from feeds.pages.site import Pages

__all__ = ["FORMAT_WORDS", "MEDIA_TYPES", "POLICY", "Pages"]
