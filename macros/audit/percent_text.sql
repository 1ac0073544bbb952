{# A share between 0 and 1 as text in percent, with one decimal. #}
{% macro percent_text(share) -%}
concat(
    cast(cast(100 * ({{ share }}) as decimal(9, 1)) as {{ dbt.type_string() }}), ' %'
)
{%- endmacro %}
