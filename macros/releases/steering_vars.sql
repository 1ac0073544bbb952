{# The vars that say, beside rules and objectives, what becomes of a ranked list. Another
   value gives customers another list of the same scores. #}
{% macro steering_vars() -%}
    {{- return([
        'live_strategy',
        'list_length',
        'active_within_days',
        'reranked_candidates',
        'moved_by_value',
        'diversity',
        'diversity_lambda',
        'discovery_share',
        'discovery_least_distance',
        'discovery_most_distance',
        'discovery_temperature',
        'one_off_days',
        'one_off_repeat_rate',
        'one_off_min_buyers',
        'one_off_observed_days',
        'liked_rating',
        'fatigue_floor',
    ]) -}}
{%- endmacro %}
