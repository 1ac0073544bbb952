with

similarities as (

    select * from {{ ref('int_diversity__similarities') }}

),

final as (

    select
        fold_id,
        mean_category,
        {{ aisle.exact_avg('similarity') }} as similarity
    from similarities
    group by fold_id, mean_category

)

select * from final
