{# Where rows of `business_rules` that are switched on contradict each other, one message
   each. `enabled` has each with its `line` and its `row`. #}
{% macro business_rule_conflicts(file, enabled) -%}
    {%- set messages = [] -%}
    {%- set selector = ['field', 'operator', 'value', 'and_field', 'and_operator',
        'and_value'] -%}
    {%- set contexts = [
        'segment', 'region', 'placement', 'months', 'weekdays', 'hours', 'experiment_id'
    ] -%}

    {#- As `int_rules__rules` reads a cell: case, spaces and the order of a list do not
        count. -#}
    {%- for each in enabled -%}
        {%- set cells = {} -%}
        {%- for column in selector + contexts -%}
            {%- set parts = [] -%}
            {%- for part in (each.row[column] or '').split('|') -%}
                {%- do parts.append(
                    part | trim if column == 'experiment_id' else part | trim | lower
                ) -%}
            {%- endfor -%}
            {%- do cells.update({column: parts | sort | join('|')}) -%}
        {%- endfor -%}
        {%- do each.update({'cells': cells}) -%}
    {%- endfor -%}

    {%- if enabled | length > 50 -%}
        {%- do messages.append(
            file ~ ' has ' ~ enabled | length ~ ' rules switched on; allowed: 50 at most.'
        ) -%}
    {%- endif -%}

    {%- for first in enabled -%}
        {%- for second in enabled if second.line > first.line
            and not (first.row['ends_on'] or '9999') < (second.row['starts_on'] or '0000')
            and not (second.row['ends_on'] or '9999') < (first.row['starts_on'] or '0000')
        -%}
            {%- set where = file ~ ', lines ' ~ first.line ~ ' and ' ~ second.line ~ ': ' -%}
            {%- set exclusion, other = (
                (first, second) if first.row['action'] == 'exclude' else (second, first)
            ) -%}
            {%- set is_same = namespace(products=true, context=true) -%}
            {%- for column in selector -%}
                {%- if first.cells[column] != second.cells[column] -%}
                    {%- set is_same.products = false -%}
                {%- endif -%}
            {%- endfor -%}
            {#- What is excluded at times, or for some, may be boosted otherwise. -#}
            {%- for column in contexts -%}
                {%- if exclusion.cells[column]
                    and exclusion.cells[column] != other.cells[column] -%}
                    {%- set is_same.context = false -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if first.row['rule_id'] == second.row['rule_id'] -%}
                {%- do messages.append(
                    where ~ 'the dates of ' ~ first.row['rule_id']
                    ~ ' overlap; allowed: rows of one rule that follow each other.'
                ) -%}
            {%- elif is_same.products and is_same.context
                and exclusion.row['action'] == 'exclude'
                and exclusion.row['condition'] is none
                and other.row['action'] in ('boost', 'pin', 'reserve') -%}
                {%- do messages.append(
                    where ~ first.row['rule_id'] ~ ' and ' ~ second.row['rule_id'] ~ ' '
                    ~ first.row['action'] ~ ' and ' ~ second.row['action']
                    ~ ' the same products; switch one of them off.'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}

    {#- Those that always apply; what has dates or is for some may never meet. -#}
    {%- for placement in aisle.shelves() -%}
        {%- set slots = namespace(count=0) -%}
        {%- for each in enabled if each.row['placement'] in (none, placement) -%}
            {%- set limits = [] -%}
            {%- for column in ['segment', 'region', 'months', 'weekdays', 'starts_on',
                'ends_on', 'experiment_id'] if each.row[column] is not none -%}
                {%- do limits.append(column) -%}
            {%- endfor -%}
            {%- if not limits and each.row['action'] == 'reserve' -%}
                {%- set slots.count = slots.count + each.row['strength'] | int -%}
            {%- elif not limits and each.row['action'] == 'pin' -%}
                {%- set slots.count = slots.count + 1 -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if slots.count > aisle.checked_var('list_length') -%}
            {%- do messages.append(
                file ~ ': pins and reserved slots of ' ~ placement ~ ' add up to '
                ~ slots.count ~ '; allowed: ' ~ aisle.checked_var('list_length')
                ~ ' (list_length).'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(messages | unique | list) -}}
{%- endmacro %}
