{# Fails with one message where the var `release_history` names a folder without what an
   earlier release wrote. #}
{% macro check_release_history() -%}
    {%- if var('release_history') -%}
        {%- set path = aisle.history_file('als_factors') -%}
        {%- set allowed = "allowed: null, or the folder, such as "
            ~ "published/aisle_history, that publishing wrote beside an earlier release." -%}
        {%- if not aisle.list_files(path) -%}
            {{- exceptions.raise_compiler_error(
                "var release_history: there is no file " ~ path ~ "; " ~ allowed
            ) -}}
        {%- endif -%}
        {%- do aisle.check_readable(path, 'release_history') -%}
        {%- set names = aisle.file_columns(path) | map(attribute='name') | list -%}
        {%- for name in ('entity_type', 'entity_id', 'release_id', 'vector', 'cutoff_at')
            if name not in names -%}
            {{- exceptions.raise_compiler_error(
                "var release_history: the file " ~ path ~ " has no column " ~ name
                ~ "; columns found: " ~ names | join(', ') ~ "; " ~ allowed
            ) -}}
        {%- endfor -%}
        {%- for name in aisle.logged_models() + aisle.noted_models() -%}
            {%- for path in aisle.matching_files(aisle.history_files(name)) -%}
                {%- do aisle.check_readable(path, 'release_history') -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
