import { refusalsOf } from "../errors/index.ts";
import { releaseErrors } from "./rules/errors.ts";

export const registryErrors = {
  "transaction/ledger": {
    status: 400,
    rule: "A transaction must name the ledger that it is sent to.",
    remedy: "Sign the transaction again for this ledger's id.",
  },
  "transaction/expired": {
    status: 403,
    rule: "A transaction is valid until its expires, which must be at most 600 s after the ledger's time.",
    remedy: "Sign the transaction again with a fresh expires; check this machine's clock.",
  },
  "transaction/signature": {
    status: 403,
    rule: "A transaction's signature must verify under its signer's enrolled key.",
    remedy: "Sign with the key that `kid` names.",
  },
  "identity/unknown": {
    status: 403,
    rule: "A signer must be enrolled on this ledger.",
    remedy: "Ask an administrator of your organisation: firmament org enrol.",
  },
  "identity/revoked": {
    status: 403,
    rule: "A revoked identity signs nothing any more.",
    remedy: "Ask an administrator of your organisation for a new identity.",
  },
  "identity/role": {
    status: 403,
    rule: "A signer must have a role that the transaction demands.",
    remedy: "Sign with an identity that has the role named here.",
  },
  "identity/organisation": {
    status: 403,
    rule: "A signer acts for its own organisation only.",
    remedy: "Ask an identity of the organisation concerned.",
  },
  "identity/possession": {
    status: 403,
    rule: "A key is enrolled with a proof that its holder wants it: a signature by the key for this organisation and purpose.",
    remedy: "Have the key's holder make the proof; `firmament org prove` does so.",
  },
  "identity/exists": {
    status: 409,
    rule: "A key is enrolled once, for one purpose.",
    remedy: "Make a new key.",
  },
  "organisation/unknown": {
    status: 404,
    rule: "The organisation must be known.",
    remedy: "Check its name with `firmament org list`.",
  },
  "organisation/inactive": {
    status: 403,
    rule: "Only active organisations act; a suspended or removed one does not.",
    remedy: "Ask the other organisations for a vote.",
  },
  "organisation/exists": { status: 409, rule: "An organisation is admitted once.", remedy: "Choose another name." },
  "proposal/unknown": {
    status: 404,
    rule: "A vote must name a proposal of this ledger.",
    remedy: "Open it first with proposal.create.",
  },
  "proposal/exists": {
    status: 409,
    rule: "The same proposal is made once.",
    remedy: "Vote for the proposal that exists.",
  },
  "proposal/closed": {
    status: 409,
    rule: "A decided proposal takes no more votes.",
    remedy: "Look at its outcome; nothing is left to do.",
  },
  "proposal/stale": {
    status: 409,
    rule: "A vote binds to the electorate and the policy version of its proposal, and both must still hold.",
    remedy: "Open the proposal again under the present electorate and policy.",
  },
  "proposal/subject": {
    status: 403,
    rule: "An organisation does not vote on itself.",
    remedy: "Leave the vote to the other organisations.",
  },
  "proposal/voted": {
    status: 409,
    rule: "An organisation votes once.",
    remedy: "Nothing is left to do; wait for the others.",
  },
  "proposal/quorum-unreachable": {
    status: 409,
    rule: "No decision may leave the consortium unable to reach a quorum or to renew its trust root.",
    remedy: "Admit another organisation or renew the trust root first.",
  },
  "policy/version": {
    status: 409,
    rule: "A policy's version is one above the one that it replaces.",
    remedy: "Read the policy in force and count on from it.",
  },
  "policy/floor": {
    status: 409,
    rule: "A class's policy must not be below the consortium's floor.",
    remedy: "Raise the member that the message names to the floor.",
  },
  "policy/unreachable": {
    status: 409,
    rule: "A policy must be one that the organisations can fulfil.",
    remedy: "Ask for fewer receipts, approvals or cosignatures, or admit organisations first.",
  },
  "vendor/unknown": {
    status: 404,
    rule: "The vendor must exist.",
    remedy: "Create it by vote: firmament class vendor.",
  },
  "vendor/exists": { status: 409, rule: "A vendor is created once.", remedy: "Choose another name." },
  "class/unknown": { status: 404, rule: "The class must exist.", remedy: "Create it by vote: firmament class create." },
  "class/exists": { status: 409, rule: "A class is created once.", remedy: "Choose another name." },
  "class/vendor": {
    status: 403,
    rule: "Author, class and manifest must belong to the same vendor.",
    remedy: "Name the vendor of the class in the manifest.",
  },
  "trust/ledger": {
    status: 409,
    rule: "The next trust root must accept this ledger, and know active organisations only.",
    remedy: "Make the trust root again from the present state.",
  },
  "trust/ended": {
    status: 409,
    rule: "Every organisation of the next trust root needs a cosigner whose delegation has not ended.",
    remedy: "Delegate the cosigner keys until a later date.",
  },
  "validator/key": {
    status: 400,
    rule: "A validator's key is an Ed25519 key.",
    remedy: "Name the consensus key of the organisation's own engine.",
  },
  "validator/none": {
    status: 409,
    rule: "Nodes are declared on a ledger that was founded with validators.",
    remedy: "Nothing is to be declared here: one sequencer orders this ledger.",
  },
  "validator/peer": {
    status: 409,
    rule: "A peer id is one organisation's, for ever.",
    remedy: "Make a new node key and declare its id.",
  },
  "validator/too-few": {
    status: 409,
    rule: "A ledger with validators keeps at least four.",
    remedy: "Admit another organisation, and have it declare its node, first.",
  },
  "upgrade/version": {
    status: 409,
    rule: "The rules that a vote activates are the next version after those in force.",
    remedy: "Read the version in force from the ledger record, and name the one above it.",
  },
  "upgrade/index": {
    status: 409,
    rule: "New rules come into force at an entry after the one that decides them.",
    remedy: "Open the proposal again with a higher index.",
  },
  "author/unknown": {
    status: 403,
    error: "ERR_KEY_NOT_REGISTRABLE",
    rule: "An author key must be approved by an administrator of the vendor's organisation.",
    remedy: "Ask the vendor's administrator: firmament author approve.",
  },
  "author/exists": {
    status: 409,
    rule: "An author key is approved once.",
    remedy: "Use another key, or revoke this one first.",
  },
  "author/revoked": {
    status: 403,
    error: "ERR_KEY_NOT_REGISTRABLE",
    rule: "A revoked author key registers nothing any more.",
    remedy: "Have a new author key approved.",
  },
  "author/not-entitled": {
    status: 403,
    error: "ERR_KEY_NOT_REGISTRABLE",
    rule: "An author may register for the classes that its approval names.",
    remedy: "Ask the vendor's administrator to approve the author for this class.",
  },
  "author/organisation": {
    status: 403,
    rule: "The transaction must be signed by an identity of the author's organisation.",
    remedy: "Send it through an author agent of that organisation.",
  },
  "author/succession": {
    status: 403,
    rule: "A hand-over must carry the retiring author key's signature for the new key and the class.",
    remedy: "Sign the succession with the retiring key.",
  },
  "petition/message": {
    status: 403,
    error: "ERR_KEY_NOT_VERIFIABLE",
    rule: "A petition's message is the purpose, the ledger, a nonce of 16 to 32 bytes and one line of text.",
    remedy: "Build the message as docs/PROTOCOL.md, clause A-1 says; `firmament author petition` does so.",
  },
  "petition/signature": {
    status: 403,
    error: "ERR_KEY_NOT_VERIFIABLE",
    rule: "A petition must be signed by the key that it names.",
    remedy: "Sign the message with the private key of the public key sent.",
  },
  "petition/nonce-replayed": {
    status: 403,
    error: "ERR_KEY_NOT_VERIFIABLE",
    rule: "A petition's nonce is used once.",
    remedy: "Make a new petition.",
  },
  "grant/exists": { status: 409, rule: "A registration token is granted once.", remedy: "Mint a new token." },
  "grant/unknown": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "A registration must cite a grant of this ledger.",
    remedy: "Petition for a token first: firmament author petition.",
  },
  "grant/author": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "A grant serves the author that it was given to.",
    remedy: "Petition for a token with this author's key.",
  },
  "grant/expired": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "A grant lives 30 minutes of ledger time.",
    remedy: "Petition again: firmament author petition.",
  },
  "device/unknown": { status: 404, rule: "The device must be enrolled.", remedy: "Enrol it: firmament device enrol." },
  "tick/early": {
    status: 409,
    rule: "A tick comes when nothing happened for a third of the freshness limit.",
    remedy: "Wait; the last entry is fresh.",
  },
  "tick/time": {
    status: 409,
    rule: "A tick's time must be within 60 s of the ledger's clock.",
    remedy: "Check this machine's clock.",
  },
  "genesis/form": {
    status: 400,
    rule: "A genesis must name organisations with administrators, and a trust root of the same organisations.",
    remedy: "Make the genesis again with `firmament init`.",
  },
} as const;

export const refuse = refusalsOf({ ...registryErrors, ...releaseErrors });
