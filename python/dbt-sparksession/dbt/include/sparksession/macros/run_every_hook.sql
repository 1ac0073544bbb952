{#- dbt's own macro commits before a hook that is to run outside a transaction; there are
    no transactions here, and no such statement. -#}
{% macro run_every_hook(hooks) -%}
  {%- for hook in hooks -%}
    {%- set rendered = render(hook.get('sql')) | trim -%}
    {%- if rendered -%}
      {%- call statement(auto_begin=false) -%}
        {{ rendered }}
      {%- endcall -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}
