{# The metrics of one customer's list, by name, with the expression that gives each from
   the columns of `int_evaluation__hits` at one k. Each averages over customers. #}
{% macro customer_metrics() -%}
    {{ return({
        'precision': aisle.precision_at_k('count_hits', 'k'),
        'recall': aisle.recall_at_k('count_hits', 'count_relevant'),
        'new_product_recall': aisle.recall_at_k('count_new_hits', 'count_new_relevant'),
        'ndcg': aisle.ndcg_at_k('sum_gain', 'count_relevant', 'k'),
        'map': aisle.average_precision_at_k('sum_precision', 'count_relevant', 'k'),
        'mrr': aisle.reciprocal_rank('first_hit_rank'),
        'hit_rate': aisle.hit_rate('count_hits'),
        'revenue': 'revenue',
        'revenue_winsorised': 'revenue_winsorised',
        'revenue_share': 'revenue / nullif(revenue_relevant, 0)',
        'margin': 'margin',
        'full_list': 'case when count_shown = k then 1.0 else 0.0 end',
        'novelty': 'novelty',
        'popularity_bias': 'popularity_bias',
        'intra_list_diversity': 'intra_list_diversity',
        'category_entropy': 'category_entropy',
        'entropy_gain': 'entropy_gain',
        'serendipity': 'cast(count_surprising_hits as double) / k',
    }) }}
{%- endmacro %}
