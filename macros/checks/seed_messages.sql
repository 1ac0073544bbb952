{# What is wrong in the seeds of `seed_rules`, one message each. The files are read as text,
   before they are loaded; loading would stop at a wrong type without naming the row. #}
{% macro seed_messages() -%}
    {%- set messages = [] -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'seed' and node.name in aisle.seed_rules() -%}
        {%- set file = node.original_file_path -%}
        {%- set rules = aisle.seed_rules()[node.name] -%}
        {%- set path = node.root_path ~ '/' ~ file -%}
        {%- set table = run_query('select * from ' ~ aisle.read_file(path)) -%}
        {%- set found = table.column_names | list -%}
        {%- set missing = rules.columns.keys() | reject('in', found) | list -%}
        {%- set text = run_query('select content from ' ~ aisle.read_text(path)) -%}
        {#- The number of each row's line, the header's first: empty ones are no rows.
            Where a cell has several lines rows are counted. -#}
        {%- set numbers = [] -%}
        {%- for line in text.rows[0][0].splitlines() -%}
            {%- if line | trim -%}
                {%- do numbers.append(loop.index) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if numbers | length != table.rows | length + 1 -%}
            {%- set numbers = range(1, table.rows | length + 2) | list -%}
        {%- endif -%}
        {%- set lines = numbers[1:] -%}
        {%- set header = (text.rows[0][0].splitlines() or ['']) | first -%}
        {%- if ',' not in header and (';' in header or '\t' in header) -%}
            {%- do messages.append(
                file ~ ' separates its cells by ' ~ ("';'" if ';' in header else 'tabs')
                ~ '; allowed: commas.'
            ) -%}
        {%- endif -%}
        {%- if missing -%}
            {%- do messages.append(
                file ~ ' has no column ' ~ missing | join(', ') ~ '; columns found: '
                ~ found | join(', ') ~ '. A row with more or fewer cells than the first, '
                ~ 'as by a comma without quotes, has this effect too.'
            ) -%}
        {%- endif -%}
        {%- set seen = {} -%}
        {%- for row in table.rows if not missing -%}
            {%- set line = lines[loop.index0] -%}
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
            {%- set cells = key | join(', ') -%}
            {%- if cells in seen -%}
                {%- do messages.append(
                    file ~ ', line ' ~ line ~ ': ' ~ cells ~ ' is in line '
                    ~ seen[cells] ~ ' already; allowed: every ' ~ rules.key | join(' and ')
                    ~ ' once.'
                ) -%}
            {%- endif -%}
            {%- do seen.update({cells: line}) -%}
        {%- endfor -%}
        {#- Rows are compared once each of them makes sense. -#}
        {%- if 'messages' in rules and not missing -%}
            {%- do messages.extend(context['aisle'][rules.messages](
                file, table.rows, lines, messages | length == 0
            )) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(messages) -}}
{%- endmacro %}
