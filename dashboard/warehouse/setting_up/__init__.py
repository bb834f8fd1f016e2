"""Scripts that an administrator runs once: tables, derived tables, roles and rights."""
