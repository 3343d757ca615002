import { timeText } from "../output.ts";
import { fingerprint, keyText } from "./fingerprint.ts";
import { type Member, memberDigest } from "./member-file.ts";
import { authorityKey } from "./authority-key.ts";

/** A member file for people: its fingerprint, every key and every address. */
export function memberLines(member: Member): string[] {
  const { addresses, admin, authority, cosigner, joins, name, node, root, time } = member;
  return [
    name,
    `  fingerprint    ${fingerprint(memberDigest(member))}`,
    `  made           ${timeText(time)}`,
    ...(joins === undefined ? [] : [`  joins          ${joins.ledger}`]),
    `  administrator  ${keyText(admin)}`,
    `  root           ${keyText(root)}`,
    `  cosigner       ${keyText(cosigner.key)} until ${timeText(cosigner.until)}`,
    ...(node === undefined ? [] : [`  validator      ${keyText(node.validator)}`, `  peer id        ${node.peer}`]),
    ...(authority === undefined ? [] : [`  authority      ${keyText(authorityKey(authority))}`]),
    ...Object.entries(addresses).map(([role, address]) => `  ${role.padEnd(13)}  ${address}`),
  ];
}
