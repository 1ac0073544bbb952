with

scored_customers as (

    select * from {{ ref('int_folds__scored_customers') }}
    where has_history

),

use_cases as (

    select * from {{ ref('int_folds__open_use_cases') }}
    where
        use_case = 'personalised'
        and is_open

),

final as (

    select
        scored_customers.fold_id,
        scored_customers.customer_key
    from scored_customers
    inner join use_cases
        on scored_customers.fold_id = use_cases.fold_id

)

select * from final
