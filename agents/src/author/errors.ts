import { refusalsOf } from "@firmament/core/errors";

export const authorAgentErrors = {
  "author-agent/sign": {
    status: 410,
    rule: "A private key never crosses a network, so no agent signs with a key that it is sent.",
    remedy: "Sign on the author's own machine: firmament release publish; take a key that was sent out of use.",
  },
  "author-agent/token-missing": {
    status: 403,
    error: "ERR_KEY_NOT_VALID",
    rule: "An update needs a registration token of its author in the agent's key store.",
    remedy: "Petition first: POST /register/author, or firmament author petition.",
  },
  "author-agent/update-form": {
    status: 400,
    rule: "update must be one JSON object.",
    remedy: "Send {manifest, authorSign, authorManifestSign} as JSON.",
  },
  "author-agent/unreachable": {
    status: 503,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "The register agent must answer.",
    remedy: "Check that the register agent runs and that its address is right, then send the request again.",
  },
  "author-agent/answer": {
    status: 502,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "The register agent's answer must have the form of its interface.",
    remedy: "Check that the address belongs to a register agent of this version.",
  },
} as const;

export const refuse = refusalsOf(authorAgentErrors);
