"""
ML-KEM-768 (FIPS 203), as much of it as who encapsulates needs. For tests only: it takes its time, and a different time
for different secrets. Algorithms are cited by their numbers there.
"""

import hashlib

Q = 3329
N = 256
K = 3
ETA = 2
DU = 10
DV = 4
KEY_BYTES = 384 * K + 32
CIPHERTEXT_BYTES = 32 * (DU * K + DV)
SEED_BYTES = 32


class KeyInvalid(Exception):
    """The encapsulation key is none."""


def encapsulate(key, message):
    """ML-KEM.Encaps_internal (algorithm 17), after the checks of section 7.2. Answers with secret and capsule."""
    if len(key) != KEY_BYTES:
        raise KeyInvalid("an encapsulation key of another length")
    if any(coefficient >= Q for chunk in chunks(key[:-32], 384) for coefficient in unpack(chunk, 12)):
        raise KeyInvalid("an encapsulation key with a number that is not reduced")
    seed = hashlib.sha3_512(message + hashlib.sha3_256(key).digest()).digest()
    return seed[:32], encrypt(key, message, seed[32:])


def encrypt(key, message, randomness):
    """K-PKE.Encrypt (algorithm 14)."""
    public = [unpack(chunk, 12) for chunk in chunks(key[:-32], 384)]
    rho = key[-32:]
    noise = [sample_noise(randomness, n) for n in range(2 * K + 1)]
    y = [transform(each) for each in noise[:K]]
    u = []
    for i in range(K):
        column = [sample_uniform(rho + bytes([i, j])) for j in range(K)]
        u.append(add(transform_back(dot(column, y)), noise[K + i]))
    mu = [decompress(bit, 1) for bit in unpack(message, 1)]
    v = add(transform_back(dot(public, y)), noise[2 * K], mu)
    return b"".join(pack_compressed(each, DU) for each in u) + pack_compressed(v, DV)


def chunks(data, length):
    return [data[at : at + length] for at in range(0, len(data), length)]


def unpack(data, bits):
    """ByteDecode (algorithm 6), of numbers that are not yet reduced."""
    whole = int.from_bytes(data, "little")
    return [whole >> bits * i & (1 << bits) - 1 for i in range(N)]


def pack_compressed(polynomial, bits):
    """ByteEncode (algorithm 5) of what Compress (formula 4.7) makes of a polynomial."""
    whole = sum(compress(x, bits) << bits * i for i, x in enumerate(polynomial))
    return whole.to_bytes(32 * bits, "little")


def compress(x, bits):
    return ((x << bits) + Q // 2) // Q % (1 << bits)


def decompress(x, bits):
    return (x * Q + (1 << bits - 1)) >> bits


def sample_uniform(seed):
    """SampleNTT (algorithm 7). SHAKE's output is a stream, which hashlib gives from its start each time."""
    length = 840
    while True:
        found = uniform_in(hashlib.shake_128(seed).digest(length))
        if len(found) >= N:
            return found[:N]
        length *= 2


def uniform_in(stream):
    found = []
    for one, two, three in chunks(stream, 3):
        found += [x for x in (one + 256 * (two % 16), two // 16 + 16 * three) if x < Q]
    return found


def sample_noise(seed, n):
    """SamplePolyCBD with eta 2 (algorithm 8), over the bytes of PRF."""
    whole = int.from_bytes(hashlib.shake_256(seed + bytes([n])).digest(64 * ETA), "little")
    bits = [whole >> i & 1 for i in range(2 * ETA * N)]
    return [(bits[i] + bits[i + 1] - bits[i + 2] - bits[i + 3]) % Q for i in range(0, len(bits), 2 * ETA)]


def reversed7(i):
    return int(f"{i:07b}"[::-1], 2)


ZETAS = [pow(17, reversed7(i), Q) for i in range(128)]
GAMMAS = [pow(17, 2 * reversed7(i) + 1, Q) for i in range(128)]


def transform(polynomial):
    """NTT (algorithm 9)."""
    f = list(polynomial)
    i = 1
    length = 128
    while length >= 2:
        for start in range(0, N, 2 * length):
            zeta = ZETAS[i]
            i += 1
            for j in range(start, start + length):
                t = zeta * f[j + length] % Q
                f[j + length] = (f[j] - t) % Q
                f[j] = (f[j] + t) % Q
        length //= 2
    return f


def transform_back(transformed):
    """The inverse of NTT (algorithm 10)."""
    f = list(transformed)
    i = 127
    length = 2
    while length <= 128:
        for start in range(0, N, 2 * length):
            zeta = ZETAS[i]
            i -= 1
            for j in range(start, start + length):
                t = f[j]
                f[j] = (t + f[j + length]) % Q
                f[j + length] = zeta * (f[j + length] - t) % Q
        length *= 2
    return [x * 3303 % Q for x in f]


def multiply(f, g):
    """MultiplyNTTs (algorithms 11 and 12)."""
    product = []
    for i, gamma in enumerate(GAMMAS):
        a0, a1, b0, b1 = f[2 * i], f[2 * i + 1], g[2 * i], g[2 * i + 1]
        product += [(a0 * b0 + a1 * b1 * gamma) % Q, (a0 * b1 + a1 * b0) % Q]
    return product


def add(*polynomials):
    return [sum(coefficients) % Q for coefficients in zip(*polynomials)]


def dot(ones, others):
    return add(*map(multiply, ones, others))
