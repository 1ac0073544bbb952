"""Whatever engine runs a model: its relations as Arrow tables.

A model is handed relations of DuckDB or data frames of Spark. Both filter and select by
the same words; here is what they call otherwise.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

__all__ = ["arrow_table", "semi_join"]


def arrow_table(relation: Any) -> pa.Table:
    """Read a relation.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        What a model was handed, or made of it.

    Returns
    -------
    pyarrow.Table
        Its rows.

    Examples
    --------
    >>> import duckdb
    >>> arrow_table(duckdb.sql("select 1 as a")).to_pylist()
    [{'a': 1}]
    """
    if hasattr(relation, "toArrow"):
        return relation.toArrow()
    return relation.to_arrow_table()


def semi_join(relation: Any, keys: Any, names: Sequence[str]) -> Any:
    """Keep the rows whose key is among others.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        What to choose from.
    keys : duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        What to choose by, of the same engine; a key may be there often.
    names : sequence of str
        The key's columns.

    Returns
    -------
    duckdb.DuckDBPyRelation or pyspark.sql.DataFrame
        Rows of `relation`, each once.

    Examples
    --------
    >>> import duckdb
    >>> rows = duckdb.sql("select * from (values (1, 5), (2, 6)) as t (a, b)")
    >>> semi_join(rows, duckdb.sql("select 2 as a"), ["a"]).fetchall()
    [(2, 6)]
    """
    chosen = keys.select(*names)
    if hasattr(relation, "toArrow"):
        return relation.join(chosen, on=list(names), how="left_semi")
    return relation.join(chosen.set_alias("chosen"), ", ".join(names), how="semi")
