-- Fitted models of other code would be applied to features that mean something else.
with

identity as (

    select * from {{ ref('int_releases__identity') }}

),

full_build as (

    select * from {{ ref('input_full_build') }}

),

final as (

    select
        identity.code_hash,
        full_build.code_hash as full_build_code_hash
    from identity
    cross join full_build
    where identity.code_hash != full_build.code_hash

)

select * from final
