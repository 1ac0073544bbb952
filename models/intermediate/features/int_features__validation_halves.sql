with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'validation'

),

customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where has_history

),

segments as (

    select * from {{ ref('int_features__customer_rfm') }}

),

typed as (

    select
        customers.fold_id,
        customers.customer_key,
        customers.customer_id,
        segments.activity_type,
        {{ aisle.hash_uniform("concat_ws(':', 'halves', customers.customer_id)") }}
            as draw
    from customers
    inner join folds
        on customers.fold_id = folds.fold_id
    inner join segments
        on
            customers.fold_id = segments.fold_id
            and customers.customer_key = segments.customer_key

),

-- Alternating within each type of customer gives both halves the same mix.
final as (

    select
        fold_id,
        customer_key,
        activity_type,
        case
            when
                row_number() over (
                    partition by fold_id, activity_type
                    order by draw asc, customer_id asc
                ) % 2 = 1
                then 'tune'
            else 'choose'
        end as half
    from typed

)

select * from final
