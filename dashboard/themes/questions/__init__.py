"""Questions that are computed from comments; ``subject`` is always ``themes``.

A module names, for each of its functions, the SQL files it asks: ``ASKS``.
"""
