{# Where rows of `business_rules` that are switched on contradict each other, one message
   each. `enabled` has each with its `line` and its `row`. #}
{% macro business_rule_conflicts(file, enabled) -%}
    {%- set messages = [] -%}
    {%- set selector = ['field', 'operator', 'value', 'and_field', 'and_operator',
        'and_value'] -%}
    {%- set contexts = ['segment', 'region', 'placement'] -%}

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
            {%- set actions = [first.row['action'], second.row['action']] -%}
            {%- set is_same = namespace(products=true, context=true) -%}
            {%- for column in selector -%}
                {%- if first.row[column] != second.row[column] -%}
                    {%- set is_same.products = false -%}
                {%- endif -%}
            {%- endfor -%}
            {%- for column in contexts -%}
                {%- if none not in (first.row[column], second.row[column])
                    and first.row[column] != second.row[column] -%}
                    {%- set is_same.context = false -%}
                {%- endif -%}
            {%- endfor -%}
            {%- if first.row['rule_id'] == second.row['rule_id'] -%}
                {%- do messages.append(
                    where ~ 'the dates of ' ~ first.row['rule_id']
                    ~ ' overlap; allowed: rows of one rule that follow each other.'
                ) -%}
            {%- elif is_same.products and is_same.context and 'exclude' in actions
                and (('boost' in actions) or ('pin' in actions)
                    or ('reserve' in actions))
                and none in (first.row['condition'], second.row['condition'])
                and first.row['condition'] == second.row['condition'] -%}
                {%- do messages.append(
                    where ~ first.row['rule_id'] ~ ' and ' ~ second.row['rule_id']
                    ~ ' ' ~ actions | join(' and ')
                    ~ ' the same products; switch one of them off.'
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}

    {%- for placement in aisle.shelves() -%}
        {%- set slots = namespace(count=0, pins=[]) -%}
        {%- for each in enabled
            if each.row['placement'] in (none, placement)
            and each.row['segment'] is none and each.row['region'] is none -%}
            {%- if each.row['action'] == 'reserve' -%}
                {%- set slots.count = slots.count + each.row['strength'] | int -%}
            {%- elif each.row['action'] == 'pin' -%}
                {%- set slots.count = slots.count + 1 -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if slots.count > aisle.checked_var('list_length') -%}
            {%- do messages.append(
                file ~ ': pins and reserved slots of ' ~ placement ~ ' add up to '
                ~ slots.count ~ '; allowed: ' ~ aisle.checked_var('list_length') ~ ' (list_length).'
            ) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- for cap in enabled if cap.row['action'] == 'cap' -%}
        {%- set pins = [] -%}
        {%- for pin in enabled if pin.row['action'] == 'pin'
            and pin.row['field'] in (cap.row['per'], cap.row['field'])
            and pin.row['value'] is not none -%}
            {%- do pins.append(pin.row['value'] | lower) -%}
        {%- endfor -%}
        {%- for value in pins | unique
            if pins | select('eq', value) | list | length > cap.row['strength'] | int -%}
            {%- do messages.append(
                file ~ ', line ' ~ cap.line ~ ': the cap ' ~ cap.row['rule_id']
                ~ ' is below the pins of ' ~ value ~ '; raise the cap or remove a pin.'
            ) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(messages | unique | list) -}}
{%- endmacro %}
