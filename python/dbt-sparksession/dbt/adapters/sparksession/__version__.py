"""What dbt prints of the adapter."""

version = "0.1.0"
