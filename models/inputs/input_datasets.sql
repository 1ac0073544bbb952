{%- set times = {
    'interactions': 'occurred_at', 'products': 'valid_from',
    'customers': 'registered_at', 'inventory': 'observed_at',
    'impressions': 'served_at', 'experiment_assignments': 'assigned_at',
    'questionnaire_answers': 'answered_at', 'erasures': 'requested_at'
} -%}
{%- set locations = aisle.connector_locations() -%}

with

{% for input_name in times -%}
    {{ input_name }} as (

        select * from {{ aisle.connector_relation(input_name) }}

    ),

{% endfor -%}
repeated as (

    select * from {{ aisle.repeated_rows_relation() }}

),

datasets as (

    {% for input_name, time in times.items() -%}
        {% set location = locations.get(input_name, '') | replace("'", "''") -%}
        select
            '{{ input_name }}' as input_name,
            '{{ var("connector") }}' as source_system,
            nullif('{{ location }}', '') as location,
            count(*) as count_rows,
            {{ input_name in locations }} as is_supplied,
            min({{ time }}) as first_at,
            max({{ time }}) as last_at
        from {{ input_name }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}
),

final as (

    select
        datasets.input_name,
        datasets.source_system,
        datasets.location,
        datasets.count_rows,
        coalesce(repeated.count_rows, 0) as count_rows_repeated,
        datasets.is_supplied,
        datasets.first_at,
        datasets.last_at
    from datasets
    left join repeated
        on datasets.input_name = repeated.input_name

)

select * from final
