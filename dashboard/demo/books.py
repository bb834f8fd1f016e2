"""Whose account it was and is: each account's CSM over time, and accounts that changed segment."""

from dataclasses import dataclass, fields, replace
from typing import Final, Self

import numpy as np

from dashboard.demo.draws import (
    NO_DAY,
    Days,
    Flags,
    Ints,
    chance,
    day_count,
    stream,
)
from dashboard.demo.history import History
from dashboard.demo.profiles import Profiles
from dashboard.demo.team import ENTERPRISE, LEFT_DAYS_AGO, SMALL_BUSINESS, Team

UNASSIGNED: Final = -1
_UNASSIGNED_SHARE: Final = 0.02
_REASSIGNED_SHARE: Final = 0.10
_GREW_SHARE: Final = 0.03
_OVERLOADED_SHARE: Final = 0.9
"""Accounts of the CSM who left that went to the colleague who is overloaded since."""

_ARRIVAL: Final = np.timedelta64(20, "D")
_FIRST_WEEKS: Final = np.timedelta64(45, "D")


@dataclass(frozen=True, slots=True)
class Books:
    """Up to three CSMs per account, each from a day on; no day means there was none.

    ``holders`` are codes of the team, ``since`` the first days, both accounts x 3.
    """

    holders: Ints
    since: Days
    grew_on: Days
    """Day the account moved up from the next smaller segment."""

    def part(self, rows: slice) -> Self:
        """Some of the accounts."""
        return replace(
            self, **{column.name: getattr(self, column.name)[rows] for column in fields(self)}
        )

    def csm_on(self, account: Ints, days: Days) -> Ints:
        """Code of the CSM who held each account on each day; ``UNASSIGNED`` where none did."""
        code: Ints = self.holders[account, 0]
        for place in (1, 2):
            later = self.since[account, place] <= days
            code = np.where(later, self.holders[account, place], code)
        return code

    @property
    def today(self) -> Ints:
        """Code of the CSM who holds each account now."""
        code = self.holders[:, 0]
        for place in (1, 2):
            code = np.where(np.isnat(self.since[:, place]), code, self.holders[:, place])
        return code


def books(seed: int, profiles: Profiles, team: Team, history: History) -> Books:
    """Hand every account to a CSM of its segment, and some from one to another."""
    return _Dealer(stream(seed, "books"), profiles, team, history).books()


