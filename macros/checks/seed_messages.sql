{# What is wrong in the seeds of `seed_rules`, one message each. The files are read as text,
   before they are loaded; loading would stop at a wrong type without naming the row. #}
{% macro seed_messages() -%}
    {%- set messages = [] -%}
    {%- set seeds = {} -%}
    {%- for node in graph.nodes.values()
        if node.resource_type == 'seed' and node.name in aisle.seed_rules() -%}
        {%- set file = node.original_file_path -%}
        {%- set rules = aisle.seed_rules()[node.name] -%}
        {%- set path = node.root_path ~ '/' ~ file -%}
        {%- set table = run_query('select * from ' ~ aisle.read_file(path)) -%}
        {%- set found = table.column_names | list -%}
        {%- set missing = rules.columns.keys() | reject('in', found) | list -%}
        {%- set text = run_query('select content from ' ~ aisle.read_text(path)) -%}
        {#- Empty lines are no rows. Where a cell has several lines rows are counted. -#}
        {%- set full = [] -%}
        {%- for line in (text.rows[0][0] if text.rows else '').split('\n') -%}
            {%- if line | trim -%}
                {%- do full.append({'number': loop.index, 'text': line}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set lines = full[1:] | map(attribute='number') | list -%}
        {%- if lines | length != table.rows | length -%}
            {%- set lines = range(2, table.rows | length + 2) | list -%}
        {%- endif -%}
        {%- set header = full[0].text if full else '' -%}
        {%- for separator, name in {';': "';'", '|': "'|'", '\t': 'tabs'}.items()
            if separator in header and ',' not in header -%}
            {%- do messages.append(
                file ~ ' separates its cells by ' ~ name ~ '; allowed: commas.'
            ) -%}
        {%- endfor -%}
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
        {%- do seeds.update({
            node.name: {'file': file, 'rows': table.rows, 'lines': lines}
        }) -%}
    {%- endfor -%}
    {%- if not messages and 'experiments' in seeds and 'experiment_variants' in seeds -%}
        {%- do messages.extend(aisle.experiment_plan_messages(
            seeds['experiments'], seeds['experiment_variants']
        )) -%}
    {%- endif -%}
    {{- return(messages) -}}
{%- endmacro %}
