with

earlier_factors as (

    select * from {{ ref('input_earlier_factors') }}

),

folds as (

    select * from {{ ref('folds') }}

),

entities as (

    select * from {{ ref('int_folds__entities') }}

),

final as (

    select
        entities.fold_id,
        entities.entity_type,
        entities.entity_key,
        earlier_factors.vector
    from earlier_factors
    inner join entities
        on
            earlier_factors.entity_type = entities.entity_type
            and earlier_factors.entity_id = entities.entity_id
    inner join folds
        on
            entities.fold_id = folds.fold_id
            and earlier_factors.cutoff_at < folds.cutoff_at

)

select * from final
