# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""What else could be chosen, for schemas and completion."""

from test.params import cli_tree as t
from tfaip.params.cli.arguments import Assignments
from tfaip.params.cli.choices import ChoiceField
from tfaip.params.cli.grow import Grower, Root


def trainer_tree(default):
    grower = Grower(Assignments([]))
    return grower, grower.grow(Root("trainer", t.TrainerParams, default, (), False))


def test_another_choice_keeps_the_inherited_defaults_and_leaves_the_tree():
    grower, tree = trainer_tree(t.TrainerParams(optimizer=t.AdamOptimizer(clip_norm=3.0, beta_1=0.5)))
    optimizer = tree.children["optimizer"]
    adamax = grower.alternative(optimizer, t.AdamaxOptimizer)
    assert adamax.children["beta_1"].default == 0.5
    rmsprop = grower.alternative(optimizer, t.RMSpropOptimizer)
    assert rmsprop.children["clip_norm"].default is None
    assert rmsprop.children["rho"].place.flag == "optimizer.rho"
    assert optimizer.cls is t.AdamOptimizer
    assert "rho" not in optimizer.children


def test_a_new_element_has_the_flags_of_its_index():
    grower, tree = trainer_tree(t.TrainerParams())
    group = tree.children["scenario"].children["data"].children["processors"]
    element = grower.new_element(group, "7", t.ScaleProcessorParams)
    assert element.children["factor"].place.flag == "data.processors.7.factor"
    assert element.children["factor"].default == 1.0
    assert list(group.elements) == ["0"]


def test_the_names_of_a_choice_are_those_that_it_understands():
    choice = ChoiceField(None, [t.MLPGraphParams, t.ConvGraphParams])
    names = choice.names_of(t.ConvGraphParams)
    assert names == ["CNN", "ConvGraphParams", "ConvGraph", "Conv", "test.params.cli_tree:ConvGraphParams"]
    assert all(choice.find(name, "")[0] is t.ConvGraphParams for name in names)
    assert choice.names_of(t.GraphParams) == []


def test_the_present_class_keeps_its_name_where_a_derived_class_is_called_the_same():
    derived = type("ConvGraphParams", (t.ConvGraphParams,), {})
    choice = ChoiceField(None, [t.MLPGraphParams, derived, t.ConvGraphParams], default=t.ConvGraphParams)
    assert choice.find("ConvGraphParams", "") == (t.ConvGraphParams, None)
    choice = ChoiceField(None, [t.MLPGraphParams, derived, t.ConvGraphParams], default=t.MLPGraphParams)
    assert "ambiguous" in str(choice.find("ConvGraphParams", "--graph")[1])
    # of a root the declared class is in place
    assert ChoiceField(t.ConvGraphParams, []).find("ConvGraphParams", "") == (t.ConvGraphParams, None)
