"""M-7: versions."""

import re

from refusal import require

SEMVER = re.compile(
    r"(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})"
    r"(?:-((?:0|[1-9]\d{0,14}|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d{0,14}|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)


def version_key(scheme, version):
    """M-7: a key that sorts as the versions do."""
    if scheme == "integer":
        require(re.fullmatch("0|[1-9][0-9]{0,14}", version), "manifest/version", version)
        return int(version)
    match = SEMVER.fullmatch(version)
    require(match is not None and len(version) <= 64, "manifest/version", version)
    core = tuple(int(match[i]) for i in (1, 2, 3))
    if match[4] is None:
        return core, (1,)
    marks = [(0, int(each), "") if each.isdigit() else (1, 0, each) for each in match[4].split(".")]
    return core, (0, marks)
