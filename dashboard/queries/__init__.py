"""Questions as functions: one per SQL file, each with its declared columns."""
