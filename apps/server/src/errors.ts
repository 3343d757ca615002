import { refusalsOf } from "@firmament/core/errors";

export const homeErrors = {
  "home/missing": {
    status: 404,
    rule: "A home folder holds genesis.json and network.json.",
    remedy: "Name the folder with --home, or found a consortium with `firmament init`.",
  },
  "home/exists": {
    status: 409,
    rule: "A home folder is founded once.",
    remedy: "Choose an empty folder.",
  },
  "home/cosigned": {
    status: 500,
    rule: "A node's memory of what it cosigned must be whole.",
    remedy:
      "Restore the file from the newest copy; where there is none, remove it and let the other organisations' nodes tell what they keep.",
  },
  "home/network": {
    status: 400,
    rule: "network.json must be one JSON object of addresses, each ending in a slash.",
    remedy: "Compare the file with one that `firmament init` wrote.",
  },
  "home/organisation": {
    status: 404,
    rule: "The organisation must have a place in the network file.",
    remedy: "Name one of the organisations that the message lists.",
  },
  "home/plaintext": {
    status: 400,
    rule: "Without TLS only addresses of the own machine are served and asked.",
    remedy: "Write https:// into network.json, or an address of 127.0.0.0/8.",
  },
} as const;

export const refuse = refusalsOf(homeErrors);
