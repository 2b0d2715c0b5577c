"""A function that only forwards is deleted: it costs a name, a hop and a signature, and returns nothing for it.

It forwards when its whole body is one call with its own parameters, unchanged and in their order. Three things make it
more than that, and are let through:

- a decorator, which makes the function something else (a page, a command, a job);
- a default value, which is a decision of its own;
- a base class, whose interface the method fulfils. Writing the interface down is the way to say so.
"""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import Finding, FunctionNode, Module, assert_kept, dotted, found, house


def forwarders(module: Module) -> Iterator[Finding]:
    fulfilling = {
        method
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and node.bases
        for method in node.body
        if isinstance(method, FunctionNode)
    }
    for function in module.functions():
        call = only_call(function)
        if call is None or function in fulfilling or function.decorator_list or has_defaults(function):
            continue
        parameters = parameters_of(function)
        if parameters and parameters == arguments_of(call):
            yield module.finding(
                function,
                f"{function.name} only forwards to {dotted(call.func) or 'another function'}",
                "Delete it and call that, or name the interface that it fulfils as a base class",
            )


def only_call(function: FunctionNode) -> ast.Call | None:
    """The call that is the whole body, the docstring apart."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if len(body) != 1 or not isinstance(body[0], ast.Return | ast.Expr):
        return None
    value = body[0].value
    if isinstance(value, ast.Await):
        value = value.value
    return value if isinstance(value, ast.Call) else None


def has_defaults(function: FunctionNode) -> bool:
    return bool(function.args.defaults) or any(default is not None for default in function.args.kw_defaults)


def parameters_of(function: FunctionNode) -> list[str]:
    arguments = function.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    names = names[1:] if names[:1] in (["self"], ["cls"]) else names
    names += [f"*{arguments.vararg.arg}"] if arguments.vararg else []
    names += [argument.arg for argument in arguments.kwonlyargs]
    return names + ([f"**{arguments.kwarg.arg}"] if arguments.kwarg else [])


def arguments_of(call: ast.Call) -> list[str]:
    """Names as they are passed on; anything that is more than a name spoils the likeness, as it should."""
    names = [f"*{dotted(item.value)}" if isinstance(item, ast.Starred) else dotted(item) for item in call.args]
    for keyword in call.keywords:
        name = dotted(keyword.value)
        if keyword.arg is None:
            names.append(f"**{name}")
        else:
            names.append(name if name == keyword.arg else "")
    return names


def test_no_function_only_forwards() -> None:
    assert_kept(forwarders, modules=house())


@pytest.mark.parametrize(
    "text",
    [
        "def expire(conn, *, now): return commands.expire(conn, now=now)",
        "def expire(conn, now):\n    'It expires.'\n    ledger.expire(conn, now)",
        "async def send(message): return await post(message)",
        "def make(*parts, **more): return Path(*parts, **more)",
        "class Port:\n    def send(self, message): return self.mailer.send(message)",
    ],
)
def test_a_forwarder_is_found(text: str) -> None:
    assert len(found(forwarders, text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "def expire(conn, *, now): return commands.expire(conn, until=now)",
        "def expire(conn, *, now, limit=100): return commands.expire(conn, now=now, limit=limit)",
        "@page\ndef home(request): return render(request)",
        "class Port(Mailer):\n    def send(self, message): return self.mailer.send(message)",
        "def swap(a, b): return pair(b, a)",
        "def total(entries): return sum(entry.points for entry in entries)",
        "def digest(data): return sha256(data).hexdigest()",
        "def now(): return clock()",
    ],
)
def test_a_function_that_adds_something_is_not(text: str) -> None:
    assert found(forwarders, text) == []
