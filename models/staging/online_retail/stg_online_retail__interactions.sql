{{ config(enabled=var('connector') == 'online_retail') }}

with

transactions as (

    select * from {{ ref('stg_online_retail__transactions') }}
    where not is_repeated_by_next_sheet

),

final as (

    select
        {{ aisle.staged_columns('interactions') }},
        is_non_product,
        is_stock_write_off
    from transactions

)

select * from final
