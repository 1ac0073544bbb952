with

factors as (

    {% if var('is_als_enabled') or var('is_als_trend_enabled') -%}
        select * from {{ ref('int_candidates__als_factors') }}
    {%- else -%}
        select
            cast(null as {{ dbt.type_string() }}) as fold_id,
            cast(null as {{ dbt.type_string() }}) as entity_type,
            0 as entity_key,
            {{ aisle.empty_list() }} as vector
        where false
    {%- endif %}

),

folds as (

    select * from {{ ref('folds') }}

),

entities as (

    select * from {{ ref('int_folds__entities') }}

),

identity as (

    select * from {{ ref('int_releases__identity') }}

),

final as (

    select
        cast(factors.entity_type as {{ dbt.type_string() }}) as entity_type,
        cast(entities.entity_id as {{ dbt.type_string() }}) as entity_id,
        identity.release_id,
        {{ aisle.float_list('factors.vector') }} as vector,
        folds.cutoff_at
    from factors
    inner join folds
        on factors.fold_id = folds.fold_id
    inner join entities
        on
            factors.fold_id = entities.fold_id
            and factors.entity_type = entities.entity_type
            and factors.entity_key = entities.entity_key
    cross join identity

)

select * from final
