{# A text as a whole number, null where it is none. Whole numbers with gaps are written as
   floats by many: `1.0` is one. #}
{% macro whole_number(expression) -%}
    {{ return(adapter.dispatch('whole_number', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__whole_number(expression) -%}
try_cast({{ expression }} as bigint)
{%- endmacro %}

{% macro spark__whole_number(expression) -%}
coalesce(
    try_cast({{ expression }} as bigint),
    try_cast(round(try_cast({{ expression }} as double)) as bigint)
)
{%- endmacro %}
