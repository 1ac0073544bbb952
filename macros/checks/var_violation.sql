{# What is wrong with a value under a rule of `var_rules`, as "allowed: ..."; none where
   nothing is. #}
{% macro var_violation(value, rule) -%}
    {%- set kind = rule.kind -%}
    {%- set is_number = value is number and value is not boolean -%}
    {%- set bounds = [] -%}
    {%- if 'lowest' in rule -%}
        {%- do bounds.append('from ' ~ rule.lowest) -%}
    {%- endif -%}
    {%- if 'highest' in rule -%}
        {%- do bounds.append('to ' ~ rule.highest) -%}
    {%- endif -%}

    {%- if value is none -%}
        {%- set is_good = rule.get('is_nullable', false) -%}
    {%- elif kind == 'boolean' -%}
        {%- set is_good = value is boolean -%}
    {%- elif kind in ('number', 'whole') -%}
        {%- set is_good = is_number
            and (kind == 'number' or value == value | int)
            and value >= rule.get('lowest', value)
            and value <= rule.get('highest', value) -%}
    {#- Each a fold of its own, so none twice. -#}
    {%- elif kind == 'whole numbers' -%}
        {%- set is_list = value is sequence and value is not string
            and value is not mapping -%}
        {%- set bad = [] -%}
        {%- for item in (value if is_list else []) -%}
            {%- if aisle.var_violation(item, {
                'kind': 'whole', 'lowest': rule.lowest,
                'highest': rule.get('highest', 100000),
            }) -%}
                {%- do bad.append(item) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set is_good = is_list and not bad
            and value | unique | list | length == value | length
            and (rule.is_empty or value | length > 0) -%}
    {%- elif kind == 'choice' -%}
        {%- set is_good = value in rule.choices -%}
    {#- Several in one cell of a seed. -#}
    {%- elif kind == 'choices' -%}
        {%- set parts = (value | string).split('|') -%}
        {%- set is_good = parts | reject('in', rule.choices) | list | length == 0
            and parts | unique | list | length == parts | length -%}
    {%- elif kind == 'date' -%}
        {%- set is_good = value is string
            and modules.re.match('[0-9]{4}-[0-9]{2}-[0-9]{2}$', value) is not none
            and (not execute or aisle.is_instant(value)) -%}
    {%- elif kind == 'product field' -%}
        {%- set is_good = value in aisle.rule_fields()
            or modules.re.match('attributes[.].+', value | string) is not none -%}
    {%- elif kind in ('text', 'path') -%}
        {%- set is_good = value is string and value | trim | length > 0 -%}
    {%- elif kind == 'time zone' -%}
        {%- set is_good = value is string
            and (not execute or aisle.is_time_zone(value)) -%}
    {#- YAML reads an unquoted day or instant as a date, not as text. -#}
    {%- elif kind == 'instant' -%}
        {%- set is_good = not is_number and value is not boolean
            and modules.re.match(
                '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?$',
                value | string
            ) is not none
            and (not execute or aisle.is_instant(value | string)) -%}
    {%- else -%}
        {{- exceptions.raise_compiler_error(
            "var_violation: '" ~ kind ~ "' is no kind of var."
        ) -}}
    {%- endif -%}

    {%- if is_good -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set allowed = {
        'boolean': 'true or false',
        'number': 'a number ' ~ bounds | join(' '),
        'whole': 'a whole number ' ~ bounds | join(' '),
        'whole numbers': 'a list of different whole numbers ' ~ bounds | join(' '),
        'choice': rule.get('choices', []) | join(', '),
        'choices': 'one or more of ' ~ rule.get('choices', []) | join(', ')
            ~ ', separated by |',
        'date': 'a day such as 2025-06-30',
        'product field': aisle.rule_fields() | join(', ')
            ~ ', or attributes. and a key of the products\' attributes',
        'text': 'text that is not blank',
        'path': 'a path',
        'time zone': 'the name of a time zone, such as UTC or Europe/London',
        'instant': 'a day such as 2025-06-30 or an instant in UTC such as '
            ~ '2025-06-30 12:00:00'
    }[kind] -%}
    {{- return(
        'allowed: ' ~ allowed | trim
        ~ (', or null' if rule.get('is_nullable', false) else '')
    ) -}}
{%- endmacro %}
