"""dbt-spark in a Spark session of the dbt process, local, on a cluster or remote.

dbt-spark runs Python models on Databricks only. Here the session that runs the SQL runs
them too, and seeds are loaded as one data frame instead of insert statements.
"""

from dbt.adapters.base import AdapterPlugin
from dbt.adapters.sparksession.connections import SparkSessionCredentials
from dbt.adapters.sparksession.impl import SparkSessionAdapter
from dbt.include import sparksession

Plugin = AdapterPlugin(
    adapter=SparkSessionAdapter,
    credentials=SparkSessionCredentials,
    include_path=sparksession.PACKAGE_PATH,
    dependencies=["spark"],
)
