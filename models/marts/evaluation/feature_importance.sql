with

models as (

    select * from {{ ref('int_ranking__ranker_models') }}

),

features as (

    select * from {{ ref('ranker_features') }}

),

unnested as (

    select
        models.*,
        {{ aisle.list_positions('features') }} as position
    from models

),

listed as (

    select
        shelf,
        target,
        {{ aisle.list_element('features', 'position') }} as feature,
        {{ aisle.list_element('gains', 'position') }} as gain,
        {{ aisle.list_element('splits', 'position') }} as count_splits
    from unnested

),

summed as (

    select
        shelf,
        target,
        feature,
        {{ aisle.exact_avg('gain') }} as gain,
        sum(count_splits) as count_splits
    from listed
    group by shelf, target, feature

),

totals as (

    select
        shelf,
        target,
        {{ aisle.exact_sum('gain') }} as gain
    from summed
    group by shelf, target

),

final as (

    select
        cast(summed.shelf as {{ dbt.type_string() }}) as shelf,
        cast(summed.target as {{ dbt.type_string() }}) as target,
        cast(summed.feature as {{ dbt.type_string() }}) as feature,
        features.family,
        features.description,
        cast(summed.gain / nullif(totals.gain, 0) as double) as gain_rate,
        cast(summed.count_splits as bigint) as count_splits,
        cast(row_number() over (
            partition by summed.shelf, summed.target
            order by summed.gain desc, summed.feature asc
        ) as bigint) as rank
    from summed
    inner join totals
        on
            summed.shelf = totals.shelf
            and summed.target = totals.target
    inner join features
        on summed.feature = features.feature

)

select * from final
