"""What every step of the client prints, submits and demands."""

from evidence import prove
from participant import Refused

FIRST = {"kind": "first"}


def say(what, text):
    print(f"{what}: {text}", flush=True)


def number(value):
    return {"kind": "number", "value": value}


def key(text, message=None):
    return {"kind": "key", "key": text, "message": message}


def refusal(ask, *args, **more):
    """The reason and the parameter of a request that has to be refused."""
    try:
        ask(*args, **more)
    except Refused as refused:
        return refused.reason, refused.parameter
    prove(False, "a request that has to be refused is granted")


def demand_refusal(reason, ask, *args, **more):
    found, _ = refusal(ask, *args, **more)
    prove(found == reason, f"refused for {found}, not for {reason}")
