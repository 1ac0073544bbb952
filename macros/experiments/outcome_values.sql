{# The outcomes of a customer from `acted` (`outcome_sums`), `shown` and `costed`, any of
   which may lack the customer. Where `costed.has_margin` of a span is false no margin is
   known. #}
{% macro outcome_values(spans) -%}
case when acted.count_events > 0 then 1 else 0 end as is_visiting,
case when acted.count_orders > 0 then 1 else 0 end as is_converted,
case when acted.count_late_events > 0 then 1 else 0 end as is_retained,
case when acted.count_complaints > 0 then 1 else 0 end as has_complained,
case when acted.count_orders_60d > 1 then 1 else 0 end as is_repeating_60d,
coalesce(acted.count_orders, 0) as count_orders,
{% for suffix in spans -%}
coalesce(acted.revenue{{ suffix }}, 0) as revenue{{ suffix }},
case
    when coalesce(costed.has_margin{{ suffix }}, true)
        then coalesce(acted.margin{{ suffix }}, 0)
end as margin{{ suffix }},
{% endfor -%}
coalesce(acted.attributed_revenue, 0) as attributed_revenue,
coalesce(acted.revenue, 0) - coalesce(acted.attributed_revenue, 0) as organic_revenue,
coalesce(shown.count_impressions, 0) as count_impressions,
coalesce(shown.count_clicks, 0) as count_clicks,
coalesce(acted.count_units, 0) as count_units,
coalesce(acted.returned_units, 0) as returned_units,
coalesce(acted.rating_total, 0) as rating_total,
coalesce(acted.count_ratings, 0) as count_ratings
{%- endmacro %}
