{# Every strategy with what it ranks by. `personal` ones read the candidates' columns
   and are filled up by popularity; `global` ones rank the fold's products for
   everybody; `own` and `random` have SQL of their own in `int_ranking__baselines`;
   `is_baseline` says which a paired difference is taken against; `is_ranker` that it is
   there only in folds that a ranker may score; `task` that it serves this task alone;
   `key` is its place in this list, by which large tables are sorted, and `level` how
   complex it is, by which the champion is chosen among equals. #}
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
    {%- for source in aisle.candidate_sources() if source.kind != 'global' -%}
        {%- do strategies.append({
            'name': source.name, 'kind': 'personal', 'score': source.name ~ '_score',
        }) -%}
    {%- endfor -%}
    {%- do strategies.extend([
        {'name': 'blend', 'kind': 'personal', 'score': 'blend_score'},
        {'name': 'ranker', 'kind': 'personal', 'score': 'ranker_score', 'is_ranker': true},
        {
            'name': 'ranker_new', 'kind': 'personal', 'score': 'ranker_new_score',
            'is_ranker': true, 'task': 'new_to_customer',
        },
    ]) -%}
    {%- for strategy in strategies -%}
        {%- if strategy.kind in ['random', 'global'] -%}
            {%- set level = 1 -%}
        {%- else -%}
            {%- set level = {
                'personal_frequency': 2, 'blend': 4, 'ranker': 5, 'ranker_new': 5
            }.get(strategy.name, 3) -%}
        {%- endif -%}
        {%- do strategy.update({'key': loop.index, 'level': level}) -%}
    {%- endfor -%}
    {{ return(strategies) }}
{%- endmacro %}
