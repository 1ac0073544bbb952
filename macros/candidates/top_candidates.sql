{# The tail of every candidate source: from a relation with `fold_id, customer_key,
   product_key, score` (CTE name), the best sellable products of each customer. Ties go
   to the more popular product, whose rank is unique within the fold. #}
{% macro top_candidates(scored, candidate_source, count=none) -%}
sellable as (

    select
        {{ scored }}.fold_id,
        {{ scored }}.customer_key,
        {{ scored }}.product_key,
        {{ scored }}.score,
        {{ aisle.list_number('products.fold_key', scored ~ '.customer_key') }}
            as list_key,
        cast(products.popularity_rank as integer) as popularity_rank
    from {{ scored }}
    inner join products
        on
            {{ scored }}.fold_id = products.fold_id
            and {{ scored }}.product_key = products.product_key
    where products.is_sellable

),

ranked as (

    select
        *,
        row_number() over (
            partition by list_key
            order by score desc, popularity_rank asc
        ) as rank
    from sellable

),

final as (

    select
        fold_id,
        customer_key,
        product_key,
        cast('{{ candidate_source }}' as {{ dbt.type_string() }}) as candidate_source,
        cast(score as double) as score,
        rank
    from ranked
    where rank <= {{ count or var('candidates_per_source') }}

)
{%- endmacro %}
