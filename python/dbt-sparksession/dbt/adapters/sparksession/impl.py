"""The adapter: Python models in the session, seeds at once, types by either name."""

import linecache
import re
import traceback
from typing import Any

import agate
import pyarrow as pa
from dbt.adapters.base import PythonJobHelper
from dbt.adapters.base.meta import available
from dbt.adapters.spark import SparkAdapter, SparkCredentials
from dbt.adapters.sparksession.connections import (
    SparkSessionConnectionManager,
    open_session,
    spark_errors,
)
from dbt_common.exceptions import DbtRuntimeError
from pyspark.errors import PySparkException
from pyspark.sql.types import StringType, StructField, StructType

__all__ = ["SessionPythonJobHelper", "SparkSessionAdapter", "spark_type"]

# What other engines call Spark's types.
_TYPES = {"varchar": "string", "text": "string", "json": "string", "real": "float"}
# Types that hold every value of another: a contract that asks for one gets it.
_WIDER = {
    "bigint": {"tinyint", "smallint", "int"},
    "double": {"float"},
}


def spark_type(name: str) -> str:
    """Say in Spark's words what another engine calls a type.

    Parameters
    ----------
    name : str
        Such as ``varchar`` or ``float[]``.

    Returns
    -------
    str
        Spark's name; a name that it has itself stays.

    Examples
    --------
    >>> [spark_type(name) for name in ("VARCHAR", "float[]", "bigint", "varchar(3)")]
    ['string', 'array<float>', 'bigint', 'varchar(3)']
    """
    text = name.strip()
    element = re.fullmatch(r"(.+)\[\]", text)
    if element:
        return f"array<{spark_type(element.group(1))}>"
    return _TYPES.get(text.lower(), text)


class SessionPythonJobHelper(PythonJobHelper):
    """Runs a compiled Python model in this process."""

    def __init__(
        self, parsed_model: dict[str, Any], credentials: SparkCredentials
    ) -> None:
        self.model = parsed_model
        self.credentials = credentials

    def submit(self, compiled_code: str) -> None:
        """Run the model, naming it in what goes wrong."""
        session = open_session(self.credentials.server_side_parameters)
        file = f"<dbt python model {self.model['unique_id']}>"
        # So that a traceback shows the model's lines.
        lines = compiled_code.splitlines(keepends=True)
        linecache.cache[file] = (len(compiled_code), None, lines, file)
        names = {"__name__": f"__dbt_{self.model['alias']}__", "spark": session}
        try:
            # Code of the project that is built, as every Python model of dbt.
            exec(compile(compiled_code, file, "exec"), names)  # noqa: S102
        except Exception as error:
            raise DbtRuntimeError(
                f"Python model {self.model['alias']} failed: {error}\n"
                f"{traceback.format_exc()}"
            ) from error


class SparkSessionAdapter(SparkAdapter):
    """dbt-spark in the session of this process."""

    ConnectionManager = SparkSessionConnectionManager

    @property
    def default_python_submission_method(self) -> str:
        """How Python models run unless they say otherwise."""
        return "session"

    @property
    def python_submission_helpers(self) -> dict[str, type[PythonJobHelper]]:
        """What runs them."""
        return {**super().python_submission_helpers, "session": SessionPythonJobHelper}

    @available
    def spark_type(self, name: str) -> str:
        """`spark_type` for macros."""
        return spark_type(name)

    @available
    def widened(self, query: str, columns: dict[str, dict[str, Any]]) -> str:
        """Give a query the roomier types that its model's contract asks for.

        `row_number` counts in ints here and in bigints elsewhere. Only what changes no
        value is cast; any other difference is left for dbt to report.
        """
        wanted = {
            name.lower(): spark_type(column.get("data_type") or "")
            for name, column in columns.items()
        }
        session = open_session(self.config.credentials.server_side_parameters)
        listed = []
        is_same = True
        with spark_errors():
            fields = session.sql(query).schema.fields
        for field in fields:
            name = f"`{field.name}`"
            type_name = wanted.get(field.name.lower(), "")
            if field.dataType.simpleString() in _WIDER.get(type_name, ()):
                listed.append(f"cast({name} as {type_name}) as {name}")
                is_same = False
            else:
                listed.append(name)
        if is_same:
            return query
        return f"select {', '.join(listed)} from (\n{query}\n) as narrow"

    @available
    def location_exists(self, location: str) -> bool:
        """Whether what follows `from` can be read; a query that fails ends no run."""
        session = open_session(self.config.credentials.server_side_parameters)
        try:
            # Spark Connect looks at nothing before the schema is asked for.
            _ = session.sql(f"select * from {location}").schema
        except PySparkException:
            return False
        return True

    @available
    def is_whole(self, location: str) -> bool:
        """Whether what follows `from` can be read to its end; a failure ends no run."""
        session = open_session(self.config.credentials.server_side_parameters)
        try:
            session.sql(f"select count(*) from {location}").collect()
        # What a worker meets comes as an error of Py4J, or of the server.
        except Exception:
            return False
        return True

    @available
    def load_seed(
        self, relation: str, table: agate.Table, types: dict[str, str]
    ) -> None:
        """Write a seed's rows as one table.

        Parameters
        ----------
        relation : str
            The table; one that is there is replaced.
        table : agate.Table
            The rows.
        types : dict
            Types by column, of those whose type is not what the values look like.
        """
        # dbt reads a column whose type is told as text; text is what Spark casts. An
        # empty line is no row, as on DuckDB.
        rows = [
            [None if value is None else str(value) for value in row]
            for row in table.rows
            if any(value is not None for value in row)
        ]
        names = list(table.column_names)
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        text = pa.table(
            [pa.array(column, pa.string()) for column in columns], names=names
        )
        session = open_session(self.config.credentials.server_side_parameters)
        casts = []
        for place, name in enumerate(names):
            told = types.get(name) or self.convert_type(table, place)
            casts.append(f"cast(`{name}` as {spark_type(told)}) as `{name}`")
        with spark_errors():
            frame = session.createDataFrame(
                text, StructType([StructField(name, StringType()) for name in names])
            )
            frame.selectExpr(*casts).coalesce(1).write.mode("overwrite").format(
                "parquet"
            ).saveAsTable(relation)
