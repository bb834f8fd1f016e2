"""Pages of the dashboard, one script each; they do not know each other."""
