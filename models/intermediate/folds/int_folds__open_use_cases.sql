with

folds as (

    select * from {{ ref('folds') }}

),

gates as (

    select * from {{ ref('int_folds__gates') }}

),

-- What needs no more than the products themselves is open whatever the data.
ungated as (

    select
        fold_id,
        'popularity' as use_case,
        true as is_open
    from folds

),

gated as (

    select
        fold_id,
        use_case,
        bool_and(is_passed or tier != 'hard') as is_open
    from gates
    group by fold_id, use_case

),

final as (

    select
        fold_id,
        use_case,
        is_open
    from ungated
    union all
    select
        fold_id,
        use_case,
        is_open
    from gated

)

select * from final
