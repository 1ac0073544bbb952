{%- set sources = aisle.candidate_sources() | map(attribute='name') | list -%}
{#- Of reciprocal rank fusion: how far apart first places are from later ones. -#}
{%- set fusion_constant = 60 -%}

with

{% for source in sources %}
{{ source }} as (

    select * from {{ ref('int_candidates__' ~ source) }}

),

{% endfor %}
folds as (

    select * from {{ ref('folds') }}

),

customer_products as (

    select * from {{ ref('int_features__customer_products') }}
    where count_orders > 0

),

personal_customers as (

    select * from {{ ref('int_candidates__personal_customers') }}

),

-- Grouped by integers instead of names, in half the time: of the widest table nothing
-- costs more.
all_candidates as (

    {% for source in sources -%}
        select
            folds.fold_key,
            cast({{ source }}.customer_key as integer) as customer_key,
            cast({{ source }}.product_key as integer) as product_key,
            {{ loop.index }} as source_key,
            {{ source }}.score,
            cast({{ source }}.rank as integer) as rank
        from {{ source }}
        inner join folds
            on {{ source }}.fold_id = folds.fold_id
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% else -%}
        select
            fold_key,
            cast(null as integer) as customer_key,
            cast(null as integer) as product_key,
            cast(null as integer) as source_key,
            cast(null as double) as score,
            cast(null as integer) as rank
        from folds
        where false
    {% endfor %}

),

grouped as (

    select
        fold_key,
        customer_key,
        product_key,
        {% for source in sources -%}
            max(case when source_key = {{ loop.index }} then score end)
                as {{ source }}_score,
            min(case when source_key = {{ loop.index }} then rank end)
                as {{ source }}_rank,
        {% endfor -%}
        count(*) as count_sources
    from all_candidates
    group by fold_key, customer_key, product_key

),

marked as (

    select
        folds.fold_id,
        cast(grouped.customer_key as bigint) as customer_key,
        cast(grouped.product_key as bigint) as product_key,
        {% for source in sources -%}
            grouped.{{ source }}_score,
            grouped.{{ source }}_rank,
        {% endfor -%}
        cast(grouped.count_sources as integer) as count_sources,
        personal_customers.customer_key is not null as is_personal,
        customer_products.product_key is not null as is_bought,
        {% for source in sources -%}
            coalesce(1 / ({{ fusion_constant }} + grouped.{{ source }}_rank), 0)
            {%- if not loop.last %}
        + {% endif %}
        {%- else -%}
            0
        {%- endfor %} as fused_score
    from grouped
    inner join folds
        on grouped.fold_key = folds.fold_key
    left join personal_customers
        on
            folds.fold_id = personal_customers.fold_id
            and grouped.customer_key = personal_customers.customer_key
    left join customer_products
        on
            folds.fold_id = customer_products.fold_id
            and grouped.customer_key = customer_products.customer_key
            and grouped.product_key = customer_products.product_key

),

placed as (

    select
        *,
        row_number() over (
            partition by fold_id, customer_key, is_bought
            order by fused_score desc, product_key asc
        ) as fused_rank
    from marked

),

-- What no source ranks high, nor several of them together, is not worth its features.
final as (

    select
        fold_id,
        customer_key,
        product_key,
        {% for source in sources -%}
            {{ source }}_score,
            {{ source }}_rank,
        {% endfor -%}
        count_sources,
        is_personal,
        is_bought,
        fused_score,
        cast(fused_rank as integer) as fused_rank,
        not is_personal or fused_rank <= {{ var('ranked_candidates') }} as is_ranked
    from placed

)

select * from final
