"""What is known about a batch of accounts once their contracts have been run."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.demo.books import UNASSIGNED, Books
from dashboard.demo.contracts import Contracts
from dashboard.demo.draws import Days, Floats, Ints, Texts, only, stream, text
from dashboard.demo.health import Health
from dashboard.demo.history import History
from dashboard.demo.journeys import Journeys
from dashboard.demo.loading import numbered
from dashboard.demo.profiles import Profiles
from dashboard.demo.team import Team


@dataclass(frozen=True, slots=True)
class Batch:
    """Accounts with their contracts, journeys and health; ``account`` is a place in the batch."""

    seed: int
    number: int
    history: History
    team: Team
    member_ids: Texts
    profiles: Profiles
    books: Books
    contracts: Contracts
    found: Journeys
    measured: Health

    @property
    def first_account(self) -> int:
        """Number of the first account, from which ids of other tables are made."""
        return int(self.profiles.numbers[0])

    def stream(self, subject: str) -> np.random.Generator:
        """Random numbers of a subject in this batch."""
        return stream(self.seed, subject, self.number)

    @property
    def line_ids(self) -> pl.Series:
        """Ids of the contract lines, in their order."""
        return numbered(self.contracts.lines, "S", first_account=self.first_account)

    def ids(self, account: Ints) -> pl.Series:
        """Account ids of places in the batch."""
        return text(self.profiles.ids).gather(account)

    def currencies(self, account: Ints) -> pl.Series:
        """Currencies of places in the batch."""
        return pl.Series(["USD", "EUR"]).gather(self.profiles.euro[account].astype(np.int64))

    def csm_ids(self, account: Ints, days: Days) -> Texts:
        """Member id of the CSM on each day; none where nobody held the account."""
        codes = self.books.csm_on(account, days)
        return only(codes != UNASSIGNED, self.member_ids[codes])

    def manager_ids(self, account: Ints) -> Texts:
        """Member id of today's CSM's manager; the first veteran's where there is no CSM."""
        codes = self.books.today[account]
        veterans = np.array(self.team.veterans)[self.profiles.segments[account]]
        ids: Texts = self.member_ids[
            self.team.manager[np.where(codes == UNASSIGNED, veterans, codes)]
        ]
        return ids

    def scores_on(self, account: Ints, days: Days, measure: int) -> Floats:
        """A measure of accounts on days, known to anybody or not."""
        paths = self.measured.paths
        week = np.clip(self.history.week_of(days), 0, paths.shape[1] - 1)
        return np.asarray(paths[account, week, measure], dtype=np.float64)

    def overall_on(self, account: Ints, days: Days) -> Floats:
        """Mean of all measures of accounts on days."""
        paths = self.measured.paths
        week = np.clip(self.history.week_of(days), 0, paths.shape[1] - 1)
        return np.asarray(paths[account, week].mean(axis=1), dtype=np.float64)
