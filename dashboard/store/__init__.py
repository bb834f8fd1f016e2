"""The one door for writes: the app's own database, never the tables of the company."""
