{#- Exact: one step for each slot, in which every list takes the product that fits best
    and is least like what the list has. A step goes through the pools once. -#}
{%- set steps = aisle.checked_var('list_length') -%}

with

similarities as (

    select
        fold_key,
        product_key,
        other_product_key,
        similarity
    from {{ ref('int_similarity__mixed_pairs') }}

),

step_0 as (

    select
        fold_key,
        list_key,
        product_key,
        category_number,
        personal_place,
        diversity_lambda,
        scaled_score,
        category_similarity,
        other_similarity,
        cast(null as double) as most_similar,
        cast(null as integer) as step,
        cast(null as bigint) as step_value
    from {{ ref('int_diversity__pools') }}
    where diversity = 'mmr'

),

{% for step in range(1, steps + 1) -%}
    -- In billionths: whole numbers have ties that places break.
    valued_{{ step }} as (

        select
            *,
            case
                when step is null
                    then cast(
                        round(
                            1e9 * (
                                diversity_lambda * scaled_score
                                - (1 - diversity_lambda) * coalesce(most_similar, 0)
                            )
                        ) as bigint
                    )
            end as value
        from step_{{ step - 1 }}

    ),

    chosen_{{ step }} as (

        select
            *,
            max_by(product_key, 1000 * value - personal_place) over (
                partition by list_key
            ) as chosen_key,
            max_by(category_number, 1000 * value - personal_place) over (
                partition by list_key
            ) as chosen_category_number
        from valued_{{ step }}

    ),

    step_{{ step }} as (

        select
            chosen.fold_key,
            chosen.list_key,
            chosen.product_key,
            chosen.category_number,
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
                        when chosen.category_number = chosen.chosen_category_number
                            then chosen.category_similarity
                        else chosen.other_similarity
                    end
                )
            ) as most_similar,
            case
                when chosen.product_key = chosen.chosen_key then {{ step }}
                else chosen.step
            end as step,
            case
                when chosen.product_key = chosen.chosen_key then chosen.value
                else chosen.step_value
            end as step_value
        from chosen_{{ step }} as chosen
        left join similarities
            on
                chosen.fold_key = similarities.fold_key
                and chosen.chosen_key = similarities.product_key
                and chosen.product_key = similarities.other_product_key

    ),

{% endfor -%}
final as (

    select
        list_key,
        product_key,
        step,
        step_value / 1e9 as mmr_value
    from step_{{ steps }}
    where step is not null

)

select * from final
