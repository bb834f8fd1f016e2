"""The digest: what one person should know and do, asked with that person's rights, to be sent.

``parts`` asks the questions of the pages and words the answers, ``compose`` puts a digest
together, ``plain``, ``markup`` and ``chat`` render it, ``mail`` makes the message, ``sending``
sends it, and ``run`` goes through the recipients. Talent is never asked about.
"""
