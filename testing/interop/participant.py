"""A participant, who talks to an enclave through a host and believes only what is proved."""

import os
import urllib.error
import urllib.request

import session
import wire
from evidence import prove, signed, terms_of, verify

TIMEOUT_SECONDS = 30
ANSWER_BYTES_MAX = 1_048_576
# What keys in bulk leave of their frame for telling of them: so many bytes, and so many for each key.
TELLING_BYTES = 1_024
TELLING_BYTES_OF_KEY = 18


class Refused(Exception):
    def __init__(self, reason, parameter):
        super().__init__(reason)
        self.reason = reason
        self.parameter = parameter


class Host:
    """Proves nothing."""

    def __init__(self, url):
        self.url = url
        # Without the proxies that the environment may name: the host is on this machine.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def evidence(self):
        return self.exchange("/attestation")

    def post(self, frame):
        return self.exchange("/mail", frame)

    def events(self):
        """Server-sent events from now on, to be closed by who reads them."""
        stream = self.opener.open(self.url + "/events", timeout=TIMEOUT_SECONDS)
        # The first line says that the host listens: what happens from here on is told.
        stream.readline()
        return stream

    def exchange(self, path, body=None):
        request = urllib.request.Request(self.url + path, body, {"content-type": "application/octet-stream"})
        try:
            with self.opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return answer.read(ANSWER_BYTES_MAX)
        except urllib.error.HTTPError as error:
            raise session.SessionLost(f"the host answered {path} with {error.code}") from None


def next_event(stream):
    """The data of the next event; comments and other fields are passed over."""
    return next(line.removeprefix(b"data:").strip() for line in stream if line.startswith(b"data:"))


def each_match(sections):
    """Matches in the order in which they are told, each with its computation's name, its key and its party's place."""
    for section in sections:
        for run in section["runs"]:
            for match in run["matches"]:
                yield {"computation": section["computation"], "key": run["key"], **match}


def bulk_frame_bytes(keys):
    """The least size of a frame for a vector of keys, which are told of in one that is no larger."""
    length = sum(len(wire.KEY_SUBMISSION.encode(key)) for key in keys)
    return session.frame_size(max(length + TELLING_BYTES, len(keys) * TELLING_BYTES_OF_KEY))


def terms_in(request, response):
    """Those of the computation that a request is about."""
    if response["kind"] == "described":
        return terms_of(response["descriptor"])
    return request.get("terms", response.get("terms"))


