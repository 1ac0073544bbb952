{# Text such as 12/31/2010 8:26, the way spreadsheets export an instant in the United
   States, as an instant; null for any other text. #}
{% macro month_first_instant(expression) -%}
    {{ return(adapter.dispatch('month_first_instant', 'aisle')(expression)) }}
{%- endmacro %}

{% macro duckdb__month_first_instant(expression) -%}
try_strptime({{ expression }}, ['%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S'])
{%- endmacro %}
