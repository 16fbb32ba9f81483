"""Tests of an assignment that look at one exercise run for each of its exercises."""

from tests.exercises.promises import Promises


def pytest_generate_tests(metafunc):
    if metafunc.cls and issubclass(metafunc.cls, Promises) and "function" in metafunc.fixturenames:
        metafunc.parametrize("function", metafunc.cls.hints)
