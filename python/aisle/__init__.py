"""The parts of Aisle that SQL cannot do; nothing here knows of dbt."""
