{# Every strategy with what it ranks by. `personal` ones read the candidates' columns
   and are filled up by popularity; `global` ones rank the fold's products for
   everybody; `own` and `random` have SQL of their own in `int_ranking__baselines`;
   `is_baseline` says which a paired difference is taken against; `key` is its place
   in this list, by which large tables are sorted. #}
{% macro strategies() -%}
    {%- set strategies = [
        {'name': 'random', 'kind': 'random', 'is_baseline': true},
        {
            'name': 'popularity', 'kind': 'global', 'is_baseline': true,
            'score': 'count_buyers_30d',
        },
        {'name': 'popularity_7d', 'kind': 'global', 'score': 'count_buyers_7d'},
        {'name': 'trending', 'kind': 'global', 'score': 'count_buyers_30d * trend'},
        {
            'name': 'personal_frequency', 'kind': 'own', 'is_baseline': true,
            'score': 'count_orders',
        },
    ] -%}
    {%- for source in aisle.candidate_sources() if source.kind == 'personal' -%}
        {%- do strategies.append({
            'name': source.name, 'kind': 'personal', 'score': source.name ~ '_score',
        }) -%}
    {%- endfor -%}
    {%- do strategies.append({
        'name': 'blend', 'kind': 'personal', 'score': 'blend_score',
    }) -%}
    {%- for strategy in strategies -%}
        {%- do strategy.update({'key': loop.index}) -%}
    {%- endfor -%}
    {{ return(strategies) }}
{%- endmacro %}
