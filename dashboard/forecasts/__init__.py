"""The statistical forecast of renewals and expansion: pure functions, frame in and frame out.

Everything learns only from what was known on the day it speaks for; ``questions`` asks the
warehouse and hands the frames on.
"""
