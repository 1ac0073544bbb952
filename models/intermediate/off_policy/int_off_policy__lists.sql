{#- Candidates of a source stand on the home list in their order, before any rule. -#}
{%- set list_length = aisle.checked_var('list_length') -%}

with

lists as (

    select * from {{ ref('int_slots__lists') }}
    where fold_id = 'serving'

),

proposals as (

    select * from {{ ref('int_candidates__proposals') }}
    where rank <= {{ list_length }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

product_keys as (

    select * from {{ ref('int_folds__product_keys') }}

),

counted as (

    select
        placement,
        'release' as target_kind,
        scenario_id as target,
        slot,
        product_key,
        count(*) as count_customers
    from lists
    group by placement, scenario_id, slot, product_key
    union all
    select
        'home' as placement,
        'source' as target_kind,
        case proposals.source_key
            {% for source in aisle.candidate_sources() -%}
                when {{ loop.index }} then '{{ source.name }}'
            {% endfor -%}
            else 'none'
        end as target,
        proposals.rank as slot,
        proposals.product_key,
        count(*) as count_customers
    from proposals
    inner join folds
        on proposals.fold_key = folds.fold_key
    group by proposals.source_key, proposals.rank, proposals.product_key

),

final as (

    select
        counted.placement,
        counted.target_kind,
        counted.target,
        cast(counted.slot as bigint) as slot,
        product_keys.product_id,
        counted.count_customers / cast(
            sum(counted.count_customers) over (
                partition by
                    counted.placement,
                    counted.target_kind,
                    counted.target,
                    counted.slot
            ) as double
        ) as probability
    from counted
    inner join product_keys
        on counted.product_key = product_keys.product_key

)

select * from final
