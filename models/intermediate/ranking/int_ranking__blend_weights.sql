with

trials as (

    select * from {{ ref('int_ranking__blend_trials') }}
    where is_best

),

segments as (

    select * from {{ ref('int_ranking__blend_segments') }}
    where is_used

),

final as (

    select
        cast(trials.segment as {{ dbt.type_string() }}) as segment,
        cast(trials.signal as {{ dbt.type_string() }}) as signal,
        cast(trials.weight as double) as weight
    from trials
    left join segments
        on trials.segment = segments.segment
    where
        trials.segment = 'all'
        or segments.segment is not null

)

select * from final
