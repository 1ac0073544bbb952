{# The path of each input's file in the folder of the var `files_path`: a dict from input
   to path. Fails with one message without the var, the folder or interactions, where an
   input is there twice, and where a file is named almost like an input: customers who
   said no would not be missed. #}
{% macro input_files() -%}
    {%- set folder = var('files_path') -%}
    {%- set allowed = "allowed: a folder with interactions.parquet or interactions.csv "
        ~ "and, under its name, any of "
        ~ (aisle.input_contract().keys() | list)[1:] | join(', ') ~ "." -%}
    {%- if folder is none or folder is not string or not folder -%}
        {{- exceptions.raise_compiler_error(
            "var files_path is not set (connector files); " ~ allowed
        ) -}}
    {%- endif -%}
    {%- set folder = folder.rstrip('/') or '/' -%}
    {%- set names = aisle.list_files(folder) -%}
    {%- if not names -%}
        {{- exceptions.raise_compiler_error(
            "var files_path: there is no folder " ~ folder ~ ", or no file in it; "
            ~ allowed
        ) -}}
    {%- endif -%}
    {%- set files = {} -%}
    {%- for input_name in aisle.input_contract() -%}
        {%- for extension in ['parquet', 'csv'] -%}
            {%- set name = input_name ~ '.' ~ extension -%}
            {%- if name in names and input_name in files -%}
                {{- exceptions.raise_compiler_error(
                    "var files_path: the folder " ~ folder ~ " has both " ~ input_name
                    ~ ".parquet and " ~ name ~ "; allowed: one of them."
                ) -}}
            {%- elif name in names -%}
                {%- do files.update({input_name: folder ~ '/' ~ name}) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set almost = [] -%}
    {%- for name in names if modules.re.search('[.](parquet|csv)([.]|$)', name | lower) -%}
        {%- set stem = name.split('.')[0] | lower -%}
        {%- for input_name in aisle.input_contract()
            if (folder ~ '/' ~ name) not in files.values()
            and (
                stem in (input_name, input_name[:-1])
                or modules.re.match(input_name ~ '[-_ ]?([0-9]|part)', stem)
            ) -%}
            {%- do almost.append(name ~ ' (' ~ input_name ~ '?)') -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if almost -%}
        {{- exceptions.raise_compiler_error(
            "var files_path: nothing is read from " ~ almost | join(', ') ~ " in "
            ~ folder ~ "; " ~ allowed ~ " Write the parts of an input into one file, "
            ~ "and take others out of the folder."
        ) -}}
    {%- endif -%}
    {%- if 'interactions' not in files -%}
        {{- exceptions.raise_compiler_error(
            "var files_path: the folder " ~ folder ~ " has no interactions.parquet and "
            ~ "no interactions.csv; files found: " ~ names[:20] | join(', ')
            ~ (', ...' if names | length > 20 else '') ~ "; " ~ allowed
        ) -}}
    {%- endif -%}
    {{- return(files) -}}
{%- endmacro %}
