"""Copies the marts into the file that readers open; the last node of the graph.

It depends on every mart, so that dbt skips it when a mart or its test fails. The hooks
`publish_gate` and `check_published` (in the YAML) decide whether to and report failure.
"""

from aisle.engine import arrow_table, publish_release


def list_published(dbt):
    # dbt reads the names from the source, so they cannot be computed;
    # tests/python/test_graph.py compares them with the graph. Never called: a daily
    # build has no table of what it carries over.
    _ = (
        dbt.ref("alerts"),
        dbt.ref("als_factors"),
        dbt.ref("als_training"),
        dbt.ref("approach_recommendation"),
        dbt.ref("attribution"),
        dbt.ref("blend_segments"),
        dbt.ref("bought_together"),
        dbt.ref("calibration"),
        dbt.ref("candidate_recall"),
        dbt.ref("category_best_sellers"),
        dbt.ref("category_issues"),
        dbt.ref("champion"),
        dbt.ref("click_through_by_exposure"),
        dbt.ref("cohorts"),
        dbt.ref("context_tests"),
        dbt.ref("cross_references"),
        dbt.ref("cross_validation"),
        dbt.ref("customer_categories"),
        dbt.ref("customer_features"),
        dbt.ref("customer_lifetime_value"),
        dbt.ref("customer_metrics"),
        dbt.ref("customer_neighbours"),
        dbt.ref("customer_recommendations"),
        dbt.ref("customer_rfm"),
        dbt.ref("customers_for_product"),
        dbt.ref("daily_kpis"),
        dbt.ref("daily_coverage"),
        dbt.ref("dataset_inventory"),
        dbt.ref("distributions"),
        dbt.ref("drift"),
        dbt.ref("duplicate_customers"),
        dbt.ref("evaluated_lists"),
        dbt.ref("fatigue_curve"),
        dbt.ref("exposure"),
        dbt.ref("feature_correlations"),
        dbt.ref("feature_importance"),
        dbt.ref("feature_policies"),
        dbt.ref("cannibalisation"),
        dbt.ref("experiment_checks"),
        dbt.ref("experiment_power"),
        dbt.ref("experiment_verdicts"),
        dbt.ref("planned_assignments"),
        dbt.ref("sequential_looks"),
        dbt.ref("variant_differences"),
        dbt.ref("variant_metrics"),
        dbt.ref("findings"),
        dbt.ref("fold_overlaps"),
        dbt.ref("fold_profiles"),
        dbt.ref("folds"),
        dbt.ref("health"),
        dbt.ref("lifetime_value_check"),
        dbt.ref("list_shortfalls"),
        dbt.ref("list_overlaps"),
        dbt.ref("list_turnover"),
        dbt.ref("metric_differences"),
        dbt.ref("metrics"),
        dbt.ref("objective_sweep"),
        dbt.ref("diversity_sweep"),
        dbt.ref("seller_exposure"),
        dbt.ref("collection_recommendations"),
        dbt.ref("placement_recommendations"),
        dbt.ref("policy_values"),
        dbt.ref("product_features"),
        dbt.ref("product_months"),
        dbt.ref("readiness_gates"),
        dbt.ref("recommendation_contributions"),
        dbt.ref("recommendation_evidence"),
        dbt.ref("recommendation_trace"),
        dbt.ref("release_quality"),
        dbt.ref("rejected_rows"),
        dbt.ref("retrain_decision"),
        dbt.ref("return_on_investment"),
        dbt.ref("rule_impact"),
        dbt.ref("segment_recommendations"),
        dbt.ref("shadow_comparison"),
        dbt.ref("shadow_hits"),
        dbt.ref("similar_products"),
        dbt.ref("studies"),
        dbt.ref("suggested_settings"),
        dbt.ref("suggested_intervals"),
        dbt.ref("targets"),
        dbt.ref("trending_products"),
        dbt.ref("tuning_trials"),
    )


def model(dbt, session):
    releases = arrow_table(dbt.ref("releases"))
    return publish_release(
        session,
        (dbt.this.database, dbt.this.schema, "publish_gate"),
        releases.column("release_id")[0].as_py(),
        releases.column("evaluated_release_id")[0].as_py(),
    )
