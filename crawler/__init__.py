"""Fetching and understanding the site: profile, addresses, spider, extraction. Knows the store, not the feeds."""
