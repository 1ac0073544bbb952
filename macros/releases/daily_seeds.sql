{# Seeds that fit and measure nothing, so that a daily build may have others than the full
   build before it: `releases.rules_hash` is of them, not `code_hash`. #}
{% macro daily_seeds() -%}
    {{- return(['business_rules', 'monitoring_checks', 'retrain_triggers']) -}}
{%- endmacro %}