class _Dealer:
    """Deals the books and then hands accounts over: ``before`` holds until ``handed_on``."""

    def __init__(
        self, rng: np.random.Generator, profiles: Profiles, team: Team, history: History
    ) -> None:
        self.rng = rng
        self.profiles = profiles
        self.team = team
        self.history = history
        size = len(profiles)
        self.holder: Ints = np.full(size, UNASSIGNED)
        self.before: Ints = np.full(size, UNASSIGNED)
        self.handed_on: Days = np.full(size, NO_DAY)
        self.grew_on: Days = np.full(size, NO_DAY)

    def books(self) -> Books:
        self._deal()
        self._move_up()
        self._hand_over_the_book_of_the_one_who_left()
        self._reassign()
        self._leave_some_unassigned()
        return self._spans()

    def _deal(self) -> None:
        """By size, each hand one of every rank, so that no book is heavy by accident."""
        arr = self.profiles.first_arr
        for segment, csms in enumerate(self.team.csms):
            # The one who left is dealt a book, too; it is handed over below.
            hands = np.append(csms, self.team.left) if segment == ENTERPRISE else csms
            rows = np.flatnonzero(self.profiles.segments == segment)
            rows = rows[np.argsort(arr[rows], kind="stable")]
            rounds = -(-len(rows) // len(hands))
            dealt = self.rng.permuted(np.tile(hands, (rounds, 1)), axis=1).ravel()
            self.holder[rows] = dealt[: len(rows)]
        # The largest account goes to the lightest book, which then is within the usual band.
        others = self._others_than_the_overloaded()
        northwind = self.profiles.northwind
        held = [arr[(self.holder == csm) & ~northwind].sum() for csm in others]
        self.holder[northwind] = others[np.argmin(held)]

    def _others_than_the_overloaded(self) -> Ints:
        csms = self.team.csms[ENTERPRISE]
        others: Ints = csms[csms != self.team.overloaded]
        return others

    def _untouched(self) -> Flags:
        return np.isnat(self.handed_on) & ~self.profiles.northwind

    def _move_up(self) -> None:
        """Accounts that outgrew a segment: they had a CSM of the smaller one before."""
        size, segments = len(self.profiles), self.profiles.segments
        day = self.history.as_of - day_count(self.rng, 60, 900, size)
        grew = (segments != SMALL_BUSINESS) & chance(self.rng, _GREW_SHARE, size)
        grew &= self._untouched() & (self.profiles.customer_since < day - _FIRST_WEEKS)
        for segment, smaller in enumerate(self.team.csms[1:]):
            rows = np.flatnonzero(grew & (segments == segment))
            self.before[rows] = self.rng.choice(smaller, len(rows))
        self.handed_on[grew] = self.grew_on[grew] = day[grew]

    def _hand_over_the_book_of_the_one_who_left(self) -> None:
        size = len(self.profiles)
        hers = self.holder == self.team.left
        takes = chance(self.rng, _OVERLOADED_SHARE, size)
        others = self.rng.choice(self._others_than_the_overloaded(), size)
        self.holder[hers] = np.where(takes, self.team.overloaded, others)[hers]
        hers &= self._untouched()
        day = self.history.days_ago(LEFT_DAYS_AGO) - day_count(self.rng, 0, 6, size)
        self.before[hers] = self.team.left
        self.handed_on[hers] = day[hers]

    def _reassign(self) -> None:
        moved = self._untouched() & (self.holder != self.team.overloaded)
        moved &= chance(self.rng, _REASSIGNED_SHARE, len(moved))
        for segment, csms in enumerate(self.team.csms):
            rows = np.flatnonzero(moved & (self.profiles.segments == segment))
            self.before[rows] = self.rng.choice(csms, len(rows))
        moved &= self.before != self.holder
        self.handed_on[moved] = self.history.as_of - day_count(self.rng, 20, 700, moved.sum())

    def _leave_some_unassigned(self) -> None:
        free = self._untouched() & (self.holder != self.team.overloaded)
        share = _UNASSIGNED_SHARE / max(free.mean(), _UNASSIGNED_SHARE)
        alone = free & chance(self.rng, share, len(free))
        self.before[alone] = self.holder[alone]
        self.holder[alone] = UNASSIGNED
        self.handed_on[alone] = self.history.as_of - day_count(self.rng, 5, 60, alone.sum())

    def _spans(self) -> Books:
        """Holders in order; a veteran of the segment holds what a CSM got before being hired."""
        since, segments = self.profiles.customer_since, self.profiles.segments
        hired = np.append(self.team.hired_on, np.datetime64("1900-01-01", "D"))
        # Nobody hands over in the first weeks, and nobody takes over before being hired.
        day = np.maximum(self.handed_on, hired[self.holder] + _ARRIVAL)
        handed = ~np.isnat(day) & (day > since + _FIRST_WEEKS) & (day < self.history.as_of)
        kept = np.where(handed, self.before, self.holder)
        grew = handed & ~np.isnat(self.grew_on)
        veterans = np.array(self.team.veterans)[np.where(grew, segments + 1, segments)]
        arrives = np.maximum(hired[kept] + _ARRIVAL, since)
        late = (arrives > since) & (kept != veterans)
        until = np.where(handed, day, self.history.as_of)
        return Books(
            holders=np.column_stack(
                [np.where(late, veterans, kept), kept, np.where(handed, self.holder, kept)]
            ),
            since=np.column_stack(
                [
                    since,
                    np.where(late & (arrives < until), arrives, NO_DAY),
                    np.where(handed, day, NO_DAY),
                ]
            ),
            grew_on=np.where(grew, day, NO_DAY),
        )
