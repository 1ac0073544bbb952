with

triggers as (

    select * from {{ ref('retrain_triggers') }}

),

final as (

    select
        trigger_id,
        title,
        cast(threshold as double) as threshold
    from triggers
    where is_enabled = 'true'

)

select * from final
