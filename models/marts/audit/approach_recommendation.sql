with

key_figures as (

    select * from {{ ref('int_audit__key_figures') }}

),

-- Collaborative sources need customers who come back; content needs products that are
-- described; both together pay where many products have hardly been touched.
criteria as (

    select
        'collaborative' as approach,
        'loyal_customer_rate' as figure_id,
        0.3 as threshold
    union all
    select
        'content' as approach,
        'described_product_rate' as figure_id,
        0.8 as threshold
    union all
    select
        'hybrid' as approach,
        'cold_product_rate' as figure_id,
        0.2 as threshold

),

measured as (

    select
        criteria.approach,
        criteria.figure_id,
        key_figures.title,
        key_figures.figure,
        criteria.threshold,
        coalesce(key_figures.figure >= criteria.threshold, false) as is_met
    from criteria
    inner join key_figures
        on criteria.figure_id = key_figures.figure_id

),

conditions as (

    select
        bool_or(approach = 'collaborative' and is_met) as has_loyalty,
        bool_or(approach = 'content' and is_met) as has_content,
        bool_or(approach = 'hybrid' and is_met) as has_cold_products
    from measured

),

possible as (

    select
        measured.*,
        case measured.approach
            when 'collaborative' then conditions.has_loyalty
            when 'content' then conditions.has_content
            else conditions.has_loyalty and conditions.has_content
        end as is_possible,
        case measured.approach
            when 'collaborative'
                then
                    conditions.has_loyalty
                    and not (conditions.has_content and conditions.has_cold_products)
            when 'content' then conditions.has_content and not conditions.has_loyalty
            else
                conditions.has_loyalty
                and conditions.has_content
                and conditions.has_cold_products
        end as is_recommended
    from measured
    cross join conditions

),

final as (

    select
        approach,
        figure_id as criterion,
        title as description,
        case
            when is_recommended then 'recommended'
            when is_possible then 'possible'
            else 'not enough data'
        end as verdict,
        figure,
        cast(threshold as double) as threshold,
        is_met,
        is_recommended
    from possible

)

select * from final
