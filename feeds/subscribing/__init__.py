"""The pages about mail: to subscribe, to confirm, to alter what one gets, to end it. No JavaScript, nothing kept."""

from feeds.subscribing.desk import Desk
from feeds.subscribing.web import PATHS, counter

__all__ = ["PATHS", "Desk", "counter"]
