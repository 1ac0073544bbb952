{%- set spelled_columns = ['category', 'subcategory', 'brand'] -%}

with

folds as (

    select * from {{ ref('folds') }}

),

keys as (

    select * from {{ ref('int_folds__product_keys') }}

),

interactions as (

    select * from {{ ref('int_folds__train_interactions') }}
    where
        interaction_type = 'purchase'
        and unit_price is not null
        and unseen_customer_key is null

),

products as (

    select * from {{ ref('input_products') }}

),

inventory as (

    select * from {{ ref('input_inventory') }}
    where units_on_hand is not null

),

existing as (

    select
        folds.fold_id,
        folds.fold_key,
        folds.cutoff_at,
        keys.product_key,
        keys.product_id,
        case when keys.first_event_at < folds.cutoff_at then keys.first_event_at end
            as first_event_at
    from folds
    inner join keys
        on
            folds.cutoff_at > keys.known_at
            or (folds.fold_role = 'serving' and keys.known_at is null)

),

paid as (

    select
        fold_id,
        product_key,
        median(case when age_days <= 30 then unit_price end) as recent_price,
        max_by(unit_price, interaction_key) as last_price
    from interactions
    group by fold_id, product_key

),

-- The catalogue as it stood at the cutoff. A row without a date may describe any time:
-- it gives title and category, and its price only where nobody has paid one yet.
versions as (

    select
        folds.fold_id,
        products.*,
        row_number() over (
            partition by folds.fold_id, products.product_id
            order by products.valid_from desc nulls last
        ) as recency
    from folds
    inner join products
        on folds.cutoff_at > coalesce(products.valid_from, timestamp '1900-01-01')

),

catalogue as (

    select
        versions.*,
        {% for column in spelled_columns -%}
            nullif(trim(versions.{{ column }}), '') as {{ column }}_spelling
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from versions
    inner join existing
        on
            versions.fold_id = existing.fold_id
            and versions.product_id = existing.product_id
    where versions.recency = 1

),

-- Garden, garden and GARDEN are one category. What a product has not said by the cutoff
-- has no vote, else later rows would rename the past.
counted as (

    select
        *,
        {% for column in spelled_columns -%}
            count(*) over (partition by fold_id, {{ column }}_spelling)
                as count_{{ column }}_products
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from catalogue

),

unified as (

    select
        *,
        {% for column in spelled_columns -%}
            first_value({{ column }}_spelling) over (
                partition by fold_id, lower({{ column }}_spelling)
                order by
                    count_{{ column }}_products desc,
                    {{ column }}_spelling asc nulls last
            ) as common_{{ column }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from counted

),

stock as (

    select
        folds.fold_id,
        inventory.product_id,
        inventory.units_on_hand,
        row_number() over (
            partition by folds.fold_id, inventory.product_id
            order by inventory.observed_at desc, inventory.source_row_id asc
        ) as recency
    from folds
    inner join inventory
        on folds.cutoff_at > inventory.observed_at

),

latest_stock as (

    select *
    from stock
    where recency = 1

),

final as (

    select
        existing.fold_id,
        existing.fold_key,
        existing.product_key,
        existing.product_id,
        unified.title,
        unified.description,
        coalesce(unified.common_category, 'unknown') as category,
        coalesce(unified.common_subcategory, 'unknown') as subcategory,
        coalesce(unified.common_brand, 'unknown') as brand,
        unified.seller_id,
        unified.attributes,
        coalesce(
            case when unified.valid_from is not null then unified.price end,
            paid.recent_price,
            paid.last_price,
            unified.price
        ) as price,
        paid.recent_price,
        unified.unit_cost,
        latest_stock.units_on_hand,
        coalesce(unified.available_from <= existing.cutoff_at, true)
        and coalesce(unified.discontinued_at > existing.cutoff_at, true)
            as is_sellable,
        unified.available_from,
        unified.discontinued_at,
        existing.first_event_at
    from existing
    left join paid
        on
            existing.fold_id = paid.fold_id
            and existing.product_key = paid.product_key
    left join unified
        on
            existing.fold_id = unified.fold_id
            and existing.product_id = unified.product_id
    left join latest_stock
        on
            existing.fold_id = latest_stock.fold_id
            and existing.product_id = latest_stock.product_id

)

select * from final
