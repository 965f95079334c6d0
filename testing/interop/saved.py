"""What a client writes for people to keep, and to hand on."""

import base64

import wire

LINE = 64


def text_of(content):
    return base64.b64encode(content).decode()


def armour(what, content):
    text = text_of(content)
    lines = [text[at : at + LINE] for at in range(0, len(text), LINE)]
    return "\n".join([f"-----BEGIN EVENT MANAGER {what}-----", *lines, f"-----END EVENT MANAGER {what}-----", ""])


def card(name, identity):
    key = text_of(identity.key)
    signature = identity.sign(wire.label(f"card\n{name}\n{key}\n".encode()))
    return f"{name}\n{key}\n{text_of(signature)}\n"


def save(folder, participant, name, reply):
    """Everything that there is to keep of a result."""
    evidence = participant.enclave.evidence
    result = {"result": reply["response"]["result"], "signature": reply["signature"], "evidence": evidence}
    checkpoint = {**participant.checkpoints[name], "evidence": evidence}
    write(folder, "EVIDENCE", evidence)
    write(folder, "RESULT", wire.SAVED_RESULT.encode(result))
    write(folder, "CHECKPOINT", wire.SAVED_CHECKPOINT.encode(checkpoint))


def write(folder, what, content):
    (folder / f"interop.{what.lower()}").write_text(armour(what, content))
