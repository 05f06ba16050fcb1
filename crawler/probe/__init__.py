"""First contact with a site: which pages to ask for, and what their answers say about each line of the profile.

Pure: answers in, findings out. `crawler.visits` does the asking.
"""

from crawler.probe.finding import Finding
from crawler.probe.judgement import closed_door, judge
from crawler.probe.route import probe_route

__all__ = ["Finding", "closed_door", "judge", "probe_route"]
