import { refusalsOf } from "@firmament/core/errors";

export const ceremonyErrors = {
  "ceremony/proof": {
    status: 403,
    rule: "A member file carries one true signature by each key that it names, over all that it says.",
    remedy: "Ask the organisation for its member file again, by a way that alters nothing.",
  },
  "ceremony/address": {
    status: 400,
    rule: "An address in a member file is https, host and port, spelt as a URL parser spells them, and a slash.",
    remedy: "Leave out the scheme's own port, path, user and query, and write the host in lower case.",
  },
  "ceremony/members": {
    status: 400,
    rule: "A consortium's members differ in name and addresses; one runs each agent, and either all run validators or one runs the ledger.",
    remedy: "Agree who runs what, and have the member file that is wrong made again.",
  },
  "ceremony/draft": {
    status: 400,
    rule: "A draft names of each organisation what its member file says, and nothing else.",
    remedy: "Make the draft again from the member files.",
  },
  "ceremony/own-entry": {
    status: 403,
    rule: "An organisation signs a document only where the entry of its name holds the keys of its own home.",
    remedy: "Do not sign: ask who made the document, and from which member file.",
  },
  "ceremony/signature": {
    status: 403,
    rule: "A signature file holds true signatures of one document, by root keys that the document asks for.",
    remedy: "Sign the document that is to be sealed or submitted, and collect that file.",
  },
  "ceremony/unsigned": {
    status: 403,
    rule: "Every founder signs the genesis.",
    remedy: "Collect the signature files of the organisations that the message names.",
  },
  "ceremony/genesis": {
    status: 400,
    rule: "A genesis is installed with the draft that it was sealed from, signed by every founder, or by who joins that very ledger.",
    remedy: "Take genesis and draft from the same ceremony, or the genesis of the ledger that --joins named.",
  },
  "ceremony/in-force": {
    status: 409,
    rule: "A trust root follows the one that is in force on the ledger, as the own replica has it.",
    remedy:
      "Make the draft again from the trust root in force; a replica that is behind catches up when its node runs.",
  },
  "ceremony/stranger": {
    status: 403,
    rule: "An organisation's keys change by a member file that one of its active administrators signed.",
    remedy: "Have the organisation make the file with its enrolled administrator's key, or admit it by vote first.",
  },
  "ceremony/exists": {
    status: 409,
    rule: "What a ceremony makes overwrites nothing.",
    remedy: "Name another file, or move the old one away.",
  },
  "ceremony/pending": {
    status: 409,
    rule: "A new key replaces the old one once the trust root in force names it.",
    remedy: "Look at `firmament trust show`, and submit the trust root that names the key.",
  },
} as const;

export const refuse = refusalsOf(ceremonyErrors);
