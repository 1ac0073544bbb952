{# The files in the folder `release_history` that publishing wrote of the table `name`, one
   of each release, as a pattern. #}
{% macro history_files(name) -%}
    {{- return(aisle.history_folder() ~ '/' ~ name ~ '_*.parquet') -}}
{%- endmacro %}
