"""Ratings of the team from the company's tables and from the app, as one answer."""
