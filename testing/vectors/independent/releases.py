"""B-14, B-15: authors and manifests."""

import hashlib

from keys import algorithm_of, is_true, kid_of
from manifest import decode_manifest
from refusal import require
from texts import b64url, unbase64


def known_authors(device, origin, authors):
    """B-14: pinned, or followed by successions."""
    known = {kid_of(key): key for key in device["authors"]}
    grown = True
    while grown:
        grown = False
        for kid, author in authors.items():
            succeeds = author["entitlement"].get("succeeds")
            if kid in known or succeeds is None or succeeds["from"] not in known:
                continue
            lines = ["firmament-succession/v1", origin, succeeds["from"], kid, device["className"], ""]
            if is_true(known[succeeds["from"]], "\n".join(lines).encode(), unbase64(succeeds["signature"])):
                known[kid] = author["key"]
                grown = True
    return set(known)


def require_used(part, head, authors):
    """B-14: no author that no release leads to."""
    require(len(part["releases"]) == len(head["live"]), "bundle/manifests")
    kids, used = list(authors), set()
    for _, _, _, index in part["releases"]:
        require(index < len(kids), "bundle/form")
        kid = kids[index]
        while kid in authors and kid not in used:
            used.add(kid)
            kid = authors[kid]["entitlement"].get("succeeds", {}).get("from")
    require(used == set(authors), "bundle/surplus", "authors")


def proven_release(live, release, device, authors, known, policy):
    """B-15: the manifest and what is wrong with its author."""
    data, signature, payload_signature, index = release
    kid = list(authors)[index]
    key = authors[kid]["key"]
    digest = hashlib.sha384(data)
    require(b64url(digest.digest()) == live["manifestDigest"], "bundle/manifest-digest")
    signed = f"firmament-manifest/v1\n{digest.hexdigest()}\n".encode()
    require(is_true(key, signed, signature), "bundle/manifest-signature")
    manifest = decode_manifest(data)
    signed = f"firmament-payload/v1\n{manifest['payloadDigest']}\n".encode()
    require(is_true(key, signed, payload_signature), "bundle/payload-signature")
    named = (manifest["classID"], manifest["monotonicSequenceNumber"], manifest["versionID"])
    require(named == (device["className"], live["sequence"], live["version"]), "bundle/manifest-class")
    problem = None
    if kid not in known:
        problem = "bundle/author-unknown"
    elif authors[kid]["entitlement"]["status"] != "active":
        problem = "bundle/author-revoked"
    elif algorithm_of(key) not in policy["algorithms"]:
        problem = "bundle/algorithm"
    return {"live": live, "manifest": manifest, "problem": problem}


def proven_releases(device, part, head, policy, authors):
    """B-14, B-15: every live release with its manifest, in the head's order."""
    known = known_authors(device, part["origin"], authors)
    require_used(part, head, authors)
    pairs = zip(head["live"], part["releases"])
    return [proven_release(live, release, device, authors, known, policy) for live, release in pairs]
