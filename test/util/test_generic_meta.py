# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Generic arguments of a class are known at run time and become the defaults of its fields."""

from abc import ABC
from dataclasses import dataclass, field, fields
from typing import Generic, TypeVar

import pytest
from paiargparse import pai_dataclass, pai_meta

from tfaip.util.generic_meta import CollectGenericTypes, ReplaceDefaultDataClassFieldsMeta


@pai_dataclass
@dataclass
class BaseData:
    a: int = 1


@pai_dataclass
@dataclass
class BaseModel:
    b: int = 1


@pai_dataclass
@dataclass
class MyData(BaseData):
    c: int = 2


@pai_dataclass
@dataclass
class MyModel(BaseModel):
    d: int = 2


@pai_dataclass
@dataclass
class MySpecialModel(MyModel):
    e: int = 3


TData = TypeVar("TData", bound=BaseData)
TModel = TypeVar("TModel", bound=BaseModel)


@pai_dataclass
@dataclass
class Scenario(Generic[TData, TModel], ABC, metaclass=ReplaceDefaultDataClassFieldsMeta, field_names=["model", "data"]):
    first: int = 1
    model: TModel = field(default_factory=BaseModel, metadata=pai_meta(help="The model", mode="flat"))
    data: TData = field(default_factory=BaseData, metadata=pai_meta(help="The data", mode="flat"))
    last: int = 2


class Component(Generic[TData, TModel], metaclass=CollectGenericTypes):
    pass


def narrower(name, bound):
    return TypeVar(name, bound=bound)


def test_open_type_variables_count_as_their_bound():
    assert Component.__generic_types__ == {"TData": BaseData, "TModel": BaseModel}


def test_concrete_arguments_are_known():
    class Concrete(Component[MyData, MyModel]):
        pass

    assert Concrete.__generic_types__ == {"TData": MyData, "TModel": MyModel}


def test_a_subclass_of_a_concrete_class_inherits_its_types():
    class Concrete(Component[MyData, MyModel]):
        pass

    class Sub(Concrete):
        pass

    assert Sub.__generic_types__ == {"TData": MyData, "TModel": MyModel}


def test_types_pass_through_several_levels_in_any_order():
    t_model = narrower("TOther", MyModel)

    class Half(Component[MyData, t_model]):
        pass

    class Swapped(Component[TData, TModel], Generic[TModel, TData]):
        pass

    class Concrete(Half[MySpecialModel]):
        pass

    class ConcreteSwapped(Swapped[MyModel, MyData]):
        pass

    assert Half.__generic_types__ == {"TData": MyData, "TModel": MyModel, "TOther": MyModel}
    assert Concrete.__generic_types__["TModel"] is MySpecialModel
    assert ConcreteSwapped.__generic_types__ == {"TData": MyData, "TModel": MyModel}


def test_a_redeclared_variable_of_the_same_name_with_a_narrower_bound_replaces():
    t_model = narrower("TModel", MyModel)

    class Half(Component[MyData, t_model]):
        pass

    class Concrete(Half[MySpecialModel]):
        pass

    assert Half.__generic_types__ == {"TData": MyData, "TModel": MyModel}
    assert Concrete.__generic_types__ == {"TData": MyData, "TModel": MySpecialModel}


def test_two_variables_of_the_same_bound_are_told_apart_by_position():
    t1, t2 = TypeVar("T1", bound=BaseData), TypeVar("T2", bound=BaseData)

    class Pair(Generic[t1, t2], metaclass=CollectGenericTypes):
        pass

    class Concrete(Pair[BaseData, MyData]):
        pass

    assert Concrete.__generic_types__ == {"T1": BaseData, "T2": MyData}


def test_arguments_in_another_order_are_matched_by_bound():
    class Concrete(Component[MyModel, MyData]):
        pass

    assert Concrete.__generic_types__ == {"TData": MyData, "TModel": MyModel}


def test_a_narrower_argument_replaces_that_of_an_inherited_class():
    class Base(Generic[TModel], metaclass=CollectGenericTypes):
        pass

    class Concrete(Base[MyModel]):
        pass

    class Narrower(Concrete, Base[MySpecialModel]):
        pass

    class NotNarrower(Concrete, Base[BaseModel]):
        pass

    assert Narrower.__generic_types__["TModel"] is MySpecialModel
    assert NotNarrower.__generic_types__["TModel"] is MyModel
    assert Concrete.__generic_types__["TModel"] is MyModel


def test_an_argument_that_fits_no_variable_is_a_type_error():
    with pytest.raises(TypeError, match=r"int of class Wrong fits no type variable.*TData \(BaseData\)"):

        class Wrong(Component[MyData, int]):
            pass


def test_a_concrete_scenario_builds_the_concrete_defaults():
    @pai_dataclass
    @dataclass
    class MyScenario(Scenario[MyData, MyModel]):
        own: int = 3

    scenario = MyScenario()
    assert type(scenario.model) is MyModel
    assert type(scenario.data) is MyData
    assert MyScenario().data is not scenario.data


def test_field_order_and_metadata_stay():
    @pai_dataclass
    @dataclass
    class MyScenario(Scenario[MyData, MyModel]):
        own: int = 3

    assert [f.name for f in fields(MyScenario)] == ["first", "model", "data", "last", "own"]
    model = MyScenario.__dataclass_fields__["model"]
    assert model.type is MyModel
    assert model.metadata == Scenario.__dataclass_fields__["model"].metadata
    assert model.metadata["mode"] == "flat"


def test_defaults_follow_a_redeclared_variable_through_two_levels():
    t_model = narrower("TModel", MyModel)

    @pai_dataclass
    @dataclass
    class Half(Scenario[MyData, t_model]):
        pass

    @pai_dataclass
    @dataclass
    class Full(Half[MySpecialModel]):
        pass

    assert (type(Half().data), type(Half().model)) == (MyData, MyModel)
    assert (type(Full().data), type(Full().model)) == (MyData, MySpecialModel)


def test_a_subclass_of_a_concrete_scenario_keeps_its_own_default():
    def special():
        return MyModel(d=7)

    @pai_dataclass
    @dataclass
    class MyScenario(Scenario[MyData, MyModel]):
        model: MyModel = field(default_factory=special)

    @pai_dataclass
    @dataclass
    class Sub(MyScenario):
        pass

    assert Sub().model == MyModel(d=7)
    assert Sub.__generic_types__ == {"TData": MyData, "TModel": MyModel}


def test_the_base_itself_is_not_changed():
    assert type(Scenario().model) is BaseModel
