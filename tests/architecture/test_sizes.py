"""Files up to 400 lines, functions up to 50: what is longer holds more than one concept."""

from collections.abc import Iterator

from tests.architecture.source import Finding, Module, assert_kept, everything, found

FILE_LINES = 400
FUNCTION_LINES = 50


def oversized(module: Module) -> Iterator[Finding]:
    lines = len(module.text.splitlines())
    if lines > FILE_LINES:
        yield module.finding(
            lines, f"the file has {lines} lines, the limit is {FILE_LINES}", "Split it by concept into named modules"
        )
    for function in module.functions():
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > FUNCTION_LINES:
            yield module.finding(
                function,
                f"{function.name} has {length} lines, the limit is {FUNCTION_LINES}",
                "Give its parts names of their own",
            )


def test_files_and_functions_stay_small() -> None:
    assert_kept(oversized, modules=everything())


def test_a_long_function_is_found_by_its_name_and_length() -> None:
    just_right = "def short():\n" + "    a = 1\n" * (FUNCTION_LINES - 1)
    too_long = "async def long():\n" + "    a = 1\n" * FUNCTION_LINES

    assert found(oversized, just_right) == []
    assert found(oversized, too_long) == [(1, "long has 51 lines, the limit is 50")]


def test_a_long_file_is_found() -> None:
    assert found(oversized, "a = 1\n" * FILE_LINES) == []
    assert found(oversized, "a = 1\n" * (FILE_LINES + 1)) == [(401, "the file has 401 lines, the limit is 400")]
