{# What the columns of seeds may hold, where a wrong value would end in a message without
   the row: rules as in `var_rules`, and the columns that no two rows share. #}
{% macro seed_rules() -%}
    {{- return({
        'als_grid': {
            'columns': {
                'factors': {'kind': 'whole', 'lowest': 1, 'highest': 1024},
                'regularisation': {'kind': 'number', 'lowest': 0},
                'is_enabled': {'kind': 'boolean'}
            },
            'key': ['factors', 'regularisation']
        }
    }) -}}
{%- endmacro %}
