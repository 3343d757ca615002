import { refusalsOf } from "@firmament/core/errors";

export const keystoreErrors = {
  "keystore/missing": {
    status: 404,
    rule: "The key file must exist and be readable.",
    remedy: "Create it with `firmament key generate`, or correct its path.",
  },
  "keystore/exists": {
    status: 409,
    rule: "A key file is never overwritten silently.",
    remedy: "Choose another path, or ask for the replacement explicitly.",
  },
  "keystore/too-large": {
    status: 413,
    rule: "A key file must not exceed its size limit.",
    remedy: "Check the path; key files hold a few kilobytes.",
  },
  "keystore/too-costly": {
    status: 400,
    rule: "A key file must not ask for more key derivation rounds than the limit.",
    remedy: "Do not use this file: it was made to exhaust the machine that opens it.",
  },
  "keystore/damaged": {
    status: 400,
    rule: "A key file must be an unaltered encrypted JWK Set of this program.",
    remedy: "Restore the file from its backup.",
  },
  "keystore/passphrase": {
    status: 401,
    rule: "The passphrase must open the key file.",
    remedy: "Check the passphrase; where it is right, the file is damaged and must be restored from its backup.",
  },
  "keystore/purpose": {
    status: 400,
    rule: "A key file holds 1 to 16 keys, each under a purpose of its own.",
    remedy: "Name a purpose that the file has; `firmament key list` shows them.",
  },
  "passphrase/unset": {
    status: 400,
    rule: "FIRMAMENT_PASSPHRASE_FILE must name the file with the passphrase.",
    remedy: "Write the passphrase into a file of mode 0600 and set the variable to its path.",
  },
  "passphrase/missing": {
    status: 400,
    rule: "The file that FIRMAMENT_PASSPHRASE_FILE names must exist and be readable.",
    remedy: "Create the file with mode 0600, or correct the variable.",
  },
  "passphrase/permissions": {
    status: 400,
    rule: "Only its owner may read the passphrase file.",
    remedy: "Run `chmod 600` on it; where others could read it, change the passphrase.",
  },
  "passphrase/empty": {
    status: 400,
    rule: "The passphrase file must hold one passphrase of 1 to 1024 bytes, on one line.",
    remedy: "Write the passphrase into the file.",
  },
} as const;

export const refuse = refusalsOf(keystoreErrors);
