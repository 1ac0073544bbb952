{# When the window of the last who entered on a day is over: a day's newcomers count at
   once, from then on. #}
{% macro matures_at(entered_on, days) -%}
{{ aisle.utc_midnight('(' ~ entered_on ~ ' + ' ~ days ~ ' + 1)') }}
{%- endmacro %}
