with

gates as (

    select * from {{ ref('int_folds__gates') }}

),

use_cases as (

    select * from {{ ref('int_folds__open_use_cases') }}

),

final as (

    select
        gates.fold_id,
        gates.use_case,
        gates.gate_id,
        gates.tier,
        gates.metric,
        gates.message,
        gates.figure,
        gates.threshold,
        gates.is_passed,
        use_cases.is_open
    from gates
    inner join use_cases
        on
            gates.fold_id = use_cases.fold_id
            and gates.use_case = use_cases.use_case

)

select * from final
