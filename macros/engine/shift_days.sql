{# A timestamp moved by a number of days that is a column and may be fractional. #}
{% macro shift_days(expression, days) -%}
    {{ return(adapter.dispatch('shift_days', 'aisle')(expression, days)) }}
{%- endmacro %}

{% macro duckdb__shift_days(expression, days) -%}
make_timestamp(
    epoch_us({{ expression }}) + cast(round(({{ days }}) * 86400000000) as bigint)
)
{%- endmacro %}

{% macro spark__shift_days(expression, days) -%}
timestamp_micros(
    unix_micros({{ expression }}) + cast(round(({{ days }}) * 86400000000) as bigint)
)
{%- endmacro %}
