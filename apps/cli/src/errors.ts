import { refusalsOf } from "@firmament/core/errors";

export const cliErrors = {
  "cli/usage": {
    status: 400,
    rule: "A command must have the arguments and options that its help names.",
    remedy: "Run the command with --help.",
  },
  "cli/file": {
    status: 404,
    rule: "A file that a command names must be readable.",
    remedy: "Check the path and its permissions.",
  },
  "cli/unknown": {
    status: 404,
    rule: "What a command names must be on the ledger, as the replica that is read has it.",
    remedy: "Look it up with the list command; a replica that is behind catches up when its node runs.",
  },
  "cli/actor": {
    status: 400,
    rule: "--as names an organisation and one of its actors, as in acme.example/admin.",
    remedy: "Name an actor whose key file lies in this home.",
  },
  "cli/agent": {
    status: 502,
    error: "ERR_BC_NOT_AVAILABLE",
    rule: "The agent must answer.",
    remedy: "Check that it runs and that its address in network.json is right.",
  },
  "cli/waited": {
    status: 504,
    rule: "The awaited state must come within the time-out.",
    remedy: "Look at the nodes' logs; the step itself is recorded and goes on.",
  },
} as const;

export const refuse = refusalsOf(cliErrors);
