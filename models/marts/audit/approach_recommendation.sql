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
        bool_and(is_met) as is_hybrid_recommended
    from measured

),

-- The verdict follows from the same comparison as `is_met`: of what makes the first two
-- possible, and of what makes the third needed.
judged as (

    select
        measured.*,
        case
            when measured.figure is null then 'not possible'
            when measured.approach = 'hybrid' and not measured.is_met then 'not needed'
            when
                measured.approach = 'hybrid'
                and not (conditions.has_loyalty and conditions.has_content)
                then 'not possible'
            when not measured.is_met then 'not possible'
            when measured.approach = 'hybrid' then 'recommended'
            when conditions.is_hybrid_recommended then 'possible'
            when measured.approach = 'content' and conditions.has_loyalty
                then 'possible'
            else 'recommended'
        end as verdict,
        conditions.has_loyalty,
        conditions.has_content,
        conditions.is_hybrid_recommended
    from measured
    cross join conditions

),

explained as (

    select
        *,
        case
            when figure is null then 'There is nothing to measure'
            when verdict = 'not needed'
                then 'Few products are hardly touched: customers alone reach the rest'
            when approach = 'hybrid' and verdict = 'recommended'
                then 'Both hold, and content reaches what customers hardly touched'
            when approach = 'hybrid' and not (has_loyalty or has_content)
                then 'Too few customers come back and too few products are described'
            when
                approach in ('collaborative', 'hybrid')
                and verdict = 'not possible'
                and not has_loyalty
                then 'Too few customers come back'
            when verdict = 'not possible' then 'Too few products are described'
            when verdict = 'recommended' and approach = 'collaborative'
                then 'Enough customers come back'
            when verdict = 'recommended'
                then 'Products are described, and too few customers come back'
            when approach = 'content' and is_hybrid_recommended
                then 'It holds, but hybrid has it and the customers too'
            when approach = 'content'
                then 'It holds, but customers who come back say more'
            else 'It holds, but hybrid also reaches what customers hardly touched'
        end as reason
    from judged

),

final as (

    select
        approach,
        figure_id as criterion,
        title as description,
        verdict,
        reason,
        figure,
        cast(threshold as double) as threshold,
        is_met,
        verdict = 'recommended' as is_recommended
    from explained

)

select * from final
