with

folds as (

    select * from {{ ref('folds') }}

),

errors as (

    select * from {{ ref('int_evaluation__lifetime_errors') }}

),

tenths as (

    select
        *,
        tenth as bin
    from errors
    union all
    select
        *,
        0 as bin
    from errors

),

summed as (

    select
        fold_id,
        bin,
        {{ aisle.exact_sum('predicted') }} as predicted,
        sum(observed) as observed,
        {{ aisle.exact_avg('mean_model_error') }} as mean_model_error,
        {{ aisle.exact_avg('error') }} as error,
        count(*) as count_customers
    from tenths
    group by fold_id, bin

),

final as (

    select
        summed.fold_id,
        folds.fold_role,
        cast(summed.bin as integer) as tenth,
        cast(summed.predicted as double) as predicted,
        cast(summed.observed as bigint) as observed,
        cast(summed.mean_model_error as double) as mean_model_error,
        cast(summed.error as double) as error,
        cast(summed.count_customers as bigint) as count_customers
    from summed
    inner join folds
        on summed.fold_id = folds.fold_id

)

select * from final
