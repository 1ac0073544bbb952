{# The file in the folder `release_history` that publishing wrote of the table `name`. #}
{% macro history_file(name) -%}
    {{- return(aisle.history_folder() ~ '/' ~ name ~ '.parquet') -}}
{%- endmacro %}
