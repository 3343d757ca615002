import { refusalsOf } from "@firmament/core/errors";

export const certificateErrors = {
  "certificate/authority": {
    status: 400,
    rule: "An authority is a self-signed P-256 CA certificate whose only name is CN=<hex SHA-256 of its public key>.",
    remedy: "Make it with `issueAuthority`, or give a CA of your own that name.",
  },
  "certificate/key": {
    status: 400,
    rule: "Certificates are for P-256 keys, and the key of an authority must be that of its certificate.",
    remedy: "Generate an ES256 key, or take the key file that was made together with the certificate.",
  },
  "certificate/host": {
    status: 400,
    rule: "A certificate is for at most 64 host names and IP addresses.",
    remedy: "Name hosts as clients dial them, without scheme and port.",
  },
  "certificate/device": {
    status: 400,
    rule: "A device's certificate names the device by its key id, and no host.",
    remedy: "Take the id from the device's own document.",
  },
} as const;

export const refuse = refusalsOf(certificateErrors);
