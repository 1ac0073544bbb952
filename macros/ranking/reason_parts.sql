{# Which parts of the blend's score speak for which reason, in the order that settles ties. #}
{% macro reason_parts() -%}
    {{ return({
        'bought_before': ['repurchase', 'personal_frequency'],
        'similar_product': ['product_neighbours'],
        'bought_together': ['bought_together'],
        'similar_taste': ['als'],
        'trending': ['trending'],
        'popular': ['popularity', 'popularity_7d'],
    }) }}
{%- endmacro %}
