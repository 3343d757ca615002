"""B-16 to B-19: what the device does."""

from digests import sha256
from refusal import Refusal
from versions import version_key


def unavailable(live, device, groups, time):
    """B-17."""
    if live.get("heldUntil", 0) > time:
        return "offer/held"
    rollout = live.get("rollout")
    if rollout is None:
        return None
    bucket = sha256(f"firmament-rollout/v1\n{rollout['salt']}\n{device['id']}\n".encode())[:4]
    reached = not rollout["groups"] or set(rollout["groups"]) & set(groups)
    inside = reached and int.from_bytes(bucket, "big") % 1000 < rollout["permille"]
    return None if inside else "offer/outside-rollout"


def not_newer(live, device):
    """B-18."""
    installed, scheme = device["installed"], device["versions"]
    if live["sequence"] <= installed["sequence"] or live["sequence"] < device["counter"]:
        return "offer/sequence"
    newer = version_key(scheme, live["version"]) > version_key(scheme, installed["version"])
    return None if newer else "offer/version"


def is_installed(device, dependency):
    parts = [each for each in device["inventory"] if each["className"] == dependency["classID"]]
    try:
        scheme = parts[0]["versions"]
        return version_key(scheme, parts[0]["version"]) >= version_key(scheme, dependency["versionID"])
    except (IndexError, Refusal):
        return False


def unfit(live, manifest, device, head, policy, time):
    """B-19."""
    minute = (time // 60 + 4320) % 10_080
    windows = policy.get("windows", [{"start": 0, "length": 10_080}])
    reasons = [
        (live["sequence"] >= head.get("floor", 0), "offer/floor"),
        (manifest.get("vendorID", device["vendor"]) == device["vendor"], "offer/vendor"),
        (manifest["storageLocation"] in device["storageLocations"], "offer/storage-location"),
        (manifest["payloadFormat"] in device["formats"], "offer/format"),
        (manifest["encryptionWrapper"]["scheme"] in device["wrappers"], "offer/format"),
        ("payloadProcessing" not in manifest, "offer/format"),
        (all(is_installed(device, each) for each in manifest["dependencies"]), "offer/dependency"),
        (set(policy.get("safeState", [])) <= set(device["safeState"]), "offer/safe-state"),
        (any((minute - each["start"]) % 10_080 < each["length"] for each in windows), "offer/window"),
    ]
    return next((code for good, code in reasons if not good), None)


def decide(device, groups, head, policy, releases, time, wanted):
    """B-16."""

    def judge(found):
        live = found["live"]
        code = unavailable(live, device, groups, time) or not_newer(live, device) or found["problem"]
        code = code or unfit(live, found["manifest"], device, head, policy, time)
        if code is not None:
            return {"action": "refuse", "code": code}
        install = {name: live[name] for name in ("release", "sequence", "version")}
        return {"action": "install", "floor": head.get("floor", 0), **install}

    installed = device["installed"]["sequence"]
    if wanted is not None:
        for found in releases:
            if found["live"]["release"] == wanted:
                return judge(found)
        stopped = {each["release"]: each["state"] for each in head["stopped"]}
        return {"action": "refuse", "code": f"offer/{stopped.get(wanted, 'not-live').lower()}"}
    reasons = [unavailable(each["live"], device, groups, time) for each in releases]
    for found, reason in reversed(list(zip(releases, reasons))):
        if reason is None:
            runs = any(each["live"]["sequence"] == installed for each in releases)
            return {"action": "current"} if runs and found["live"]["sequence"] <= installed else judge(found)
    if releases and releases[-1]["live"]["sequence"] > installed:
        return {"action": "refuse", "code": reasons[-1]}
    return {"action": "current"} if installed > 0 else {"action": "refuse", "code": "offer/none"}
