{# What the columns of seeds may hold, where a wrong value would end in a message without
   the row: rules as in `var_rules`, the columns that no two rows share, and the macro, if
   there is one, that says what is wrong between cells and rows. #}
{% macro seed_rules() -%}
    {%- set operators = ['=', '!=', 'in', 'not in', 'contains', '<', '<=', '>', '>='] -%}
    {{- return({
        'als_grid': {
            'columns': {
                'factors': {'kind': 'whole', 'lowest': 1, 'highest': 1024},
                'regularisation': {'kind': 'number', 'lowest': 0},
                'is_enabled': {'kind': 'boolean'}
            },
            'key': ['factors', 'regularisation']
        },
        'business_rules': {
            'columns': {
                'rule_id': {'kind': 'text'},
                'description': {'kind': 'text'},
                'action': {'kind': 'choice', 'choices': [
                    'exclude', 'boost', 'bury', 'cap', 'pin', 'reserve'
                ]},
                'field': {'kind': 'product field', 'is_nullable': true},
                'operator': {
                    'kind': 'choice', 'choices': operators, 'is_nullable': true
                },
                'value': {'kind': 'text', 'is_nullable': true},
                'and_field': {'kind': 'product field', 'is_nullable': true},
                'and_operator': {
                    'kind': 'choice', 'choices': operators, 'is_nullable': true
                },
                'and_value': {'kind': 'text', 'is_nullable': true},
                'condition': {'kind': 'choice', 'is_nullable': true, 'choices': [
                    'disliked', 'like_disliked', 'seen_times', 'seen_past_cap',
                    'bought_within_days', 'bought_kind_within_days',
                    'bought_within_typical_interval'
                ]},
                'condition_value': {
                    'kind': 'number', 'lowest': 0, 'is_nullable': true
                },
                'segment': {
                    'kind': 'choice', 'is_nullable': true,
                    'choices': aisle.rfm_segments()
                },
                'region': {'kind': 'text', 'is_nullable': true},
                'placement': {
                    'kind': 'choice',
                    'choices': aisle.shelves().keys() | list
                        + ['email', 'collection'] + aisle.anchored_placements(),
                    'is_nullable': true
                },
                'months': {
                    'kind': 'choices', 'is_nullable': true,
                    'choices': range(1, 13) | map('string') | list
                },
                'weekdays': {
                    'kind': 'choices', 'is_nullable': true,
                    'choices': range(1, 8) | map('string') | list
                },
                'hours': {
                    'kind': 'choices', 'is_nullable': true,
                    'choices': range(24) | map('string') | list
                },
                'per': {
                    'kind': 'choice', 'is_nullable': true, 'choices': aisle.cap_fields()
                },
                'strength': {
                    'kind': 'number', 'lowest': 0.01, 'highest': 100,
                    'is_nullable': true
                },
                'priority': {'kind': 'whole', 'lowest': 0, 'highest': 1000000},
                'starts_on': {'kind': 'date', 'is_nullable': true},
                'ends_on': {'kind': 'date', 'is_nullable': true},
                'is_enabled': {'kind': 'boolean'},
                'experiment_id': {'kind': 'text', 'is_nullable': true}
            },
            'key': ['rule_id', 'starts_on'],
            'messages': 'business_rule_messages'
        },
        'collections': {
            'columns': {
                'collection_id': {'kind': 'text'},
                'description': {'kind': 'text'},
                'field': {'kind': 'product field'},
                'operator': {'kind': 'choice', 'choices': operators},
                'value': {'kind': 'text'},
                'and_field': {'kind': 'product field', 'is_nullable': true},
                'and_operator': {
                    'kind': 'choice', 'choices': operators, 'is_nullable': true
                },
                'and_value': {'kind': 'text', 'is_nullable': true},
                'starts_on': {'kind': 'date', 'is_nullable': true},
                'ends_on': {'kind': 'date', 'is_nullable': true},
                'is_enabled': {'kind': 'boolean'}
            },
            'key': ['collection_id'],
            'messages': 'collection_messages'
        },
        'event_weights': {
            'columns': {
                'interaction_type': {
                    'kind': 'choice', 'choices': aisle.interaction_types()
                },
                'weight': {'kind': 'number'},
                'is_quantity_scaled': {'kind': 'boolean'},
                'is_rating_scaled': {'kind': 'boolean'},
                'seconds_per_unit': {
                    'kind': 'number', 'lowest': 1, 'is_nullable': true
                },
                'seconds_cap': {'kind': 'number', 'lowest': 0, 'is_nullable': true}
            },
            'key': ['interaction_type'],
            'messages': 'event_weight_messages'
        },
        'evaluation_targets': {
            'columns': {
                'target_id': {'kind': 'text'},
                'strategy': {'kind': 'text'},
                'task': {'kind': 'choice', 'choices': aisle.shelves().values() | list},
                'metric': {
                    'kind': 'choice',
                    'choices': aisle.customer_metrics().keys() | list
                        + ['coverage', 'gini', 'overlap']
                },
                'k': {
                    'kind': 'choice',
                    'choices': aisle.metric_ks() | map('string') | list
                },
                'baseline': {'kind': 'text', 'is_nullable': true},
                'comparison': {
                    'kind': 'choice', 'choices': ['ratio', 'lower_bound', 'at_most']
                },
                'threshold': {'kind': 'number'}
            },
            'key': ['target_id']
        },
        'monitoring_checks': {
            'columns': {
                'check_id': {'kind': 'choice', 'choices': aisle.monitoring_checks()},
                'severity': {
                    'kind': 'choice', 'choices': ['error', 'warning', 'info']
                },
                'priority': {'kind': 'whole', 'lowest': 0, 'highest': 1000000},
                'rule': {
                    'kind': 'choice',
                    'choices': ['above', 'below', 'rises_by', 'falls_by']
                },
                'threshold': {'kind': 'number'},
                'unit': {'kind': 'choice', 'choices': [
                    'share', 'days', 'index', 'ndcg', 'money', 'triggers'
                ]},
                'title': {'kind': 'text'},
                'remedy': {'kind': 'text'}
            },
            'key': ['check_id']
        },
        'reason_templates': {
            'columns': {
                'reason_code': {'kind': 'text'},
                'language': {'kind': 'text'},
                'template': {'kind': 'text'}
            },
            'key': ['reason_code', 'language'],
            'messages': 'template_messages'
        },
        'retrain_triggers': {
            'columns': {
                'trigger_id': {'kind': 'choice', 'choices': aisle.retrain_triggers()},
                'threshold': {'kind': 'number', 'lowest': 0},
                'is_enabled': {'kind': 'boolean'},
                'title': {'kind': 'text'}
            },
            'key': ['trigger_id']
        },
        'scenarios': {
            'columns': {
                'scenario_id': {'kind': 'text'},
                'rules': {'kind': 'choice', 'choices': ['all', 'none']},
                'value': {
                    'kind': 'choice', 'choices': aisle.objective_values(),
                    'is_nullable': true
                },
                'weight': {
                    'kind': 'number', 'lowest': 0, 'highest': 2, 'is_nullable': true
                },
                'diversity': {
                    'kind': 'choice', 'choices': ['none', 'mmr', 'category_rank'],
                    'is_nullable': true
                },
                'diversity_lambda': {
                    'kind': 'number', 'lowest': 0, 'highest': 1, 'is_nullable': true
                },
                'discovery_share': {
                    'kind': 'number', 'lowest': 0, 'highest': 0.5, 'is_nullable': true
                }
            },
            'key': ['scenario_id'],
            'messages': 'scenario_messages'
        },
        'objectives': {
            'columns': {
                'objective_id': {'kind': 'text'},
                'segment': {
                    'kind': 'choice', 'is_nullable': true,
                    'choices': aisle.rfm_segments()
                },
                'value': {'kind': 'choice', 'choices': aisle.objective_values()},
                'weight': {'kind': 'number', 'lowest': 0, 'highest': 2},
                'owner': {'kind': 'text'},
                'rationale': {'kind': 'text'},
                'review_on': {'kind': 'date'},
                'is_enabled': {'kind': 'boolean'}
            },
            'key': ['objective_id'],
            'messages': 'objective_messages'
        },
        'experiments': {
            'columns': {
                'experiment_id': {'kind': 'text'},
                'description': {'kind': 'text'},
                'control_variant': {'kind': 'text'},
                'salt': {'kind': 'text', 'is_nullable': true},
                'primary_metric': {
                    'kind': 'choice',
                    'choices': aisle.experiment_metrics() | map(attribute='name') | list
                },
                'planned_customers': {
                    'kind': 'whole', 'lowest': 1, 'is_nullable': true
                },
                'starts_on': {'kind': 'date', 'is_nullable': true},
                'ends_on': {'kind': 'date', 'is_nullable': true}
            },
            'key': ['experiment_id']
        },
        'experiment_variants': {
            'columns': {
                'experiment_id': {'kind': 'text'},
                'variant': {'kind': 'text'},
                'position': {'kind': 'whole', 'lowest': 1},
                'share': {'kind': 'number', 'lowest': 0, 'highest': 1}
            },
            'key': ['experiment_id', 'variant'],
            'messages': 'experiment_messages'
        },
        'calendar_events': {
            'columns': {
                'event_id': {'kind': 'text'},
                'description': {'kind': 'text'},
                'effect': {'kind': 'choice', 'choices': ['flags', 'invalidates']},
                'starts_on': {'kind': 'date'},
                'ends_on': {'kind': 'date'}
            },
            'key': ['event_id']
        }
    }) -}}
{%- endmacro %}
