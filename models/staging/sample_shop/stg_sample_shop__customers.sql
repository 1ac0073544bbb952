{{ config(enabled=var('connector') == 'sample_shop') }}

with

source_rows as (

    select * from {{ ref('sample_customers') }}

),

{{ aisle.typed_input('customers', 'source_rows', 'sample_shop') }},

final as (

    select
        {{ aisle.staged_columns('customers') }}
    from typed

)

select * from final
