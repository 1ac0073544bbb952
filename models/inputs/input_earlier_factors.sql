with

customers as (

    select * from {{ ref('input_customers') }}

),

source_rows as (

    {% if var('release_history') -%}
        select * from {{ aisle.read_file(aisle.history_file('als_factors')) }}
    {%- else -%}
        select
            cast(null as {{ dbt.type_string() }}) as entity_type,
            cast(null as {{ dbt.type_string() }}) as entity_id,
            cast(null as {{ dbt.type_string() }}) as release_id,
            {{ aisle.empty_list() }} as vector,
            cast(null as timestamp) as cutoff_at
        where false
    {%- endif %}

),

-- Who has left or withdrawn consent since has no factors any more.
final as (

    select
        source_rows.entity_type,
        source_rows.entity_id,
        source_rows.release_id,
        {{ aisle.float_list('source_rows.vector') }} as vector,
        source_rows.cutoff_at
    from source_rows
    left join customers
        on source_rows.entity_id = customers.customer_id
    where
        source_rows.entity_type != 'customer'
        or customers.customer_id is not null

)

select * from final
