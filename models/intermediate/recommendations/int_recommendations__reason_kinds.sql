{%- set signals = aisle.blend_signals() -%}
{%- set kinds = aisle.reason_parts() -%}
{#- So many buyers within 30 days make a product one that is selling. -#}
{%- set trending_buyers = 5 -%}
{#- What is said of the product itself has to be true. -#}
{%- set claims = {
    'trending': 'products.is_selling_faster', 'popular': 'products.is_best_seller',
} -%}

with

-- A product may stand on two shelves, for the same reason; on that of what was bought
-- before it is the purchase. Where a source alone is champion the blend need not have
-- seen it.
slots as (

    select
        fold_id,
        customer_key,
        product_key,
        bool_or(is_personal) as is_personal,
        bool_or(strategy = 'newcomers') as is_newcomers,
        bool_or(strategy = 'pinned') as is_pinned,
        bool_or(is_discovery) as is_discovery,
        bool_or(placement = 'buy_again') as is_bought_again,
        max(discovery_kind) as discovery_kind,
        max(seed_product_key) as seed_product_key,
        max(distance) as distance,
        min(
            case strategy
                {% for source in aisle.candidate_sources() -%}
                    when '{{ source.name }}' then '{{ source.reason }}'
                {% endfor -%}
            end
        ) as source_kind
    from {{ ref('int_recommendations__slots') }}
    group by fold_id, customer_key, product_key

),

blend as (

    select * from {{ ref('int_ranking__blend') }}

),

-- One order in a month, and none before, is no trend.
products as (

    select
        products.fold_id,
        products.product_key,
        products.category,
        {{ aisle.is_best_seller('products') }} as is_best_seller,
        {{ aisle.is_selling_faster('products') }}
        and products.count_buyers_30d >= {{ trending_buyers }} as is_selling_faster
    from {{ ref('int_features__products') }} as products

),

parts as (

    select
        slots.*,
        products.category,
        products.is_best_seller,
        {% for kind, names in kinds.items() -%}
            {%- set known = [] -%}
            {%- for name in names if name in signals -%}
                {%- do known.append('blend.part_' ~ name) -%}
            {%- endfor -%}
            case
                when {{ claims.get(kind, 'true') }}
                    then coalesce({{ known | join(' + ') or '0' }}, 0)
            end as part_{{ kind }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from slots
    inner join products
        on
            slots.fold_id = products.fold_id
            and slots.product_key = products.product_key
    left join blend
        on
            slots.fold_id = blend.fold_id
            and slots.customer_key = blend.customer_key
            and slots.product_key = blend.product_key

),

largest as (

    select
        *,
        greatest(part_{{ kinds | join(', part_') }}) as largest_part
    from parts

),

-- Of parts that are the same, the kind of the source that put it there; then in order.
explained as (

    select
        *,
        case
            {% for kind in kinds -%}
                when source_kind = '{{ kind }}' and part_{{ kind }} = largest_part
                    then '{{ kind }}'
            {% endfor -%}
            {% for kind in kinds -%}
                when part_{{ kind }} = largest_part then '{{ kind }}'
            {% endfor %}
        end as largest_kind
    from largest

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        case
            when is_pinned then 'pinned'
            when is_discovery then 'discovery'
            when is_bought_again then 'history'
            when is_personal then largest_kind
            when is_newcomers then 'newcomers'
            else 'popular'
        end as kind,
        category,
        is_best_seller,
        discovery_kind,
        seed_product_key,
        distance
    from explained

)

select * from final
