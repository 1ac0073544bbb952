with

models as (

    {% if var('is_als_enabled') or var('is_als_trend_enabled') -%}
        select * from {{ ref('int_candidates__als_models') }}
    {%- else -%}
        select
            cast(null as {{ dbt.type_string() }}) as fold_id,
            0 as factors,
            0.0 as regularisation,
            0.0 as alpha,
            false as is_warm,
            {{ aisle.empty_list() }} as losses,
            0 as count_customers,
            0 as count_products
        where false
    {%- endif %}

),

folds as (

    select * from {{ ref('folds') }}

),

unnested as (

    select
        models.*,
        {{ aisle.list_positions('losses') }} as iteration
    from models

),

losses as (

    select
        *,
        {{ aisle.list_element('losses', 'iteration') }} as loss,
        count(*) over (partition by fold_id) as count_iterations
    from unnested

),

compared as (

    select
        *,
        1 - loss / lag(loss) over (
            partition by fold_id
            order by iteration asc
        ) as loss_fall_rate
    from losses

),

watched as (

    select
        *,
        count(case when loss_fall_rate < 0.001 then 1 end) over (
            partition by fold_id
            order by iteration asc
            rows between 2 preceding and current row
        ) as count_small_falls
    from compared

),

final as (

    select
        watched.fold_id,
        folds.fold_role,
        cast(watched.iteration as integer) as iteration,
        cast(watched.factors as integer) as factors,
        cast(watched.regularisation as double) as regularisation,
        cast(watched.alpha as double) as alpha,
        cast(watched.loss as double) as loss,
        cast(watched.loss_fall_rate as double) as loss_fall_rate,
        cast(watched.count_customers as bigint) as count_customers,
        cast(watched.count_products as bigint) as count_products,
        watched.is_warm,
        watched.count_small_falls = 3
        and watched.iteration * 3 <= watched.count_iterations * 2 as is_stalled
    from watched
    inner join folds
        on watched.fold_id = folds.fold_id

)

select * from final
