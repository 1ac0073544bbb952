{# What is wrong with the days of a row of a seed that has `starts_on` and `ends_on`, without
   the file and the line; none where nothing is. #}
{% macro period_violation(row) -%}
    {%- if row['starts_on'] is not none and row['ends_on'] is not none
        and row['ends_on'] < row['starts_on'] -%}
        {{- return(
            'ends_on is ' ~ row['ends_on'] ~ '; allowed: ' ~ row['starts_on']
            ~ ' (starts_on) or later'
        ) -}}
    {%- endif -%}
    {{- return(none) -}}
{%- endmacro %}
