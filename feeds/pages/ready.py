"""The pages of an installation, kept between publications with the lines that they have set."""

from functools import lru_cache

from feeds.pages.site import Pages
from feeds.settings import PublishSettings


@lru_cache(maxsize=2)
def pages_for(settings: PublishSettings) -> Pages:
    """The same pages for equal settings; they may be asked by several threads."""
    return Pages(settings)
