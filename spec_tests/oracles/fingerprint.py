"""Farm's 64-bit fingerprint of a byte string, by which unknown words get their buckets.

F14: Pike and Alakuijala 2014, FarmHash, `farmhashna::Hash64`, which is Fingerprint64.
Its arithmetic is that of 64-bit words: every sum and product is cut to them.
"""

MASK = 2**64 - 1
K0, K1, K2 = 0xC3A5C85C97CB3127, 0xB492B66FBE98F273, 0x9AE16A3B2F90404F


def fingerprint64(text: bytes) -> int:
    """Return the fingerprint, from 0 to 2**64 - 1."""
    size = len(text)
    if size <= 16:
        return up_to_16(text)
    if size <= 32:
        return up_to_32(text)
    return up_to_64(text) if size <= 64 else longer(text)


def word(text: bytes, at: int, size: int = 8) -> int:
    """Return the little-endian number at a place, counted from the end if negative."""
    at += len(text) if at < 0 else 0
    return int.from_bytes(text[at : at + size], "little")


def turn(x: int, places: int) -> int:
    """Return the word turned to the right."""
    x &= MASK
    return (x >> places | x << (64 - places)) & MASK


def mix(x: int) -> int:
    x &= MASK
    return x ^ x >> 47


def joined(u: int, v: int, by: int) -> int:
    """Return one word made of two."""
    first = mix(((u ^ v) & MASK) * by)
    return mix(((v & MASK) ^ first) * by) * by & MASK


def up_to_16(text: bytes) -> int:
    size = len(text)
    by = K2 + 2 * size
    if size >= 8:
        a, b = word(text, 0) + K2, word(text, -8)
        return joined(turn(b, 37) * by + a, (turn(a, 25) + b) * by, by)
    if size >= 4:
        return joined(size + (word(text, 0, 4) << 3), word(text, -4, 4), by)
    if size:
        y = text[0] + (text[size // 2] << 8)
        z = size + (text[-1] << 2)
        return mix(y * K2 ^ z * K0) * K2 & MASK
    return K2


def halves(text: bytes) -> tuple[int, int, int]:
    """Return what texts of 17 to 64 bytes have in common."""
    by = K2 + 2 * len(text)
    a, b = word(text, 0), word(text, 8)
    c, d = word(text, -8) * by, word(text, -16) * K2
    a *= K1 if len(text) <= 32 else K2
    return a, turn(a + b, 43) + turn(c, 30) + d, a + turn(b + K2, 18) + c


def up_to_32(text: bytes) -> int:
    _, y, z = halves(text)
    return joined(y, z, K2 + 2 * len(text))


def up_to_64(text: bytes) -> int:
    by = K2 + 2 * len(text)
    a, y, z = halves(text)
    z = joined(y, z, by)
    e, f = word(text, 16) * by, word(text, 24)
    g, h = (y + word(text, -32)) * by, (z + word(text, -24)) * by
    return joined(turn(e + f, 43) + turn(g, 30) + h, e + turn(f + a, 18) + g, by)


def longer(text: bytes) -> int:
    x, y = 81 * K2 + word(text, 0), 81 * K1 + 113
    z = mix(y * K2 + 113) * K2
    v, w = (0, 0), (0, 0)
    n_blocks = (len(text) - 1) // 64
    for at in range(0, 64 * n_blocks, 64):
        x, y, z, v, w = block(text[at : at + 64], x, y, z, v, w, K1, 1)
    by = K1 + 2 * (z & 0xFF)
    first = w[0] + (len(text) - 1) % 64
    v, w = (v[0] + first, v[1]), (v[0] + 2 * first, w[1])
    x, y, z, v, w = block(text[-64:], x, y, z, v, w, by, 9)
    u = joined(v[0], w[0], by) + mix(y) * K0 + z
    return joined(u, joined(v[1], w[1], by) + x, by)


def block(text, x, y, z, v, w, by, times):
    """Return the five parts of the state after 64 bytes."""
    x = turn(x + y + v[0] + word(text, 8), 37) * by
    y = turn(y + v[1] + word(text, 48), 42) * by
    x = (x & MASK) ^ (w[1] * times & MASK)
    y += v[0] * times + word(text, 40)
    z = turn(z + w[0], 33) * by
    v = quarter(text[:32], v[1] * by, x + w[0])
    w = quarter(text[32:], z + w[1], y + word(text, 16))
    return z & MASK, y & MASK, x & MASK, v, w


def quarter(text: bytes, a: int, b: int) -> tuple[int, int]:
    a += word(text, 0)
    last = word(text, 24)
    b = turn(b + a + last, 21)
    total = a + word(text, 8) + word(text, 16)
    return (total + last) & MASK, (b + turn(total, 44) + a) & MASK
