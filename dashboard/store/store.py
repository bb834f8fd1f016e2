"""The store: named, versioned things that people save, and every write to them."""

from dashboard.store.annotations import Annotations
from dashboard.store.copies import Copies
from dashboard.store.ended_sessions import EndedSessions
from dashboard.store.meetings import Meetings
from dashboard.store.personal import Personal
from dashboard.store.policies import Policies
from dashboard.store.proposals import Proposals
from dashboard.store.reviews import Reviews
from dashboard.store.scenarios import Scenarios
from dashboard.store.scorecards import Scorecards


class Store(
    Policies,
    Scenarios,
    Scorecards,
    Proposals,
    Annotations,
    Meetings,
    Reviews,
    Personal,
    Copies,
    EndedSessions,
):
    """The app's own database. One instance serves every session and thread.

    Nothing is reached before the first call, and a store that could not be reached is tried again
    at the next one. Who may write is decided before: the store keeps what ``by`` says.

    Every write takes ``by`` and ``at`` (with a time zone), and a ``token`` drawn when the form was
    opened: the same write with the same token is made once, so a click may be repeated after any
    error. Every write raises ``StoreUnreachableError`` where the store does not answer and
    ``EditedMeanwhileError`` where somebody wrote first; then nothing was changed.
    """
