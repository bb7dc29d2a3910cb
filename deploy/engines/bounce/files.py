"""Clip files: AVI (uncompressed RGB24 pictures, 16-bit mono sound) and WAV, read and written."""

import array
import struct
import sys
import wave
from pathlib import Path

SIZE, FRAMES, FPS, RATE = 64, 16, 8, 16_000  # square pixels, 2 s, mono
SAMPLES = RATE * FRAMES // FPS


class Refused(Exception):
    """A task that fails the same way on every attempt."""


def chunk(name: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return name.encode() + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def write_avi(path: Path, frames: list[bytes], samples: array.array) -> None:
    """Writes uncompressed RGB24 and PCM16, a frame and its samples in turn, with an index."""
    frame, per_frame = SIZE * SIZE * 3, RATE // FPS
    header = struct.pack("<14I", 10**6 // FPS, frame * FPS + 2 * RATE, 0, 0x110, FRAMES, 0, 2,
                         frame, SIZE, SIZE, 0, 0, 0, 0)
    stream = lambda kind, codec, scale, rate, count, size: chunk(
        "strh", kind, codec, struct.pack("<IHHIIIIIIIIHHHH", 0, 0, 0, 0, scale, rate, 0, count,
                                         0, 0xFFFFFFFF, size, 0, 0, SIZE, SIZE))
    picture = struct.pack("<IiiHHIIiiII", 40, SIZE, SIZE, 1, 24, 0, frame, 0, 0, 0, 0)
    sound = struct.pack("<HHIIHH", 1, 1, RATE, 2 * RATE, 2, 16)
    headers = chunk(
        "LIST", b"hdrl", chunk("avih", header),
        chunk("LIST", b"strl", stream(b"vids", b"DIB ", 1, FPS, FRAMES, 0), chunk("strf", picture)),
        chunk("LIST", b"strl", stream(b"auds", b"\0" * 4, 2, 2 * RATE, len(samples), 2),
              chunk("strf", sound)))
    movie, index = bytearray(b"movi"), bytearray()
    for k, pixels in enumerate(frames):
        pcm = struct.pack(f"<{per_frame}h", *samples[k * per_frame:(k + 1) * per_frame])
        for name, data in (("00db", pixels), ("01wb", pcm)):
            index += name.encode() + struct.pack("<III", 0x10, len(movie), len(data))
            movie += chunk(name, data)
    path.write_bytes(chunk("RIFF", b"AVI ", headers, chunk("LIST", movie), chunk("idx1", index)))


def chunks(data: bytes, at: int, end: int):
    """Yields (name, body) of every chunk, entering lists."""
    while at + 8 <= end:
        name, size = data[at:at + 4], struct.unpack_from("<I", data, at + 4)[0]
        if at + 8 + size > end:
            raise Refused(f"the AVI file ends inside its chunk {name!r}")
        if name in (b"RIFF", b"LIST"):
            yield from chunks(data, at + 12, at + 8 + size)
        else:
            yield name, data[at + 8:at + 8 + size]
        at += 8 + size + size % 2


def read_avi(path: str) -> tuple[list[bytes], array.array]:
    """Returns frames and samples of an AVI file such as `write_avi` makes."""
    data, frames, formats, pcm = Path(path).read_bytes(), [], [], bytearray()
    if data[:4] != b"RIFF" or data[8:12] != b"AVI ":
        raise Refused(f"{path} is not an AVI file; this example reads AVI (RGB24, PCM16) and WAV")
    for name, body in chunks(data, 0, len(data)):
        if name == b"strf":
            formats.append(body)
        elif name in (b"00db", b"00dc"):
            frames.append(body)
        elif name == b"01wb":
            pcm += body
    if not formats:
        raise Refused(f"{path} describes no stream; was it written to the end?")
    width, height, _, bits, codec = struct.unpack_from("<iiHHI", formats[0].ljust(20, b"\0"), 4)
    if (width, height, bits, codec) != (SIZE, SIZE, 24, 0) or len(frames) != FRAMES:
        raise Refused(f"{path}: expected {FRAMES} uncompressed frames of {SIZE}x{SIZE} in RGB24, "
                      f"found {len(frames)} of {width}x{height} in {bits} bits, codec {codec}")
    if len(formats) > 1 and struct.unpack_from("<HHI", formats[1]) != (1, 1, RATE):
        raise Refused(f"{path}: expected mono PCM sound at {RATE} Hz")
    return frames, little_endian(pcm)


def read_wav(path: str) -> array.array:
    with wave.open(path, "rb") as sound:
        if (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) != (1, 2, RATE):
            raise Refused(f"{path}: expected mono 16-bit sound at {RATE} Hz")
        return little_endian(sound.readframes(sound.getnframes()))


def little_endian(pcm: bytes) -> array.array:
    samples = array.array("h", bytes(pcm[:len(pcm) // 2 * 2]))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
