{# Returns the values outside [lowest, highest]; either bound may be left out. Nulls pass:
   `grain` has its list of columns that are never null. NaN fails. #}
{% test between(model, column_name, lowest=none, highest=none) %}

{%- if lowest is none and highest is none -%}
    {{ exceptions.raise_compiler_error(
        "between on " ~ model ~ "." ~ column_name ~ " needs lowest, highest or both."
    ) }}
{%- endif %}

select {{ column_name }} as outside
from {{ model }}
where
    {{ column_name }} is not null
    and not (
        lower(cast({{ column_name }} as {{ dbt.type_string() }})) != 'nan'
        {%- if lowest is not none %}
        and {{ column_name }} >= {{ lowest }}
        {%- endif %}
        {%- if highest is not none %}
        and {{ column_name }} <= {{ highest }}
        {%- endif %}
    )

{% endtest %}
