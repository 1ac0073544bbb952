{# All columns of a row of the CTE `relation` as one text, unambiguously. #}
{% macro row_text(relation) -%}
    {{ return(adapter.dispatch('row_text', 'aisle')(relation)) }}
{%- endmacro %}

{% macro duckdb__row_text(relation) -%}
cast(to_json({{ relation }}) as varchar)
{%- endmacro %}

{% macro spark__row_text(relation) -%}
to_json(struct({{ relation }}.*), map('ignoreNullFields', 'false'))
{%- endmacro %}
