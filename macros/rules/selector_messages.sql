{# What is wrong between the cells by which a row of a seed chooses products, one message
   each, without the file and the line. #}
{% macro selector_messages(row) -%}
    {%- set fields = aisle.rule_fields() -%}
    {%- set found = [] -%}
    {%- for prefix in ['', 'and_'] -%}
        {%- set field = row[prefix ~ 'field'] -%}
        {%- set operator = row[prefix ~ 'operator'] -%}
        {%- set value = row[prefix ~ 'value'] -%}
        {%- set kind = fields.get((field or '') | lower, {'kind': 'text'}).kind -%}
        {%- set given = [field, operator, value] | reject('none') | list -%}
        {%- if given | length not in (0, 3) -%}
            {%- do found.append(
                prefix ~ 'field, ' ~ prefix ~ 'operator and ' ~ prefix
                ~ 'value belong together; allowed: all three or none'
            ) -%}
        {%- elif given and kind == 'number' -%}
            {%- if aisle.typed_value(value | trim, 'number') is string -%}
                {%- do found.append(
                    prefix ~ "value is '" ~ value ~ "'; allowed: a number, as "
                    ~ field ~ ' is one'
                ) -%}
            {%- elif operator in ('in', 'not in', 'contains') -%}
                {%- do found.append(
                    prefix ~ "operator is '" ~ operator ~ "'; allowed with " ~ field
                    ~ ', a number: =, !=, <, <=, >, >='
                ) -%}
            {%- endif -%}
        {%- elif given and operator in ('<', '<=', '>', '>=') -%}
            {%- do found.append(
                prefix ~ "operator is '" ~ operator ~ "'; allowed with " ~ field
                ~ ', a text: =, !=, in, not in, contains'
            ) -%}
        {%- elif given and kind == 'boolean' and value not in ('true', 'false') -%}
            {%- do found.append(
                prefix ~ "value is '" ~ value ~ "'; allowed with " ~ field
                ~ ': true or false'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if row['and_field'] is not none and row['field'] is none -%}
        {%- do found.append('and_field is given without field') -%}
    {%- endif -%}
    {{- return(found) -}}
{%- endmacro %}
