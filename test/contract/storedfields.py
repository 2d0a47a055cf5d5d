# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What the files of a program of tfaip 1.2 hold: the fields of the framework's classes in their order."""

STORED_FIELDS: dict[str, str] = {
    "": (
        "epochs current_epoch samples_per_epoch scale_epoch_size train_accum_steps progress_bar_mode "
        "progbar_delta_time tf_cpp_min_log_level force_eager skip_model_load_test export_training_graph_path "
        "val_every_n lav_every_n lav_silent lav_min_epoch output_dir write_checkpoints export_best export_final "
        "no_train_scope ema_decay random_seed profile profile_steps device optimizer learning_rate scenario warmstart "
        "early_stopping gen preload_data preload_data_progress_bar saved_checkpoint_sub_dir checkpoint_sub_dir "
        "checkpoint_save_freq version data_aug_retrain_on_original current_stage scale_epoch_size_no_da_train "
        "progress_bar auto_upgrade_checkpoints codec best_model_prefix network"
    ),
    "device": "gpus gpu_auto_tune gpu_memory soft_device_placement dist_strategy",
    "optimizer": "clip_norm clip_value global_clip_norm beta_1 beta_2 epsilon weight_decay",
    "learning_rate": "lr step_function offset_epochs steps_per_epoch epochs",
    "scenario": (
        "debug_graph_n_examples print_eval_limit tensorboard_logger_history_size export_serve model data evaluator "
        "export_net_config net_config_filename default_serve_dir additional_serve_dir trainer_params_filename "
        "scenario_params_filename scenario_base_path scenario_id id tfaip_commit_hash tfaip_version "
        "use_input_gradient_regularization input_gradient_regularization_h input_gradient_regularization_lambda"
    ),
    "scenario.model": "layers classes ctc_merge_repeated ensemble temperature",
    "scenario.model.layers.0": "name filters kernel_size activation",
    "scenario.data": (
        "pre_proc post_proc resource_base_path skip_invalid_gt input_channels downscale_factor line_height ensemble "
        "codec"
    ),
    "scenario.data.pre_proc": "run_parallel num_threads max_tasks_per_process processors",
    "scenario.data.pre_proc.processors.0": "modes line_height",
    "scenario.evaluator": "",
    "warmstart": (
        "model allow_partial trim_graph_name rename add_suffix rename_targets exclude include auto_remove_numbers_for"
    ),
    "early_stopping": (
        "best_model_output_dir best_model_name frequency n_to_go lower_threshold upper_threshold mode current monitor n"
    ),
    "gen": "setup train val",
    "gen.setup": "train val",
    "gen.setup.train": (
        "batch_size limit prefetch num_processes batch_drop_remainder shuffle_buffer_size mode bucket_boundaries "
        "bucket_batch_sizes use_shared_memory"
    ),
    "gen.train": "channels skip_invalid n_folds preload images texts gt_extension",
}

STORED_CLASSES: dict[str, str] = {
    "gen.setup.train": "tfaip.data.databaseparams:DataPipelineParams",
    "scenario.data.pre_proc": "tfaip.data.pipeline.processor.params:SequentialProcessorPipelineParams",
    "device": "tfaip.device.device_config:DeviceConfigParams",
    "scenario.evaluator": "tfaip.evaluator.params:EvaluatorParams",
    "early_stopping": "tfaip.trainer.callbacks.earlystopping.params:EarlyStoppingParams",
    "optimizer": "tfaip.trainer.optimizer.optimizers:AdamOptimizer",
    "gen.setup": "tfaip.trainer.params:TrainerPipelines",
    "learning_rate": "tfaip.trainer.scheduler.constant_params:Constant",
    "warmstart": "tfaip.trainer.warmstart.warmstart_params:WarmStartParams",
    "": "test.contract.program.training.params:TrainerParams",
    "scenario": "test.contract.program.scenario_params:LineScenarioParams",
    "scenario.model": "test.contract.program.model.params:ModelParams",
    "gen": "test.contract.program.training.pipeline_params:LinePipelineParams",
    "gen.train": "test.contract.program.dataset.readers.file:FileReaderParams",
}
