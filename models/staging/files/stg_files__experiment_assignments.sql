{{ config(enabled=var('connector') == 'files') }}

with

source_rows as (

    select * from {{ aisle.file_relation('experiment_assignments') }}

),

{{ aisle.typed_input('experiment_assignments', 'source_rows', 'files') }},

final as (

    select
        {{ aisle.staged_columns('experiment_assignments') }}
    from typed

)

select * from final
