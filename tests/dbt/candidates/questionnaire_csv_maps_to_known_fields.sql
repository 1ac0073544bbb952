-- seeds/questionnaire.csv: field is category, subcategory, brand, price_band or
-- attributes.<key>; a price_band is low, medium or high; the weight is above 0.
with

questionnaire as (

    select
        *,
        lower(trim(field)) as field_name
    from {{ ref('questionnaire') }}

)

select
    question_id,
    answer,
    field,
    value,
    weight
from questionnaire
where
    question_id is null
    or trim(coalesce(answer, '')) = ''
    or trim(coalesce(value, '')) = ''
    or coalesce(weight, 0) <= 0
    or coalesce(
        field_name not in ('category', 'subcategory', 'brand', 'price_band')
        and field_name not like 'attributes.%',
        true
    )
    or (
        field_name = 'price_band'
        and lower(trim(value)) not in ('low', 'medium', 'high')
    )
