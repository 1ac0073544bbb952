{# The rows of a model that only a full build makes, for `from`: the model itself, or in a
   daily build what the release in `release_history` left of it. The reference stays
   either way, so that the lineage does not depend on the run. #}
{% macro of_full_build(name) -%}
    {%- set relation = ref(name) -%}
    {%- if name not in aisle.full_build_models() -%}
        {{- exceptions.raise_compiler_error(
            "of_full_build: '" ~ name ~ "' is not kept with a release; allowed: "
            ~ aisle.full_build_models() | join(', ') ~ "."
        ) -}}
    {%- endif -%}
    {%- if execute and aisle.is_daily() -%}
        {{- return(aisle.read_file(aisle.history_file(name))) -}}
    {%- endif -%}
    {{- return(relation) -}}
{%- endmacro %}
