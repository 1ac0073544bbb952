{# The test of a grain of one column: returns the values that more than one row has, and
   null where a row lacks it. One test for what `unique` and `not_null` say together. #}
{% test unique_key(model, column_name) %}

select
    {{ column_name }},
    count(*) as count_rows
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null

{% endtest %}
