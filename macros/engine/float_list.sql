{# A list of numbers as a list of floats, half the size of doubles. #}
{% macro float_list(expression) -%}
    {{ return(adapter.dispatch('float_list', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__float_list(expression) -%}
cast({{ expression }} as float[])
{%- endmacro %}

{% macro spark__float_list(expression) -%}
cast({{ expression }} as array<float>)
{%- endmacro %}
