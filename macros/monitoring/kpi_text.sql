{# A daily figure as text: rates are small, sums are large. #}
{% macro kpi_text(value) -%}
case
    when abs({{ value }}) < 10 then {{ aisle.number_text(value, 4) }}
    else {{ aisle.number_text(value, 1) }}
end
{%- endmacro %}
