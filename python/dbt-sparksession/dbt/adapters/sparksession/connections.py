"""The session, and what dbt takes for a connection to it."""

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from dbt.adapters.contracts.connection import Connection, ConnectionState
from dbt.adapters.exceptions import FailedToConnectError
from dbt.adapters.spark.connections import (
    SparkConnectionManager,
    SparkCredentials,
)
from dbt.adapters.spark.session import Cursor, SessionConnectionWrapper
from dbt_common.exceptions import DbtRuntimeError
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

__all__ = [
    "SparkSessionConnectionManager",
    "SparkSessionCredentials",
    "open_session",
    "spark_errors",
]

_opening = threading.Lock()
_sessions: dict[str, SparkSession] = {}


def open_session(settings: Mapping[str, Any]) -> SparkSession:
    """Open the session of these settings, once for the process, and make it active.

    Parameters
    ----------
    settings : mapping
        Spark's own settings. ``spark.remote`` asks for Spark Connect; without it
        ``spark.master`` says where the executors are.

    Returns
    -------
    SparkSession
        The same for the same settings, whichever thread asks.
    """
    given = {name: str(value) for name, value in settings.items()}
    key = repr(sorted(given.items()))
    with _opening:
        if key not in _sessions:
            # Executors run the Python that runs dbt, unless told otherwise.
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
            builder = SparkSession.builder
            for name, value in given.items():
                builder = builder.config(name, value)
            if "spark.remote" not in given:
                # Tables outlive the process only in a catalog that does.
                builder = builder.enableHiveSupport()
            _sessions[key] = builder.getOrCreate()
    session = _sessions[key]
    if "spark.remote" in given:
        # Spark Connect keeps the active session for each thread; dbt has several.
        type(session)._set_default_and_active_session(session)
    return session


@contextmanager
def spark_errors() -> Iterator[None]:
    """Turn Spark's errors into one that dbt reports with its model."""
    try:
        yield
    except PySparkException as error:
        raise DbtRuntimeError(str(error)) from error


@dataclass
class SparkSessionCredentials(SparkCredentials):
    """A profile's settings: ``schema`` and ``server_side_parameters``."""

    host: str | None = "session"
    # dbt-spark allows the methods that it knows itself.
    method: str = "session"  # type: ignore[assignment]

    @property
    def type(self) -> str:
        """The name of the adapter."""
        return "sparksession"

    @property
    def unique_field(self) -> str:
        """Where the executors are."""
        settings = self.server_side_parameters
        return str(settings.get("spark.remote") or settings.get("spark.master"))

    def _connection_keys(self) -> tuple[str, ...]:
        return ("schema", "server_side_parameters")


class SessionCursor(Cursor):
    """Runs statements in the shared session."""

    def execute(self, sql: str, *parameters: Any) -> None:
        """Run one statement; `fetchall` collects its rows."""
        session = open_session(self.server_side_parameters)
        with spark_errors():
            self._df = session.sql(sql % parameters if parameters else sql)

    def fetchmany(self, size: int) -> list[Any]:
        """Collect no more rows than asked for."""
        return [] if self._df is None else self._df.take(size)


class SessionHandle:
    """Makes cursors."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    def cursor(self) -> SessionCursor:
        """A cursor of its own for each statement."""
        return SessionCursor(server_side_parameters=dict(self.settings))


class SparkSessionConnectionManager(SparkConnectionManager):
    """Hands every dbt thread the one session."""

    TYPE = "sparksession"

    @classmethod
    def open(cls, connection: Connection) -> Connection:
        """Open the session if need be."""
        if connection.state != ConnectionState.OPEN:
            settings = connection.credentials.server_side_parameters
            try:
                open_session(settings)
            except (PySparkException, Py4JError) as error:
                first_line = str(error).partition("\n")[0]
                raise FailedToConnectError(
                    f"there is no Spark at {connection.credentials.unique_field}: "
                    f"{first_line}"
                ) from error
            connection.handle = SessionConnectionWrapper(SessionHandle(settings))
            connection.state = ConnectionState.OPEN
        return connection
