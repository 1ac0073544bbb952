{# The part of the week that a UTC instant lies in, one of `week_parts`. #}
{% macro week_part(instant) -%}
{%- set local_hour = 'extract(hour from ' ~ aisle.local_time(instant) ~ ')' -%}
{%- set local_day = 'cast(' ~ aisle.local_date(instant) ~ ' as timestamp)' -%}
{%- set day_number -%}
    cast({{ aisle.days_since_monday(local_day) }} as integer) % 7 + 1
{%- endset -%}
case
    {% for part in aisle.week_parts() -%}
        when
            {{ day_number }} between {{ part.weekdays[0] }} and {{ part.weekdays[-1] }}
            and {{ local_hour }} between {{ part.hours[0] }} and {{ part.hours[-1] }}
            then '{{ part.week_part }}'
    {% endfor -%}
end
{%- endmacro %}
