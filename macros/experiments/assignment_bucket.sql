{# Where a customer falls in an experiment, in [0, 1): the first 32 bits of
   md5('<salt>:<experiment>:<customer>') over 2^32. Any engine, and any shop's back end,
   finds the same. Columns or literals; a missing salt is the empty text. #}
{% macro assignment_bucket(experiment_id, customer_id, salt) -%}
{{ aisle.hash_uniform(
    "concat_ws(':', coalesce(" ~ salt ~ ", ''), " ~ experiment_id ~ ", "
    ~ customer_id ~ ")"
) }}
{%- endmacro %}
