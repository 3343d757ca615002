import { type Action, type ClassPolicy } from "@firmament/core/registry";
import { decideTogether } from "../commands/org.ts";
import type { Session } from "../session.ts";

/** The four organisations of the example, in the order of their parts. */
export const ORGANISATIONS = ["acme.example", "bravo.example", "charlie.example", "delta.example"] as const;

export const [VENDOR, OPERATOR, CHARLIE, DELTA] = ORGANISATIONS;

export const CLASS = "sensor";

const policy: ClassPolicy = {
  algorithms: ["ES256", "EdDSA", "RS384"],
  approvals: [{ count: 2, role: "approver" }],
  cosignatures: 3,
  freshness: 86_400,
  receipts: 2,
  version: 1,
};

/** Every organisation's administrator enrols its own actors. */
export async function enrolEverybody(session: Session): Promise<void> {
  await Promise.all(
    ORGANISATIONS.map(async (organisation) => {
      const admin = { actor: "admin", organisation } as const;
      const enrol = async (
        actor: "approver" | "author-agent" | "node" | "register-agent",
        role: "approver" | "author" | "node" | "registerAgent",
      ) => {
        const holder = await session.signer({ actor, organisation });
        const proof = await session.prove(holder, organisation, "transaction");
        await session.submit(admin, "identity.enrol", { key: holder.key, proof, roles: [role] });
      };
      await Promise.all([
        enrol("node", "node"),
        enrol("approver", "approver"),
        organisation === VENDOR && enrol("author-agent", "author"),
        organisation === OPERATOR && enrol("register-agent", "registerAgent"),
      ]);
    }),
  );
}

/** The organisations vote for a vendor and a class. */
export async function createClass(session: Session): Promise<void> {
  const actions: readonly Action[] = [
    { organisation: VENDOR, type: "vendor.create", vendor: "acme" },
    { className: CLASS, policy, storageLocations: ["slot"], type: "class.create", vendor: "acme", versions: "semver" },
  ];
  for (const action of actions) await decideTogether(session, ORGANISATIONS, action);
}

/** The vendor's administrator approves the author key for the class. */
export async function approveAuthor(session: Session): Promise<void> {
  const holder = await session.signer({ actor: "author", organisation: VENDOR }, "manifest");
  const proof = await session.prove(holder, VENDOR, "manifest");
  await session.submit({ actor: "admin", organisation: VENDOR }, "author.approve", {
    classes: [CLASS],
    key: holder.key,
    proof,
    vendor: "acme",
  });
}

/** Approves a release as one organisation's approver. */
export async function approveRelease(session: Session, organisation: string, release: string): Promise<void> {
  await session.submit({ actor: "approver", organisation }, "release.approve", { release });
}
