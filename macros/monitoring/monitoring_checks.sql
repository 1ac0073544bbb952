{# What monitoring judges: the checks that `seeds/monitoring_checks.csv` may have a row of.
   Those of `health_measures` are figures of `monitoring.health`. #}
{% macro monitoring_checks() -%}
    {{- return(aisle.health_measures() + [
        'kpi_out_of_control',
        'drift_large',
        'drift_moderate',
        'quality_below_promise',
        'cohort_degraded',
        'negative_return',
        'retrain_due',
    ]) -}}
{%- endmacro %}
