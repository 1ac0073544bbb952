{# A number as a decimal with `scale` digits behind the point, halves away from zero. #}
{% macro exact_decimal(expression, scale=6) -%}
    {{ return(adapter.dispatch('exact_decimal', 'aisle')(expression, scale)) }}
{%- endmacro %}

{% macro duckdb__exact_decimal(expression, scale) -%}
cast({{ expression }} as decimal(18, {{ scale }}))
{%- endmacro %}

{# A plain cast rounds the shortest decimal that reads back as the double, not the double:
   one in many halves would fall to the other side. #}
{% macro spark__exact_decimal(expression, scale) -%}
cast(
    round(({{ expression }}) * 1e{{ scale }}) / 1e{{ scale }} as decimal(18, {{ scale }})
)
{%- endmacro %}
