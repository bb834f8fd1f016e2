"""Snowflake: the same SQL text through a pool of sessions, answered as Arrow.

A question costs one round trip. What cannot be sent the driver repeats until the time limit is up;
left to do here are an answer cut off half-way, a lost session, a network that swallows everything,
and saying what went wrong without an address, a name or a statement in it.
"""

import json
import time
import weakref
from typing import Any, Final

import polars as pl
import sqlalchemy as sa
import stamina

from dashboard.access import SERVICE
from dashboard.policy import Policy
from dashboard.settings import SnowflakeSettings
from dashboard.warehouse.base import (
    ASKED_ON,
    Freshness,
    UnreachableError,
    Warehouse,
    WarehouseError,
)
from dashboard.warehouse.manifest import QUERY, Age
from dashboard.warehouse.row_access import VIEWER
from dashboard.warehouse.snowflake_sessions import SnowflakeSettingsError, sessions
from dashboard.warehouse.watched import RUN

ATTEMPTS: Final = 3

_TIMED_OUT: Final = "HYT00"
_SIGN_IN: Final = range(390_000, 400_000)
_BAD_SETTING: Final = 251_007
_NETWORK: Final = 4
_CUT_OFF: Final = 6
_CANCELLED: Final = frozenset({604, 630})
_ABSENT: Final = frozenset({904, 2003, 2043})
_NO_VIRTUAL_WAREHOUSE: Final = 606


class SnowflakeWarehouse(Warehouse):
    """Questions to Snowflake. Every viewer shares the service's sessions."""

    def __init__(self, settings: SnowflakeSettings, policy: Policy) -> None:
        super().__init__(policy)
        self._settings = settings
        self._engine = sessions(settings)
        self._driver_error: type[Exception] = self._engine.dialect.loaded_dbapi.Error
        self._age = Age("snowflake")
        self.close = weakref.finalize(self, self._engine.dispose)
        """Sign out; also called at the end of the process."""

    def freshness(self) -> Freshness:
        """Age and completeness of the data, looked up at most every half minute."""
        return self._age.known(lambda: self._run(sa.text(QUERY), tag="freshness"))

    def _run(self, statement: sa.TextClause, *, tag: str, viewer: str = SERVICE) -> pl.DataFrame:
        compiled = statement.compile(dialect=self._engine.dialect)
        expanded = compiled.construct_expanded_state(compiled.params)
        values = list(expanded.positional_parameters or ())
        try:
            for attempt in stamina.retry_context(
                on=self._is_worth_repeating, attempts=ATTEMPTS, wait_initial=0.05, wait_jitter=0.05
            ):
                with attempt:
                    return self._answer(expanded.statement, values, tag, viewer)
        except self._driver_error as error:
            raise _unanswered(error, tag, self._settings) from error
        raise AssertionError("the last attempt returns or raises")

    def _answer(self, text: str, values: list[object], tag: str, viewer: str) -> pl.DataFrame:
        session = self._session()
        # The documented `alter session set query_tag` would be a round trip more.
        told = {"QUERY_TAG": _query_tag(tag, viewer)}
        try:
            cursor: Any = session.cursor()
            if self._settings.pass_viewer and session.info.get("viewer") != viewer:
                # Until the new name is known to stand, the session has none.
                session.info.pop("viewer", None)
                cursor.execute(f"set {VIEWER} = {_quoted(viewer)}", _statement_params=told)
                session.info["viewer"] = viewer
            cursor.execute(text, values, _statement_params=told)
            if run := RUN.get():
                run.queries.append(cursor.sfqid)
            table = cursor.fetch_arrow_all(force_return_table=True)
            cursor.close()
            session.info["answered_at"] = time.monotonic()
        except self._driver_error as error:
            session.info.pop("answered_at", None)
            if self._is_lost_session(error):
                session.invalidate(error)
            raise
        finally:
            session.close()
        return pl.DataFrame(table)

    def _session(self) -> sa.PoolProxiedConnection:
        try:
            return self._engine.raw_connection()
        except sa.exc.TimeoutError as error:
            raise UnreachableError("All connections to Snowflake are busy.") from error
        except self._driver_error as error:
            raise _not_signed_in(error, self._settings) from error
        except sa.exc.DBAPIError as error:
            # SQLAlchemy asks the first session something of its own, and wraps what goes wrong.
            raise _not_signed_in(error.orig or error, self._settings) from error

    def _is_worth_repeating(self, error: Exception) -> bool:
        """What the driver does not repeat: an answer cut off half-way, and a lost session."""
        return getattr(error, "errno", None) == _CUT_OFF or self._is_lost_session(error)

    def _is_lost_session(self, error: Exception) -> bool:
        """Whether the server no longer knows the session: the driver does not sign in again."""
        return isinstance(error, self._driver_error) and self._engine.dialect.is_disconnect(
            error,  # type: ignore[arg-type]
            None,
            None,
        )


def _query_tag(question: str, viewer: str) -> str:
    """What the query history shows beside a query; ``parse_json`` reads it."""
    told = {"app": "cs-dashboard", "question": question, "viewer": viewer, "page": ASKED_ON.get()}
    if run := RUN.get():
        told["run"] = run.id
    return json.dumps({name: value for name, value in told.items() if value})


def _quoted(text: str) -> str:
    """A text as Snowflake reads it: ``set`` binds no values."""
    escaped = text.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _not_signed_in(error: BaseException, settings: SnowflakeSettings) -> WarehouseError:
    number = getattr(error, "errno", None)
    if number in _SIGN_IN:
        return WarehouseError(
            "Snowflake refused the sign-in. Check the account, the user and what the "
            f"authenticator {settings.authenticator} uses (error {number})."
        )
    if number == _BAD_SETTING:
        return SnowflakeSettingsError("A Snowflake setting is not one that the driver can use.")
    if _timed_out(error):
        return UnreachableError("Snowflake could not be reached.")
    return UnreachableError("No connection to Snowflake: check the network and the sign-in.")


def _unanswered(error: Exception, tag: str, settings: SnowflakeSettings) -> WarehouseError:
    """What happened, in words fit for the screen: nothing of the driver's own text is in them."""
    number = getattr(error, "errno", None)
    if _timed_out(error) or number in _CANCELLED:
        return UnreachableError(f"Snowflake gave no answer in {settings.query_timeout} seconds.")
    if number in {_NETWORK, _CUT_OFF}:
        return UnreachableError("The connection to Snowflake broke.")
    if number in _SIGN_IN:
        return UnreachableError(f"Snowflake ended the session (error {number}).")
    if number in _ABSENT:
        return WarehouseError(
            f"{tag} needs a table or column that is not there or that the role may not read."
        )
    if number == _NO_VIRTUAL_WAREHOUSE:
        return WarehouseError("No virtual warehouse is set that the role may use.")
    return WarehouseError(f"Snowflake could not answer {tag} (error {number}).")


def _timed_out(error: BaseException) -> bool:
    return getattr(error, "sqlstate", None) == _TIMED_OUT
