{# What is wrong between the cells of a row of `business_rules`, and between its rows where
   `is_compared`, one message each. The cells themselves are checked by `seed_rules`. #}
{% macro business_rule_messages(file, rows, lines, is_compared) -%}
    {%- set messages = [] -%}
    {%- set enabled = [] -%}
    {%- for row in rows -%}
        {%- set found = aisle.selector_messages(row) -%}

        {%- set needs_value = row['condition'] is not none
            and row['condition'] not in ('disliked', 'seen_past_cap') -%}
        {%- if needs_value != (row['condition_value'] is not none) -%}
            {%- do found.append(
                'condition_value is ' ~ (row['condition_value'] or 'empty')
                ~ '; allowed with ' ~ (row['condition'] or 'no condition') ~ ': '
                ~ ('a number' if needs_value else 'nothing')
            ) -%}
        {%- endif -%}

        {%- set condition_value = aisle.typed_value(row['condition_value'], 'number') -%}
        {%- set condition_bounds = {
            'like_disliked': ('a similarity between 0 and 1', 0, 1),
            'seen_times': ('a number from 1', 1, 1000000),
        } -%}
        {%- if row['condition'] in condition_bounds and condition_value is number -%}
            {%- set bounds = condition_bounds[row['condition']] -%}
            {%- if not bounds[1] <= condition_value <= bounds[2] -%}
                {%- do found.append(
                    'condition_value is ' ~ row['condition_value'] ~ '; allowed with '
                    ~ row['condition'] ~ ': ' ~ bounds[0]
                ) -%}
            {%- endif -%}
        {%- endif -%}

        {%- set strength = aisle.typed_value(row['strength'], 'number') -%}
        {%- set is_number = strength is number -%}
        {%- set bounds = aisle.rule_strengths() -%}
        {%- set action = row['action'] -%}
        {%- set is_good = {
            'exclude': strength is none,
            'boost': is_number and strength | float > 1,
            'bury': is_number and strength | float < 1,
        }.get(
            action,
            is_number and strength | float == strength | int
                and strength | int <= aisle.checked_var('list_length')
        ) -%}
        {%- if action in bounds and not is_good -%}
            {%- do found.append(
                'strength is ' ~ (row['strength'] or 'empty') ~ '; allowed with '
                ~ action ~ ': ' ~ bounds[action]
                ~ (', ' ~ aisle.checked_var('list_length') ~ ' at most (list_length)'
                    if action in ('cap', 'pin', 'reserve') else '')
            ) -%}
        {%- endif -%}
        {%- if row['per'] is not none and action != 'cap' -%}
            {%- do found.append('per is ' ~ row['per'] ~ '; allowed with cap alone') -%}
        {%- endif -%}
        {%- if action == 'pin' and (row['field'], row['operator']) != ('product_id', '=') -%}
            {%- do found.append(
                'field is ' ~ (row['field'] or 'empty')
                ~ '; allowed with pin: product_id, operator =; reserve keeps slots for several'
            ) -%}
        {%- elif action == 'reserve' and row['field'] is none -%}
            {%- do found.append(
                'field is empty; allowed with reserve: a field that says which products'
            ) -%}
        {%- elif action == 'exclude' and row['field'] is none
            and row['condition'] is none -%}
            {%- do found.append(
                'field and condition are empty; allowed with exclude: one of them, else '
                ~ 'nothing is left'
            ) -%}
        {%- endif -%}
        {#- Which rules mean something where no customer, or no order of its own, is known. -#}
        {%- if row['placement'] in ('email', 'collection') and action != 'exclude' -%}
            {%- do found.append(
                'placement is ' ~ row['placement'] ~ '; allowed with ' ~ action
                ~ ': another one, as it shows what the home list would, without what is '
                ~ 'excluded'
            ) -%}
        {%- elif row['placement'] in aisle.anchored_placements() -%}
            {%- if action in ('pin', 'reserve') -%}
                {%- do found.append(
                    'placement is ' ~ row['placement'] ~ '; allowed with ' ~ action
                    ~ ': a list of customers'
                ) -%}
            {%- endif -%}
            {%- for column in ['condition', 'segment', 'region', 'experiment_id']
                if row[column] is not none -%}
                {%- do found.append(
                    column ~ ' is ' ~ row[column] ~ '; allowed with ' ~ row['placement']
                    ~ ': nothing, as its customer is not known'
                ) -%}
            {%- endfor -%}
        {%- endif -%}
        {#- Lists are made before anyone looks at them: by part of the week, not by hour. -#}
        {%- if row['hours'] is not none -%}
            {%- if action in ('pin', 'reserve') -%}
                {%- do found.append(
                    'hours is ' ~ row['hours'] ~ '; allowed with ' ~ action
                    ~ ': nothing, as every part of the week keeps the slots of the home list'
                ) -%}
            {%- endif -%}
            {%- if row['placement'] not in (none, 'home') -%}
                {%- do found.append(
                    'placement is ' ~ row['placement'] ~ '; allowed with hours: home, or '
                    ~ 'nothing, as other lists are the same at all hours'
                ) -%}
            {%- endif -%}
            {%- for column in ['hours', 'weekdays'] if row[column] is not none -%}
                {%- set given = row[column].split('|') -%}
                {%- set wholes = [] -%}
                {%- set cut = [] -%}
                {%- for part in aisle.week_parts() -%}
                    {%- set whole = part[column] | map('string') | list -%}
                    {%- do wholes.append(whole | join('|')) -%}
                    {%- if whole | select('in', given) | list | length
                        not in (0, whole | length) -%}
                        {%- do cut.append(part.week_part) -%}
                    {%- endif -%}
                {%- endfor -%}
                {%- if cut -%}
                    {%- do found.append(
                        column ~ ' is ' ~ row[column] ~ '; allowed with hours: whole parts of '
                        ~ 'the week, ' ~ wholes | unique | join(' or ') ~ ', or several of them'
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
        {%- if row['rule_id'] in ('all', 'objective') -%}
            {%- do found.append(
                'rule_id is ' ~ row['rule_id'] ~ '; allowed: a name that rule_impact and '
                ~ 'scenarios do not use themselves'
            ) -%}
        {%- endif -%}
        {%- set period = aisle.period_violation(row) -%}
        {%- if period -%}
            {%- do found.append(period) -%}
        {%- endif -%}

        {%- set line = lines[loop.index0] -%}
        {%- for text in found -%}
            {%- do messages.append(file ~ ', line ' ~ line ~ ': ' ~ text ~ '.') -%}
        {%- endfor -%}
        {%- if row['is_enabled'] == 'true' -%}
            {%- do enabled.append({'line': line, 'row': row}) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- if is_compared and not messages -%}
        {%- do messages.extend(aisle.business_rule_conflicts(file, enabled)) -%}
    {%- endif -%}
    {{- return(messages) -}}
{%- endmacro %}
