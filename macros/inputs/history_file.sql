{# The file in the folder `release_history` that publishing wrote of the table `name`. #}
{% macro history_file(name) -%}
    {{- return(var('release_history') ~ '/' ~ name ~ '.parquet') -}}
{%- endmacro %}
