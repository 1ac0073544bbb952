{# "12 of 400 rows (3.0 %)": a part of a whole, which may be zero, as text. #}
{% macro of_text(part, whole, noun) -%}
concat_ws(
    '',
    cast({{ part }} as {{ dbt.type_string() }}),
    ' of ',
    cast({{ whole }} as {{ dbt.type_string() }}),
    ' {{ noun }} (',
    {{ aisle.percent_text('coalesce(' ~ part ~ ' / cast(nullif(' ~ whole ~ ', 0) as double), 0)') }},
    ')'
)
{%- endmacro %}
