{{ config(enabled=var('connector') == 'sample_shop') }}

with

source_rows as (

    select * from {{ ref('sample_experiment_assignments') }}

),

{{ aisle.typed_input('experiment_assignments', 'source_rows', 'sample_shop') }},

final as (

    select
        {{ aisle.staged_columns('experiment_assignments') }}
    from typed

)

select * from final
