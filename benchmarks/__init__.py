"""Measurements of what the documentation promises; each module prints one table."""
