-- Older data, of a feed that stopped or was cut off, would be served by models from their
-- own future.
with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

full_build as (

    select * from {{ ref('input_full_build') }}

),

final as (

    select
        folds.cutoff_at as as_of,
        full_build.as_of as full_build_as_of
    from folds
    cross join full_build
    where folds.cutoff_at < full_build.as_of

)

select * from final
