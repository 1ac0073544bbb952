{%- set signals = aisle.blend_signals() -%}

with

-- A product may stand on two shelves, for the same reason. Where a source alone is
-- champion the blend need not have seen it.
slots as (

    select
        fold_id,
        customer_key,
        product_key,
        bool_or(is_personal) as is_personal,
        bool_or(strategy = 'newcomers') as is_newcomers,
        bool_or(strategy = 'pinned') as is_pinned,
        bool_or(is_discovery) as is_discovery,
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
            slots.source_kind,
            coalesce({{ known | join(' + ') or '0' }}, 0) as part
        from slots
        left join blend
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
            order by
                part desc,
                case when kind = source_kind then 0 else 1 end asc nulls last,
                position asc
        ) as rank
    from parts

),

final as (

    select
        ranked.fold_id,
        ranked.customer_key,
        ranked.product_key,
        case
            when slots.is_pinned then 'pinned'
            when slots.is_discovery then 'discovery'
            when slots.is_personal then ranked.kind
            when slots.is_newcomers then 'newcomers'
            else 'popular'
        end as kind,
        slots.discovery_kind,
        slots.seed_product_key,
        slots.distance
    from ranked
    inner join slots
        on
            ranked.fold_id = slots.fold_id
            and ranked.customer_key = slots.customer_key
            and ranked.product_key = slots.product_key
    where ranked.rank = 1

)

select * from final
