"""Sign-ins that were signed out of."""

from datetime import datetime

import sqlalchemy as sa

from dashboard.store.connections import reading, writing
from dashboard.store.shelf import Shelf
from dashboard.store.tables import ENDED_SESSIONS
from dashboard.store.values import moment


class EndedSessions(Shelf):
    """Sign-outs in the store: every process and every tab learns of them."""

    def end_session(self, session: str, *, at: datetime, forget: datetime) -> None:
        """Write down that a sign-in has ended; ending it again changes nothing.

        Parameters
        ----------
        session
            A hash that stands for the sign-in.
        at
            Moment of the sign-out.
        forget
            Sign-outs before this moment are taken out: their sign-ins have run out by themselves.
        """
        known = ENDED_SESSIONS.c.session == session
        with self._transaction(writing) as connection:
            connection.execute(
                sa.delete(ENDED_SESSIONS).where(ENDED_SESSIONS.c.ended_at < moment(forget))
            )
            if connection.execute(sa.select(ENDED_SESSIONS).where(known)).one_or_none() is None:
                connection.execute(
                    sa.insert(ENDED_SESSIONS).values(session=session, ended_at=moment(at))
                )

    def has_ended(self, session: str) -> bool:
        """Whether a sign-in was signed out of."""
        with self._transaction(reading) as connection:
            found = connection.execute(
                sa.select(ENDED_SESSIONS.c.session).where(ENDED_SESSIONS.c.session == session)
            ).one_or_none()
        return found is not None
