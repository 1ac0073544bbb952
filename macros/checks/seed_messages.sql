{# What is wrong in the seeds of `seed_rules`, one message each. The files are read as text,
   before they are loaded; loading would stop at a wrong type without naming the row. #}
{% macro seed_messages() -%}
    {%- set messages = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'seed' and node.name in aisle.seed_rules() -%}
        {%- set file = node.original_file_path -%}
        {%- set rules = aisle.seed_rules()[node.name] -%}
        {%- set table = run_query(
            'select * from ' ~ aisle.read_file(node.root_path ~ '/' ~ file)
        ) -%}
        {%- set found = table.column_names | list -%}
        {%- set missing = rules.columns.keys() | reject('in', found) | list -%}
        {%- if missing -%}
            {%- do messages.append(
                file ~ ' has no column ' ~ missing | join(', ') ~ '; columns found: '
                ~ found | join(', ') ~ '. A row with more or fewer cells than the first, '
                ~ 'as by a comma without quotes, has this effect too.'
            ) -%}
        {%- endif -%}
        {%- set lines = {} -%}
        {%- for row in table.rows if not missing -%}
            {#- The first line names the columns. -#}
            {%- set line = loop.index + 1 -%}
            {%- set key = [] -%}
            {%- for name, rule in rules.columns.items() -%}
                {%- set value = aisle.typed_value(row[name], rule.kind) -%}
                {%- set violation = aisle.var_violation(value, rule) -%}
                {%- if violation -%}
                    {%- do messages.append(
                        file ~ ', line ' ~ line ~ ': ' ~ name ~ " is '"
                        ~ (row[name] if row[name] is not none else '') ~ "'; "
                        ~ violation ~ '.'
                    ) -%}
                {%- endif -%}
                {%- if name in rules.key -%}
                    {%- do key.append(name ~ ' ' ~ value) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- set text = key | join(', ') -%}
            {%- if text in lines -%}
                {%- do messages.append(
                    file ~ ', line ' ~ line ~ ': ' ~ text ~ ' is in line '
                    ~ lines[text] ~ ' already; allowed: every ' ~ rules.key | join(' and ')
                    ~ ' once.'
                ) -%}
            {%- endif -%}
            {%- do lines.update({text: line}) -%}
        {%- endfor -%}
        {#- Rows are compared once each of them makes sense. -#}
        {%- if 'messages' in rules and not missing -%}
            {%- do messages.extend(context['aisle'][rules.messages](
                file, table.rows, messages | length == 0
            )) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(messages) -}}
{%- endmacro %}
