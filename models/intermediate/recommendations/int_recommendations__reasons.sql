{%- set signals = aisle.blend_signals() -%}

with

slots as (

    select * from {{ ref('int_recommendations__slots') }}

),

blend as (

    select * from {{ ref('int_ranking__blend') }}

),

candidates as (

    select * from {{ ref('int_ranking__candidates') }}

),

folds as (

    select * from {{ ref('folds') }}

),

anchors as (

    select * from {{ ref('int_recommendations__anchors') }}

),

templates as (

    select * from {{ ref('reason_templates') }}
    where language = 'en'

),

parts as (

    {% for kind, names in aisle.reason_parts().items() -%}
        {%- set known = [] -%}
        {%- for name in names if name in signals -%}
            {%- do known.append('blend.part_' ~ name) -%}
        {%- endfor %}
        select
            slots.fold_id,
            slots.customer_key,
            slots.product_key,
            '{{ kind }}' as kind,
            {{ loop.index }} as position,
            {{ known | join(' + ') or '0' }} as part
        from slots
        inner join blend
            on
                slots.fold_id = blend.fold_id
                and slots.customer_key = blend.customer_key
                and slots.product_key = blend.product_key
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, customer_key, product_key
            order by part desc, position asc
        ) as rank
    from parts

),

liked as (

    select * from anchors
    where reason_code = 'similar_product'

),

companions as (

    select * from anchors
    where reason_code = 'bought_together'

),

-- A reason that names a product needs that product; without one, taste stays unnamed.
described as (

    select
        ranked.fold_id,
        ranked.customer_key,
        ranked.product_key,
        case
            when ranked.kind = 'history' and candidates.count_orders > 1
                then 'bought_before'
            when ranked.kind = 'history' and candidates.count_orders = 1
                then 'bought_once'
            when ranked.kind = 'taste' and liked.anchor_product_id is not null
                then 'similar_product'
            when ranked.kind = 'taste' and companions.anchor_product_id is not null
                then 'bought_together'
            when ranked.kind = 'taste' then 'similar_taste'
            when ranked.kind = 'trending' then 'trending'
            else 'popular'
        end as reason_code,
        coalesce(liked.anchor_product_id, companions.anchor_product_id)
            as anchor_product_id,
        coalesce(liked.anchor_title, companions.anchor_title) as anchor_title,
        candidates.count_orders,
        {{ aisle.local_date(aisle.shift_days(
            'folds.cutoff_at', '-candidates.last_purchase_age_days'
        )) }} as last_bought_date
    from ranked
    inner join candidates
        on
            ranked.fold_id = candidates.fold_id
            and ranked.customer_key = candidates.customer_key
            and ranked.product_key = candidates.product_key
    inner join folds
        on ranked.fold_id = folds.fold_id
    left join liked
        on
            ranked.fold_id = liked.fold_id
            and ranked.customer_key = liked.customer_key
            and ranked.product_key = liked.product_key
    left join companions
        on
            ranked.fold_id = companions.fold_id
            and ranked.customer_key = companions.customer_key
            and ranked.product_key = companions.product_key
    where ranked.rank = 1

),

final as (

    select
        described.fold_id,
        described.customer_key,
        described.product_key,
        described.reason_code,
        case
            when described.reason_code in ('similar_product', 'bought_together')
                then described.anchor_product_id
        end as anchor_product_id,
        replace(
            replace(
                replace(
                    templates.template,
                    '{count_orders}',
                    cast(described.count_orders as {{ dbt.type_string() }})
                ),
                '{last_bought_date}',
                coalesce(
                    cast(described.last_bought_date as {{ dbt.type_string() }}), ''
                )
            ),
            '{anchor_title}',
            coalesce(described.anchor_title, '')
        ) as reason_text
    from described
    left join templates
        on described.reason_code = templates.reason_code

)

select * from final
