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
described_products as (

    select * from {{ ref('input_products') }}

),

known_customers as (

    select * from {{ ref('input_customers') }}

),

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

-- Products and customers that only interactions name, whatever derives them.
derived as (

    select
        'products' as input_name,
        count(*) as count_rows,
        min(valid_from) as first_at,
        max(valid_from) as last_at
    from described_products
    having count(*) > 0
    union all
    select
        'customers' as input_name,
        count(*) as count_rows,
        min(registered_at) as first_at,
        max(registered_at) as last_at
    from known_customers
    having count(*) > 0

),

final as (

    select
        datasets.input_name,
        datasets.source_system,
        datasets.location,
        case
            when datasets.is_supplied then datasets.count_rows
            else coalesce(derived.count_rows, datasets.count_rows)
        end as count_rows,
        coalesce(repeated.count_rows, 0) as count_rows_repeated,
        datasets.is_supplied,
        not datasets.is_supplied
        and coalesce(derived.count_rows, datasets.count_rows) > 0 as is_derived,
        case
            when datasets.is_supplied then datasets.first_at
            else coalesce(derived.first_at, datasets.first_at)
        end as first_at,
        case
            when datasets.is_supplied then datasets.last_at
            else coalesce(derived.last_at, datasets.last_at)
        end as last_at
    from datasets
    left join derived
        on datasets.input_name = derived.input_name
    left join repeated
        on datasets.input_name = repeated.input_name

)

select * from final
