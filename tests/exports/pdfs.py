"""What a PDF says, read back by poppler."""

import subprocess


def text(pdf: bytes, *, layout: bool = True) -> str:
    """Its text, sheets apart by a form feed."""
    kind = ["-layout"] if layout else []
    read = subprocess.run(  # noqa: S603 -- our own bytes
        ["/usr/bin/pdftotext", *kind, "-", "-"], input=pdf, capture_output=True, check=True
    )
    return read.stdout.decode()


def sheets(pdf: bytes) -> list[str]:
    """Text of each sheet."""
    return text(pdf).split("\f")[:-1]


def flat(words: str) -> str:
    """Words on one line, for what wraps on paper."""
    return " ".join(words.split())


def shape(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each sheet in points."""
    read = subprocess.run(
        ["/usr/bin/pdfinfo", "-l", "9999", "-"], input=pdf, capture_output=True, check=True
    )
    return [
        (round(float(line.split()[3])), round(float(line.split()[5])))
        for line in read.stdout.decode().splitlines()
        if line.startswith("Page ") and "size:" in line
    ]
