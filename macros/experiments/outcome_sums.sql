{# What a customer did, of rows of events with their purchases, as the columns of an
   aggregate. `spans` are conditions on a row by the suffix of what they count: the window
   (no suffix), `_60d` and `_90d`; `late` is that of the window's second half. #}
{% macro outcome_sums(spans, late) -%}
{%- set in_window = spans[''] -%}
count(distinct case when {{ in_window }} then order_id end) as count_orders,
count(distinct case when {{ spans['_60d'] }} then order_id end) as count_orders_60d,
{% for suffix, span in spans.items() -%}
{{ aisle.exact_sum('case when ' ~ span ~ ' then revenue end', 4) }}
    as revenue{{ suffix }},
{{ aisle.exact_sum('case when ' ~ span ~ ' then margin end', 4) }}
    as margin{{ suffix }},
{{ aisle.exact_sum('case when ' ~ span ~ ' and margin is null then revenue end', 4) }}
    as uncosted{{ suffix }},
{% endfor -%}
{{ aisle.exact_sum('case when ' ~ in_window ~ ' and is_attributed then revenue end', 4) }}
    as attributed_revenue,
{{ aisle.exact_sum('case when ' ~ in_window ~ ' then ordered_quantity end') }}
    as count_units,
{{ aisle.exact_sum('case when ' ~ in_window ~ ' then ordered_quantity - quantity end') }}
    as returned_units,
{{ aisle.exact_sum('case when ' ~ in_window ~ ' then rating end') }} as rating_total,
count(case when {{ in_window }} then rating end) as count_ratings,
count(case when {{ in_window }} then 1 end) as count_events,
count(case when {{ late }} then 1 end) as count_late_events,
count(case when {{ in_window }} and interaction_type = 'complaint' then 1 end)
    as count_complaints
{%- endmacro %}
