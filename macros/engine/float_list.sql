{# A list of numbers as a list of floats, half the size of doubles, or of another type. #}
{% macro float_list(expression, type='float') -%}
    {{ return(adapter.dispatch('float_list', 'aisle')(expression, type)) }}
{%- endmacro %}

{% macro duckdb__float_list(expression, type) -%}
cast({{ expression }} as {{ type }}[])
{%- endmacro %}

{% macro spark__float_list(expression, type) -%}
cast({{ expression }} as array<{{ type }}>)
{%- endmacro %}
