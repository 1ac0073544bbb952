with

losses as (

    select * from {{ ref('int_candidates__als_losses') }}

),

folds as (

    select * from {{ ref('folds') }}

),

final as (

    select
        losses.fold_id,
        folds.fold_role,
        cast(losses.iteration as integer) as iteration,
        cast(losses.factors as integer) as factors,
        cast(losses.regularisation as double) as regularisation,
        cast(losses.alpha as double) as alpha,
        cast(losses.loss as double) as loss,
        cast(losses.loss_fall_rate as double) as loss_fall_rate,
        cast(losses.count_customers as bigint) as count_customers,
        cast(losses.count_products as bigint) as count_products,
        losses.is_warm,
        losses.is_stalled
    from losses
    inner join folds
        on losses.fold_id = folds.fold_id

)

select * from final
