{#- Exact: one step for each slot, in which every list takes the product that fits best
    and is least like what the list has. A step goes through the pools once. -#}
{%- set depth = [
    aisle.checked_var('list_length'), aisle.checked_var('evaluation_depth')
] | max -%}

with

similarities as (

    select * from {{ ref('int_diversity__similarities') }}

),

step_0 as (

    select
        fold_id,
        list_key,
        product_key,
        category,
        personal_place,
        diversity_lambda,
        scaled_score,
        category_similarity,
        other_similarity,
        cast(null as double) as most_similar,
        cast(null as integer) as step,
        cast(null as double) as mmr_value
    from {{ ref('int_diversity__pools') }}
    where diversity = 'mmr'

),

{% for number in range(1, depth + 1) -%}
valued_{{ number }} as (

    select
        *,
        round(
            diversity_lambda * scaled_score - (1 - diversity_lambda) * coalesce(most_similar, 0), 9
        ) as value
    from step_{{ number - 1 }}

),

-- One whole number orders by value, then by place.
chosen_{{ number }} as (

    select
        *,
        max_by(
            product_key,
            case
                when step is null
                    then cast(round(value * 1e9) as bigint) * 1000 - personal_place
            end
        ) over (partition by list_key) as chosen_key,
        max_by(
            category,
            case
                when step is null
                    then cast(round(value * 1e9) as bigint) * 1000 - personal_place
            end
        ) over (partition by list_key) as chosen_category
    from valued_{{ number }}

),

step_{{ number }} as (

    select
        chosen.fold_id,
        chosen.list_key,
        chosen.product_key,
        chosen.category,
        chosen.personal_place,
        chosen.diversity_lambda,
        chosen.scaled_score,
        chosen.category_similarity,
        chosen.other_similarity,
        greatest(
            chosen.most_similar,
            coalesce(
                similarities.similarity,
                case
                    when chosen.category = chosen.chosen_category
                        then chosen.category_similarity
                    else chosen.other_similarity
                end
            )
        ) as most_similar,
        case
            when chosen.step is null and chosen.product_key = chosen.chosen_key
                then {{ number }}
            else chosen.step
        end as step,
        case
            when chosen.step is null and chosen.product_key = chosen.chosen_key
                then chosen.value
            else chosen.mmr_value
        end as mmr_value
    from chosen_{{ number }} as chosen
    left join similarities
        on
            chosen.fold_id = similarities.fold_id
            and chosen.chosen_key = similarities.product_key
            and chosen.product_key = similarities.other_product_key

),

{% endfor -%}
final as (

    select
        list_key,
        product_key,
        step,
        mmr_value
    from step_{{ depth }}
    where step is not null

)

select * from final
