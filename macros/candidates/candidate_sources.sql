{# The personal candidate sources that are switched on, in the order of their columns. #}
{% macro candidate_sources() -%}
    {%- set sources = [] -%}
    {%- for source in [
        'als', 'product_neighbours', 'bought_together', 'repurchase',
        'popularity', 'trending',
    ] if var('is_' ~ source ~ '_enabled') -%}
        {%- do sources.append(source) -%}
    {%- endfor -%}
    {{ return(sources) }}
{%- endmacro %}
