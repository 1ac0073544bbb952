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

    {% for reason_code, names in aisle.reason_parts().items() -%}
        {%- set known = [] -%}
        {%- for name in names if name in signals -%}
            {%- do known.append('blend.part_' ~ name) -%}
        {%- endfor %}
        select
            slots.fold_id,
            slots.customer_key,
            slots.product_key,
            '{{ reason_code }}' as reason_code,
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

-- A reason that names a product needs that product.
supported as (

    select
        parts.*,
        anchors.anchor_product_id,
        anchors.anchor_title
    from parts
    left join anchors
        on
            parts.fold_id = anchors.fold_id
            and parts.customer_key = anchors.customer_key
            and parts.product_key = anchors.product_key
            and parts.reason_code = anchors.reason_code
    where
        parts.reason_code not in ('similar_product', 'bought_together')
        or anchors.anchor_product_id is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by fold_id, customer_key, product_key
            order by part desc, position asc
        ) as rank
    from supported

),

described as (

    select
        ranked.fold_id,
        ranked.customer_key,
        ranked.product_key,
        case
            when
                ranked.reason_code = 'bought_before'
                and candidates.count_orders = 1
                then 'bought_once'
            when
                ranked.reason_code = 'bought_before'
                and candidates.count_orders = 0
                then 'popular'
            else ranked.reason_code
        end as reason_code,
        ranked.anchor_product_id,
        ranked.anchor_title,
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
    where ranked.rank = 1

),

final as (

    select
        described.fold_id,
        described.customer_key,
        described.product_key,
        described.reason_code,
        described.anchor_product_id,
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
