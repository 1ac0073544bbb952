{# The reference page of the rules, from what the checks allow: `make reference` writes it. #}
{% macro rule_reference() -%}
    {%- set columns = aisle.seed_rules().business_rules.columns -%}
    {%- set lines = [
        '# Rules',
        '',
        'Made by `make reference` from what the checks of `seeds/business_rules.csv` allow.',
        'How to use it: [steer the lists](../how-to/merchandise.md).',
        '',
        '## Columns',
        '',
        '| column | may be empty | allowed |',
        '| --- | --- | --- |',
    ] -%}
    {%- for name, rule in columns.items() -%}
        {%- set allowed = 'a field, see below' if rule.kind == 'product field'
            else aisle.var_violation([], rule) -%}
        {%- do lines.append(
            '| `' ~ name ~ '` | ' ~ ('yes' if rule.get('is_nullable') else 'no') ~ ' | '
            ~ allowed | replace('allowed: ', '') | replace(', or null', '')
                | replace('|', '\\|') ~ ' |'
        ) -%}
    {%- endfor -%}
    {%- do lines.extend([
        '',
        'Of rules with the same effect the one with the lowest `priority` counts first: it names',
        'what took a product out. In `weekdays` 1 is Monday.',
        '',
        '## Strength',
        '',
        '| action | `strength` |',
        '| --- | --- |',
    ]) -%}
    {%- for action, strength in aisle.rule_strengths().items() -%}
        {%- do lines.append('| `' ~ action ~ '` | ' ~ strength ~ ' |') -%}
    {%- endfor -%}
    {%- do lines.extend([
        '',
        'Numbers of slots are `list_length` at most.',
        '',
        '## Fields of products',
        '',
        '| field | kind | means |',
        '| --- | --- | --- |',
    ]) -%}
    {%- for name, field in aisle.rule_fields().items() -%}
        {%- do lines.append(
            '| `' ~ name ~ '` | ' ~ field.kind ~ ' | ' ~ field.means ~ ' |'
        ) -%}
    {%- endfor -%}
    {%- do lines.append(
        '| `attributes.<key>` | text | what `attributes` of the products has under the key |'
    ) -%}
    {%- do lines.extend([
        '',
        'A text or boolean is compared by `=`, `!=`, `in`, `not in` and `contains`; `in` takes',
        'several values, separated by `\\|`. A number is compared by `=`, `!=`, `<`, `<=`, `>`',
        'and `>=`.',
        '',
        '## Conditions of customer and product',
        '',
        '| condition | `condition_value` | true when |',
        '| --- | --- | --- |',
        '| `disliked` | none | the customer rated it below `liked_rating`, dismissed it or '
            ~ 'complained of it |',
        '| `like_disliked` | similarity, 0 to 1 | it is as similar as this, or more, to what '
            ~ 'the customer disliked |',
        '| `seen_times` | times | the customer was shown it so many times, or more, since the '
            ~ 'last click on it or purchase of it that was kept |',
        '| `seen_past_cap` | none | the same, as often as the impressions so far say that the '
            ~ 'next is not worth its slot: `seen_times` in `experiments.suggested_settings` |',
        '| `bought_within_days` | days | the customer bought it within so many days, and has '
            ~ 'not sent all of it back |',
        '| `bought_kind_within_days` | days | the customer bought a one-off product of its '
            ~ 'subcategory within so many days, and has not sent all of it back |',
        '| `bought_within_typical_interval` | share | the customer bought and kept it less than '
            ~ 'this share of the typical interval ago: of the customer, else of the product |',
        '',
        '## Placements',
        '',
        '| placement | whose | rules that act |',
        '| --- | --- | --- |',
        '| `home`, `buy_again`, `new_for_you` | a customer\'s | all |',
        '| `email` | a customer\'s: the home list | those of `home`, and what is excluded from '
            ~ '`email` |',
        '| `collection` | a customer\'s, and visitors\': products of `seeds/collections.csv` | '
            ~ '`exclude`, `boost` and `bury` of `home`, and what is excluded from '
            ~ '`collection` |',
        '| `product_page` | a product\'s | `exclude`, `boost`, `bury` and `cap` without '
            ~ 'condition, segment, region, experiment and hours |',
        '| `cart` | a product\'s, or of what a customer has in it | the same |',
        '',
        'A rule without a placement is of all of them.',
        '',
        '## Parts of the week',
        '',
        'A rule with `hours` acts on the home lists by part of the week, and on no other list:',
        '`exclude`, `boost`, `bury` and `cap`. It has all hours of a part or none of them, and',
        'with `weekdays` all days of a part or none; several parts may be named.',
        '',
        '| `week_part` | `weekdays` | `hours` |',
        '| --- | --- | --- |',
    ]) -%}
    {%- for part in aisle.week_parts() -%}
        {%- do lines.append(
            '| `' ~ part.week_part ~ '` | `' ~ part.weekdays | join('\\|') ~ '` | `'
            ~ part.hours | join('\\|') ~ '` |'
        ) -%}
    {%- endfor -%}
    {{- print(lines | join('\n')) -}}
{%- endmacro %}
