{{ config(materialized='view') }}

{%- set sources = aisle.candidate_sources() | map(attribute='name') | list -%}

with

{% for source in sources %}
{{ source }} as (

    select * from {{ ref('int_candidates__' ~ source) }}

),

{% endfor %}
folds as (

    select * from {{ ref('folds') }}

),

-- Integers instead of names: of the largest tables nothing costs more.
final as (

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

)

select * from final
