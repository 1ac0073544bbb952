{# Where the source keeps each input it supplies: a dict from input to text, without the
   inputs that it does not supply or that are derived from its interactions. #}
{% macro connector_locations() -%}
    {%- set locations = {} -%}
    {%- if var('connector') == 'sample_shop' -%}
        {%- for input_name in aisle.connector_inputs()['sample_shop'] -%}
            {%- do locations.update({input_name: 'seed sample_' ~ input_name}) -%}
        {%- endfor -%}
    {%- elif var('connector') == 'online_retail' -%}
        {%- do locations.update({'interactions': var('online_retail_path')}) -%}
    {%- elif var('connector') == 'files' and execute -%}
        {%- for input_name, path in aisle.input_files().items() -%}
            {%- do locations.update({input_name: path}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(locations) -}}
{%- endmacro %}
