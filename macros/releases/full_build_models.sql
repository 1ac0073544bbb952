{# What a full build fits, chooses and measures, and a daily build reads from
   `release_history` instead: all edges from the folds with labels to what is served. #}
{% macro full_build_models() -%}
    {{- return([
        'int_candidates__als_trials',
        'int_ranking__ranker_models',
        'int_ranking__blend_weights',
        'int_ranking__champions',
        'int_calibration__activity_models',
        'int_calibration__product_models',
        'int_calibration__spans',
        'int_calibration__violations',
        'int_contexts__tests',
        'int_evaluation__champion_violations',
        'int_evaluation__objective_violations',
        'int_monitoring__drift_reference',
        'int_monitoring__promises',
        'int_monitoring__decay',
        'int_monitoring__cohorts',
    ]) -}}
{%- endmacro %}
