with

pools as (

    select * from {{ ref('int_diversity__pools') }}

),

mmr as (

    select * from {{ ref('int_diversity__mmr') }}

),

-- The rest stands behind what MMR has chosen, in the order it had.
chosen as (

    select
        pools.list_key,
        pools.product_key,
        mmr.mmr_value,
        cast(1 as double) as diversity_multiplier,
        row_number() over (
            partition by pools.list_key
            order by mmr.step asc nulls last, pools.personal_place asc nulls last
        ) as place
    from pools
    left join mmr
        on
            pools.list_key = mmr.list_key
            and pools.product_key = mmr.product_key
    where pools.diversity = 'mmr'

),

-- What has no category is like nothing else.
counted as (

    select
        *,
        case
            when category = 'unknown' then 1
            else row_number() over (
                partition by list_key, category
                order by personal_place asc nulls last
            )
        end as category_place
    from pools
    where diversity = 'category_rank'

),

multiplied as (

    select
        *,
        round(power(diversity_lambda, category_place - 1), 9) as diversity_multiplier
    from counted

),

final as (

    select
        list_key,
        product_key,
        mmr_value,
        diversity_multiplier,
        place
    from chosen
    union all
    select
        list_key,
        product_key,
        cast(null as double) as mmr_value,
        diversity_multiplier,
        row_number() over (
            partition by list_key
            order by
                queue_score * diversity_multiplier desc nulls last,
                personal_place asc nulls last
        ) as place
    from multiplied

)

select * from final
