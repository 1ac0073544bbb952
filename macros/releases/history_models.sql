{# The models that publishing a full build keeps in `release_history`. #}
{% macro history_models() -%}
    {{- return(aisle.enabled_models(
        aisle.full_build_models() + ['als_factors', 'int_releases__package', 'releases']
    )) -}}
{%- endmacro %}
