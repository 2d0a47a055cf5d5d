# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Each known defect of evaluation, prediction and programs of tfaip 1.2 has tests that hold its absence."""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS: dict[str, list[str]] = {
    "losses of load-and-validate": [
        "lav/test_same_as_training:test_an_exported_model_has_the_values_of_the_validation",
        "lav/test_same_as_training:test_load_and_validate_in_the_training_has_them_too",
        "lav/test_lav:test_losses_and_metrics_are_those_of_the_training",
    ],
    "meta data of evaluators": ["lav/test_lav:test_evaluator_and_predictor_get_the_same_decoded_meta_data"],
    "benchmark of the validation": [
        "contract/test_program:test_the_speed_is_that_of_the_training_without_the_validation",
        "util/test_benchmark:test_batches_add_up",
    ],
    "run_parallel=False": [
        "data/test_processor_pipeline:test_run_parallel_false_and_single_samples_stay_in_this_process",
        "trainer/test_during_training:test_printed_samples_are_post_processed_without_workers",
    ],
    "empty data": [
        "predict/test_predictor:test_empty_data_yield_nothing",
        "data/test_datapipeline:test_empty_data_yield_nothing",
        "contract/test_program_params:test_an_empty_reader_is_a_reader",
    ],
    "tfaip-evaluate": ["scripts/test_dumps:test_evaluating_a_dump_gives_the_values_of_the_evaluation"],
    "tfaip-multi-lav --dump": ["scripts/test_dumps:test_several_models_are_dumped_after_their_vote"],
    "tfaip-adapt-exported-model": [
        "scripts/test_export_program:test_a_model_is_adapted_in_place_or_elsewhere",
        "scripts/test_export_program:test_a_model_of_1_2_is_adapted",
    ],
    "PredictionGenerator": ["data/generators/test_prediction:test_samples_are_those_of_the_predictor"],
    "results of ListFileLAV, store_results": [
        "scenario/listfile/test_listfile_lav:test_a_training_stores_the_results_of_each_list",
        "scenario/listfile/test_listfile_lav:test_results_are_stored_only_if_asked_for",
    ],
    "classes and arguments of several models": [
        "lav/test_multi_lav:test_the_classes_of_the_scenario_are_used",
        "predict/test_multi_model_predictor:test_parameter_files_and_model_paths_can_be_given_and_arguments_be_handed_on",
    ],
    "a pool for each prediction": [
        "predict/test_predictor:test_the_workers_of_a_predictor_serve_all_of_its_predictions",
        "data/test_datapipeline:test_workers_are_shared_by_all_pipelines_of_the_data",
        "architecture/test_light_imports:*",
    ],
    "a model that is built and traced again": [
        "predict/test_predictor:test_a_model_is_traced_once_for_all_predictions",
        "trainer/test_during_training:test_later_epochs_build_no_data_no_model_and_no_graph_anew",
    ],
    "JSON for each sample, processors for each vote": [
        "predict/test_predictor:test_meta_data_are_not_written_as_json_and_read_again",
        "lav/test_lav:test_meta_data_are_not_written_as_json_and_read_again_and_stay_those_of_the_generator",
        "predict/test_multi_model_predictor:test_the_post_processing_of_the_models_is_created_once",
    ],
    "mistakes in flags, help, booleans": [
        "params/test_cli_messages:test_texts_are_those_of_the_snapshot",
        "params/test_cli_help:test_what_is_missing_is_no_mistake_of_a_help",
        "params/test_cli_parse:test_nargs_plus_needs_a_value",
    ],
    "fields without effect": [
        "trainer/test_during_training:test_load_and_validate_is_silent_unless_asked_for",
        "trainer/test_during_training:test_a_field_without_effect_says_so",
        "predict/test_predictor:test_batches_have_meta_data_on_demand_and_samples_always",
    ],
}


@cache
def functions_of(module: str) -> set[str]:
    tree = ast.parse((Path(__file__).parents[1] / f"{module}.py").read_text(encoding="utf-8"))
    return {part.name for part in ast.walk(tree) if isinstance(part, ast.FunctionDef)}


@pytest.mark.parametrize("defect", TESTS)
def test_each_defect_has_its_tests(defect: str) -> None:
    for reference in TESTS[defect]:
        module, _, name = reference.partition(":")
        assert name in functions_of(module) or name == "*", reference
