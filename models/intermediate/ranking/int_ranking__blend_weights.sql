with

trials as (

    select * from {{ ref('int_ranking__blend_trials') }}

),

final as (

    select
        cast(signal as {{ dbt.type_string() }}) as signal,
        cast(weight as double) as weight
    from trials
    where is_best

)

select * from final
