{# A count of orders as the bands of history length: 0, 1, 2-4, 5-9 and 10+. #}
{% macro order_history_band(count_orders) -%}
case
    when {{ count_orders }} = 0 then '0'
    when {{ count_orders }} = 1 then '1'
    when {{ count_orders }} <= 4 then '2-4'
    when {{ count_orders }} <= 9 then '5-9'
    else '10+'
end
{%- endmacro %}
