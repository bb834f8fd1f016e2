"""Answers taken away: the same rows the page shows, as files."""
