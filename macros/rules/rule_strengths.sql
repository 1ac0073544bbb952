{# What the strength of a business rule may be, by its action. #}
{% macro rule_strengths() -%}
    {{- return({
        'exclude': 'nothing',
        'boost': 'a multiplier above 1',
        'bury': 'a multiplier between 0 and 1',
        'cap': 'a whole number of slots',
        'pin': 'the number of a slot',
        'reserve': 'a whole number of slots',
    }) -}}
{%- endmacro %}
