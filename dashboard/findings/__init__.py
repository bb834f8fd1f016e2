"""Titles: a sentence that states the finding with a number from the exhibit's own rows."""
