{%- set metrics = ['precision', 'hit_rate', 'ndcg'] -%}

with

folds as (

    select * from {{ ref('folds') }}
    where fold_role = 'serving'

),

served_lists as (

    select * from {{ ref('input_served_lists') }}

),

impressions as (

    select * from {{ ref('int_folds__impression_log') }}
    where
        customer_id is not null
        and release_id is not null
        and placement = 'home'

),

customers as (

    select * from {{ ref('int_folds__customers') }}
    where fold_id = 'serving'

),

-- What is served from now on has nothing to be held against.
served as (

    select served_lists.*
    from served_lists
    inner join folds
        on served_lists.as_of < folds.cutoff_at

),

served_releases as (

    select distinct release_id
    from served

),

-- Of a release whose lists nobody kept, each customer's first one that was shown: all
-- that was shown in the first ten minutes.
started as (

    select
        impressions.release_id,
        impressions.customer_id,
        impressions.product_id,
        impressions.slot,
        impressions.impression_id,
        impressions.served_at,
        min(impressions.served_at) over (
            partition by impressions.release_id, impressions.customer_id
        ) as listed_at
    from impressions
    left join served_releases
        on impressions.release_id = served_releases.release_id
    where served_releases.release_id is null

),

first_shown as (

    select
        *,
        row_number() over (
            partition by release_id, customer_id, product_id
            order by
                slot asc nulls last,
                served_at asc nulls last,
                impression_id asc
        ) as position
    from started
    where {{ aisle.shown_together('listed_at', 'served_at') }}

),

shown as (

    select
        release_id,
        customer_id,
        product_id,
        listed_at,
        row_number() over (
            partition by release_id, customer_id
            order by slot asc nulls last, served_at asc nulls last, product_id asc
        ) as rank
    from first_shown
    where position = 1

),

lists as (

    select
        'served' as source,
        release_id,
        evaluated_release_id,
        customer_id,
        product_id,
        slot as rank,
        {% for metric in metrics -%}
            promised_{{ metric }},
            promised_{{ metric }}_error,
        {% endfor -%}
        as_of as listed_at
    from served
    union all
    select
        'shown' as source,
        release_id,
        cast(null as {{ dbt.type_string() }}) as evaluated_release_id,
        customer_id,
        product_id,
        rank,
        {% for metric in metrics -%}
            cast(null as double) as promised_{{ metric }},
            cast(null as double) as promised_{{ metric }}_error,
        {% endfor -%}
        listed_at
    from shown

),

-- The headline of the evaluation is over customers with history too.
final as (

    select
        lists.source,
        lists.release_id,
        lists.evaluated_release_id,
        lists.customer_id,
        lists.product_id,
        cast(lists.rank as integer) as rank,
        {% for metric in metrics -%}
            lists.promised_{{ metric }},
            lists.promised_{{ metric }}_error,
        {% endfor -%}
        lists.listed_at
    from lists
    inner join customers
        on
            lists.customer_id = customers.customer_id
            and lists.listed_at > customers.first_event_at
    where lists.rank <= 10

)

select * from final
