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
        fold_id,
        iteration,
        factors,
        regularisation,
        alpha,
        loss,
        loss_fall_rate,
        count_customers,
        count_products,
        is_warm,
        count_small_falls = 3
        and iteration * 3 <= count_iterations * 2 as is_stalled
    from watched

)

select * from final
