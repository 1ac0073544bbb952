{%- set input_names = [
    'customers', 'interactions', 'impressions', 'experiment_assignments',
    'questionnaire_answers'
] -%}

with

profiles as (

    select * from {{ ref('input_customer_profiles') }}

),

{% for input_name in input_names -%}
    {{ input_name }} as (

        select * from {{ aisle.connector_relation(input_name) }}
        where customer_id is not null

    ),

    excluded_{{ input_name }} as (

        select count(*) as count_rows_excluded
        from {{ input_name }}
        left join profiles
            on {{ input_name }}.customer_id = profiles.source_customer_id
        where not coalesce(profiles.is_consenting, {{ var('is_consent_assumed') }})

    ),

{% endfor -%}
final as (

    {% for input_name in input_names -%}
        select
            '{{ input_name }}' as input_name,
            count_rows_excluded
        from excluded_{{ input_name }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}
)

select * from final
