with

models as (

    {% if var('is_als_enabled') -%}
        select * from {{ ref('int_candidates__als_models') }}
    {%- else -%}
        select
            cast(null as {{ dbt.type_string() }}) as fold_id,
            0 as factors,
            0.0 as regularisation,
            0.0 as alpha,
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

final as (

    select
        unnested.fold_id,
        folds.fold_role,
        cast(unnested.iteration as integer) as iteration,
        cast(unnested.factors as integer) as factors,
        cast(unnested.regularisation as double) as regularisation,
        cast(unnested.alpha as double) as alpha,
        cast(
            {{ aisle.list_element('unnested.losses', 'unnested.iteration') }} as double
        ) as loss,
        cast(unnested.count_customers as bigint) as count_customers,
        cast(unnested.count_products as bigint) as count_products
    from unnested
    inner join folds
        on unnested.fold_id = folds.fold_id

)

select * from final
