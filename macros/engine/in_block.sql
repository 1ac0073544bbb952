{# Whether a row belongs to the block that is being made, by a whole number of its own that
   is not below zero; without one it is in the first. On DuckDB a model whose `meta` has
   `blocks` is made in as many parts as `of`, a table that it reads, has times `rows`: then
   what is grouped and sorted stays in memory. Anywhere else, a unit test included, there
   is one block of all rows. DuckDB takes what equals a value for a few rows of millions,
   and would build its joins on the larger side: `is not distinct from` says the same. #}
{% macro in_block(number) -%}
    {{ return(adapter.dispatch('in_block', 'aisle')(number)) }}
{%- endmacro %}

{% macro duckdb__in_block(number) -%}
coalesce({{ number }}, 0) % coalesce(getvariable('{{ model.name }}_count'), 1)
is not distinct from coalesce(getvariable('{{ model.name }}_block'), 0)
{%- endmacro %}

{% macro spark__in_block(number) -%}
true
{%- endmacro %}
