{# Whether a row of `int_features__products` may be called a best seller: somebody bought it
   in 30 days, and few products have more buyers. #}
{% macro is_best_seller(products) -%}
{{ products }}.count_buyers_30d > 0
and {{ products }}.popularity_rank <= {{ var('candidates_per_source') }}
{%- endmacro %}
