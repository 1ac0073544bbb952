with

blend_trials as (

    select * from {{ ref('int_ranking__blend_trials') }}

),

{%- set is_als_on = var('is_als_enabled') or var('is_als_trend_enabled') %}

als_trials as (

    {% if is_als_on and var('is_als_tuned') -%}
        select * from {{ ref('int_candidates__als_trials') }}
    {%- else -%}
        select
            0 as trial,
            0 as factors,
            0.0 as regularisation,
            0.0 as ndcg,
            false as is_best
        where false
    {%- endif %}

),

trials as (

    select
        'blend' as strategy,
        segment,
        trial,
        signal as parameter,
        weight as value,
        ndcg,
        is_best
    from blend_trials
    union all
    select
        'als' as strategy,
        'all' as segment,
        trial,
        'factors' as parameter,
        factors as value,
        ndcg,
        is_best
    from als_trials
    union all
    select
        'als' as strategy,
        'all' as segment,
        trial,
        'regularisation' as parameter,
        regularisation as value,
        ndcg,
        is_best
    from als_trials

),

final as (

    select
        cast('validation' as {{ dbt.type_string() }}) as fold_id,
        cast(strategy as {{ dbt.type_string() }}) as strategy,
        cast(segment as {{ dbt.type_string() }}) as segment,
        cast(trial as bigint) as trial,
        cast(parameter as {{ dbt.type_string() }}) as parameter,
        cast(value as double) as value,
        cast('all' as {{ dbt.type_string() }}) as task,
        cast('ndcg' as {{ dbt.type_string() }}) as metric,
        cast(10 as integer) as k,
        cast(ndcg as double) as score,
        is_best
    from trials

)

select * from final
