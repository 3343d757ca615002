import { randomInt } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { signTrust } from "@firmament/agents/signing";
import { canonicalBytes } from "@firmament/core/codec";
import { encodeGenesis, firstTrust, ledgerOf } from "@firmament/core/registry";
import { nodeCrypto, passphraseFromEnvironment } from "@firmament/crypto";
import { DELEGATION, genesisBody } from "@firmament/cli/src/ceremony/genesis-body.ts";
import { EVERYONE, makeKeys } from "@firmament/cli/src/ceremony/organisation-keys.ts";
import { OPERATOR, ORGANISATIONS, VENDOR } from "@firmament/cli/src/start/people.ts";
import type { ActorName, Home } from "@firmament/server/home";
import { issueOrganisationTls } from "@firmament/server/tls";
import { time } from "./members.ts";

const AGENTS: Readonly<Record<string, readonly ActorName[]>> = {
  [VENDOR]: ["author", "author-agent"],
  [OPERATOR]: ["register-agent"],
};

async function newFounder(home: Home, name: string, address: string) {
  const passphrase = await passphraseFromEnvironment();
  const actors = [...EVERYONE, ...(AGENTS[name] ?? [])];
  const { admin, cosigner, root } = await makeKeys(home, name, actors, passphrase);
  if (cosigner.key.kty !== "OKP") throw new TypeError("a cosigner key is Ed25519");
  const delegation = { key: cosigner.key, until: time() + DELEGATION };
  const authority = await issueOrganisationTls(home, name, [address], time());
  return { founder: { admin: admin.key, authority, cosigner: delegation, name, root: root.key }, root };
}

/**
 * Founds the example's consortium in a home, every service at an https address of its organisation.
 *
 * @param devices whether the retrieval agent asks them for certificates
 */
export async function foundOverTls(home: Home, devices?: "certified"): Promise<void> {
  const block = `127.${randomInt(20, 250)}.${randomInt(1, 250)}`;
  const addressOf = (name: string) => `${block}.${ORGANISATIONS.findIndex((each) => each === name) + 11}`;
  const at = (name: string, port: number) => ({ organisation: name, url: `https://${addressOf(name)}:${port}/` });
  const network = {
    author: at(VENDOR, 4441),
    ledger: at(OPERATOR, 4440).url,
    nodes: ORGANISATIONS.map((name) => at(name, 4443)),
    register: at(OPERATOR, 4441),
    retrieval: { ...at(OPERATOR, 4442), ...(devices === undefined ? {} : { devices }) },
  };
  const made = await Promise.all(ORGANISATIONS.map((name) => newFounder(home, name, addressOf(name))));
  const terms = { domain: "example.org", freshness: 86_400, name: "registry", time: time() };
  const body = genesisBody(
    terms,
    made.map(({ founder }) => founder),
  );
  const bytes = canonicalBytes(body);
  const document = firstTrust(body, ledgerOf(nodeCrypto, bytes, body));
  const signatures = await Promise.all(made.map(({ root }) => signTrust(nodeCrypto, root, document)));
  signatures.sort((a, b) => (a.kid < b.kid ? -1 : 1));
  await writeFile(home.genesisFile, encodeGenesis(bytes, { document, signatures }));
  await writeFile(home.networkFile, JSON.stringify(network));
}
