{# A figure as text, by the unit that a column names: shares in percent, the others with
   the decimals that tell two figures apart. #}
{% macro unit_text(value, unit) -%}
case
    when {{ unit }} = 'share' then {{ aisle.percent_text(value) }}
    when {{ unit }} = 'days'
        then concat_ws('', {{ aisle.number_text(value, 1) }}, ' days')
    when {{ unit }} = 'triggers' then {{ aisle.number_text(value, 0) }}
    when {{ unit }} = 'money' then {{ aisle.number_text(value, 2) }}
    else {{ aisle.number_text(value, 3) }}
end
{%- endmacro %}
