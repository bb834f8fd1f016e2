"""Questions that are computed from the answers of others; ``subject`` is always ``forecast``.

A module names, for each of its functions, the SQL files it asks: ``ASKS``.
"""
