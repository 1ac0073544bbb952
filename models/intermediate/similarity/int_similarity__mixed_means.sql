with

similarities as (

    select * from {{ ref('int_similarity__mixed_pairs') }}

),

means as (

    select
        fold_id,
        mean_category,
        {{ aisle.exact_avg('similarity') }} as similarity
    from similarities
    group by fold_id, mean_category

),

final as (

    select
        fold_id,
        mean_category,
        similarity,
        cast(
            row_number() over (
                partition by fold_id
                order by mean_category asc nulls last
            ) as integer
        ) as category_number
    from means

)

select * from final
