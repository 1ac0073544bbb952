{#- Candidates of a source stand on the home list in their order, before any rule. -#}
{%- set list_length = aisle.checked_var('list_length') -%}

with

lists as (

    select * from {{ ref('int_slots__lists') }}
    where
        fold_id = 'test'
        and scenario_id = 'live'

),

proposals as (

    select * from {{ ref('int_candidates__proposals') }}
    where rank <= {{ list_length }}

),

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'test'

),

impressions as (

    select * from {{ ref('int_off_policy__impressions') }}
    where
        propensity is not null
        and is_tested

),

customer_keys as (

    select * from {{ ref('int_folds__customer_keys') }}

),

product_keys as (

    select * from {{ ref('int_folds__product_keys') }}

),

-- Lists of others meet no impression.
customers as (

    select distinct
        customer_keys.customer_key,
        customer_keys.customer_id
    from impressions
    inner join customer_keys
        on impressions.customer_id = customer_keys.customer_id

),

stacked as (

    select
        placement,
        'release' as target_kind,
        scenario_id as target,
        customer_key,
        slot,
        product_key
    from lists
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
        proposals.customer_key,
        proposals.rank as slot,
        proposals.product_key
    from proposals
    inner join folds
        on proposals.fold_key = folds.fold_key

),

final as (

    select
        stacked.placement,
        stacked.target_kind,
        stacked.target,
        customers.customer_id,
        cast(stacked.slot as bigint) as slot,
        product_keys.product_id
    from stacked
    inner join customers
        on stacked.customer_key = customers.customer_key
    inner join product_keys
        on stacked.product_key = product_keys.product_key

)

select * from final
