{# A number as text, with so many decimals. #}
{% macro number_text(value, digits) -%}
cast({{ aisle.exact_decimal(value, digits) }} as {{ dbt.type_string() }})
{%- endmacro %}
