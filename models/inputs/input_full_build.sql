with

source_rows as (

    {% if execute and aisle.is_daily() -%}
        select * from {{ aisle.read_file(aisle.history_file('releases')) }}
    {%- else -%}
        select
            cast(null as {{ dbt.type_string() }}) as release_id,
            cast(null as {{ dbt.type_string() }}) as code_hash,
            cast(null as timestamp) as as_of
        where false
    {%- endif %}

),

final as (

    select
        release_id,
        code_hash,
        as_of
    from source_rows

)

select * from final
