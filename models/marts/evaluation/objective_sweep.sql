with

final as (

    select * from {{ ref('int_evaluation__objectives') }}

)

select * from final
