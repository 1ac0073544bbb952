{# Whether this run builds the serving fold alone: told by the var `folds_to_build`, or by
   the selector, so that nobody has to say it twice. Only where `execute` is true: what
   dbt parsed may be of another run. #}
{% macro is_daily() -%}
    {{- return(
        var('folds_to_build') == 'serving'
        or invocation_args_dict.get('selector') == 'daily'
    ) -}}
{%- endmacro %}
