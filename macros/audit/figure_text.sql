{# A figure as text: in percent where its metric is a share, else as a whole number. #}
{% macro figure_text(figure, metric) -%}
case
    when {{ figure }} is null then null
    when {{ metric }} like '%rate' then {{ aisle.percent_text(figure) }}
    else cast(cast(round({{ figure }}) as bigint) as {{ dbt.type_string() }})
end
{%- endmacro %}
