{# Post-hook of `published`: a file that could not be written fails the build with one
   sentence; an exception in the model would come with its traceback. #}
{% macro check_published() -%}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') -%}
        {%- set outcome = run_query(
            'select reason from ' ~ aisle.publish_gate_relation()
            ~ ' where may_publish and not is_published'
        ) -%}
        {%- if outcome.rows | length > 0 -%}
            {{- exceptions.raise_compiler_error(outcome.rows[0][0]) -}}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
