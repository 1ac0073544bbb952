{# The columns of an input's file: a list of {name, type}. Fails with one message where
   the file cannot be read, a required column is missing or a type cannot be cast. #}
{% macro checked_columns(input_name, path) -%}
    {%- do aisle.check_readable(path, 'files_path') -%}
    {%- set columns = aisle.file_columns(path) -%}
    {%- set names = columns | map(attribute='name') | list -%}
    {%- set types = {} -%}
    {%- for column in columns -%}
        {%- if column.name.lower() in types -%}
            {{- exceptions.raise_compiler_error(
                "var files_path: the file " ~ path ~ " has the column "
                ~ column.name.lower() ~ " twice; names are matched without case."
            ) -}}
        {%- endif -%}
        {%- do types.update({column.name.lower(): column.type}) -%}
    {%- endfor -%}
    {%- for column in aisle.input_contract()[input_name] -%}
        {%- if column.name not in types and column.is_required -%}
            {%- set nearest = aisle.nearest_name(column.name, names) -%}
            {{- exceptions.raise_compiler_error(
                "var files_path: the file " ~ path ~ " has no column " ~ column.name
                ~ ", which " ~ input_name ~ " needs"
                ~ ("; the nearest column found is " ~ nearest if nearest else "")
                ~ ". Columns found: " ~ names | join(', ') ~ ". Needed: "
                ~ aisle.input_contract()[input_name] | selectattr('is_required')
                    | map(attribute='name') | join(', ') ~ "."
            ) -}}
        {%- elif column.name in types -%}
            {%- set allowed = aisle.castable_types(column.type) -%}
            {%- set type = types[column.name] -%}
            {#- A column without a single value may have any type. -#}
            {%- if type.split('(')[0] not in allowed
                and run_query(
                    'select count(' ~ column.name ~ ') from ' ~ aisle.read_file(path)
                ).rows[0][0] > 0 -%}
                {{- exceptions.raise_compiler_error(
                    "var files_path: the file " ~ path ~ " has the column "
                    ~ column.name ~ " as " ~ type ~ "; allowed: "
                    ~ allowed | join(', ') ~ "."
                ) -}}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(columns) -}}
{%- endmacro %}
