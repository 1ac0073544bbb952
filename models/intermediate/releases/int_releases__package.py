"""Which code of the package runs: SQL knows only the code that dbt reads."""

from aisle.version import describe_package


def model(dbt, session):
    return describe_package()
