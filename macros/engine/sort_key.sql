{# One key of several numbers that are never null, to sort by from the smallest. DuckDB
   finds the first few rows of each partition without sorting the partition where
   `order by` has one key. #}
{% macro sort_key(expressions) -%}
    {{ return(adapter.dispatch('sort_key', 'aisle')(expressions)) }}
{%- endmacro %}

{% macro duckdb__sort_key(expressions) -%}
row({{ expressions | join(', ') }})
{%- endmacro %}

{% macro spark__sort_key(expressions) -%}
struct({{ expressions | join(', ') }})
{%- endmacro %}