class Participant:
    def __init__(self, host, enclave):
        self.host = host
        self.enclave = enclave
        self.identity = session.Identity()
        self.key = self.identity.key
        self.heads = {}
        self.receipts = {}
        self.checkpoints = {}
        self.shake_hands()

    def shake_hands(self):
        frame, secret = session.hello(self.enclave.mail_key, self.enclave.statement_hash, self.identity)
        self.session = session.Session.from_welcome(self.host.post(frame), secret)
        self.sequence = 0

    def ask(self, request, least=0):
        """The reply. Raises Refused where the enclave refuses, and checks the head of a computation's history."""
        self.last_mail = self.session.mail(self.sequence, wire.REQUEST.encode(request), least)
        reply = wire.REPLY.decode(self.session.open_reply(self.sequence, self.host.post(self.last_mail)))
        self.sequence += 1
        response = reply["response"]
        if reply["head"] is not None:
            self.remember(terms_in(request, response), reply["head"])
        if response["kind"] == "refused":
            raise Refused(response["reason"], response["parameter"])
        return reply

    def remember(self, terms, head):
        before = self.heads.get(terms)
        if before is not None:
            prove(head["length"] >= before["length"], "the history has become shorter")
            prove(head["length"] > before["length"] or head == before, "the history is another")
        self.heads[terms] = head

    def create(self, name, type, quorum, participants, release, keys_max=None, matches="told"):
        """Answers with the terms, after a check that they are those of what was asked for."""
        asked = {"type": type, "quorum": quorum, "release": release, "participants": participants}
        asked |= {"expires_at": None, "keys_max": keys_max, "matches": matches}
        request_id = os.urandom(16)
        created = self.ask({"kind": "create", "request_id": request_id, "computation": name, **asked})["response"]
        expected = {**asked, "id": request_id, "name": name, "convenor": self.key}
        if wire.has_key_terms(asked):
            expected["type"] = "key_with_terms"
        prove(created["terms"] == terms_of(expected), "what was created is not what was asked for")
        return created["terms"]

    def describe(self, name):
        return self.ask({"kind": "describe", "computation": name})["response"]["descriptor"]

    def list(self):
        descriptors, after, more = [], 0, True
        while more:
            page = self.ask({"kind": "list", "after": after})["response"]
            descriptors += page["descriptors"]
            after, more = page["next"], page["more"]
        return descriptors

    def about(self, kind, name, terms, **more):
        return {"kind": kind, "computation": name, "terms": terms, "known": self.heads.get(terms), **more}

    def submit(self, name, terms, submission, revision, request_id=None):
        """Answers with the response, after a check of the receipt that the enclave signs."""
        more = {"request_id": request_id or os.urandom(16), "submission": submission, "revision": revision}
        return self.received(name, terms, self.ask(self.about("submit", name, terms, **more, signed=True)))

    def submit_many(self, name, terms, submissions, request_id=None, least=None):
        """As submit(), of keys without revisions; in a frame that is large enough, where `least` says nothing else."""
        return self.in_bulk("submit_many", name, terms, "submissions", submissions, request_id, least)

    def retire(self, name, terms, keys, request_id=None, least=None):
        return self.in_bulk("retire", name, terms, "keys", [{"key": key} for key in keys], request_id, least)

    def in_bulk(self, kind, name, terms, field, keys, request_id, least):
        request = self.about(kind, name, terms, **{"request_id": request_id or os.urandom(16), field: keys})
        size = bulk_frame_bytes(keys) if least is None else least
        return self.received(name, terms, self.ask({**request, "signed": True}, size))

    def received(self, name, terms, reply):
        """The response in a reply, once the enclave's signature under its receipt is checked."""
        response = reply["response"]
        prove(response["terms"] == terms, "the terms are others")
        life = self.enclave.statement["life"]
        checkpoint = {"identity": self.enclave.identity, "life": life, "terms": terms, "head": response["receipt"]}
        self.enclave.verify(reply["signature"], "checkpoint", wire.CHECKPOINT, checkpoint)
        self.receipts[name] = response["receipt"]
        self.checkpoints[name] = {"checkpoint": checkpoint, "signature": reply["signature"]}
        return response

    def result(self, name, terms):
        """The reply, with a result that is checked, or with the inputs that it waits for witnesses of."""
        return self.checked(name, terms, self.ask(self.about("result", name, terms)))

    def witness(self, name, terms, frozen):
        """The reply, as that of result()."""
        signature = self.identity.sign(signed("frozen inputs", wire.FROZEN, frozen))
        return self.checked(name, terms, self.ask(self.about("witness", name, terms, signature=signature)))

    def checked(self, name, terms, reply):
        response = reply["response"]
        if response["kind"] == "awaiting":
            self.check_frozen(name, terms, response["frozen"])
            return reply
        result = response["result"]
        self.enclave.verify(reply["signature"], "result", wire.RESULT, result)
        self.check_frozen(name, terms, result["frozen"])
        what = signed("frozen inputs", wire.FROZEN, result["frozen"])
        for each in result["witnesses"]:
            verify(each["party"], each["signature"], what, "a witness's signature is wrong")
        return reply

    def check_frozen(self, name, terms, frozen):
        prove(frozen["identity"] == self.enclave.identity, "the inputs are another enclave's")
        prove(terms_of(frozen["descriptor"]) == terms, "the inputs are another computation's")
        submitters = [each["party"] for each in frozen["receipts"]]
        participants = frozen["descriptor"]["participants"]
        prove(submitters == [each for each in participants if each in submitters], "the receipts are out of order")
        prove({"party": self.key, "receipt": self.receipts[name]} in frozen["receipts"], "my submission does not count")

    def matches(self, after=0):
        """
        The matches that are told, each with its party's key for its place, and `next`, which they go on from. Asks for
        the list after each page, so that the host does not see which of them names what is new.
        """
        matches, page, more = [], 0, True
        while more:
            response = self.ask({"kind": "matches", "after": after, "page": page})["response"]
            participants = {each["name"]: each["participants"] for each in self.list()}
            for match in each_match(response["matches"]):
                matches.append({**match, "party": participants[match["computation"]][match["party"]]})
            after, more, page = response["next"], response["more"], page + 1
        return matches, after

    def match_count(self, name, terms):
        return self.ask(self.about("match_count", name, terms))["response"]["keys"]

    def delete(self, name, terms):
        return self.ask(self.about("delete", name, terms, request_id=os.urandom(16)))["response"]["terms"]
