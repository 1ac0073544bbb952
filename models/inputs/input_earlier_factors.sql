with

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

final as (

    select
        entity_type,
        entity_id,
        release_id,
        {{ aisle.float_list('vector') }} as vector,
        cutoff_at
    from source_rows

)

select * from final
