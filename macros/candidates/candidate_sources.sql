{# Every candidate source, in the order of its columns. `kind` is `personal` where lists
   differ by history (then the source is a strategy and a signal of the blend too),
   `global` where all customers share one, `newcomer` where lists differ without history
   (a strategy, but no signal); `reason` is the kind of reason that it gives. #}
{% macro candidate_sources(is_enabled_only=true) -%}
    {%- set sources = [] -%}
    {%- for source in [
        {'name': 'als', 'kind': 'personal', 'reason': 'taste'},
        {'name': 'als_trend', 'kind': 'personal', 'reason': 'taste'},
        {'name': 'ease', 'kind': 'personal', 'reason': 'taste'},
        {'name': 'ease_trend', 'kind': 'personal', 'reason': 'taste'},
        {'name': 'biased_mf', 'kind': 'personal', 'reason': 'taste'},
        {'name': 'product_neighbours', 'kind': 'personal', 'reason': 'taste'},
        {'name': 'product_neighbours_trend', 'kind': 'personal', 'reason': 'taste'},
        {'name': 'customer_neighbours', 'kind': 'personal', 'reason': 'taste'},
        {'name': 'bought_together', 'kind': 'personal', 'reason': 'taste'},
        {'name': 'content', 'kind': 'personal', 'reason': 'content'},
        {'name': 'category_best_sellers', 'kind': 'personal', 'reason': 'category'},
        {'name': 'new_arrivals', 'kind': 'personal', 'reason': 'new'},
        {'name': 'questionnaire', 'kind': 'personal', 'reason': 'answers'},
        {'name': 'repurchase', 'kind': 'personal', 'reason': 'history'},
        {'name': 'newcomers', 'kind': 'newcomer', 'reason': 'popular'},
        {'name': 'popularity', 'kind': 'global', 'reason': 'popular'},
        {'name': 'trending', 'kind': 'global', 'reason': 'trending'},
    ] if not is_enabled_only or var('is_' ~ source.name ~ '_enabled') -%}
        {%- do sources.append(source) -%}
    {%- endfor -%}
    {{ return(sources) }}
{%- endmacro %}
