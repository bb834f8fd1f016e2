"""Themes of comments: pure functions, text in and themes out.

What is learned comes from the comments given and from nothing else; ``questions`` hands on those
of the viewer's scope only.
"""
