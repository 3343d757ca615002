import { base64urlOf, integer, text } from "./schema.ts";

/** Organisation: a domain-like name, lower case, at most 64 characters. */
export const organisationName = text({ max: 64, pattern: /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/ });

/** Vendor, class, group and storage location ids: a UUID or another short name. */
export const idName = text({ max: 64, pattern: /^[A-Za-z0-9](?:[A-Za-z0-9._:-]*[A-Za-z0-9])?$/ });

/** 32 bytes as base64url: key ids, transaction ids, SHA-256 digests, macs. */
export const digest256 = base64urlOf(32);

/** 48 bytes as base64url: SHA-384 digests. */
export const digest384 = base64urlOf(48);

/** A signature of any algorithm: 64 bytes, or an RSA modulus of 2048 to 4096 bits. */
export const signatureText = base64urlOf(64, 512);

/** Seconds since 1970. */
export const seconds = integer(0, 0xff_ffff_ffff);

/** Milliseconds since 1970: the unit of sequence numbers. */
export const sequenceNumber = integer(1, 0x3_ffff_ffff_ffff);

/** A device's id: its key id, or whatever another family of devices calls itself by. */
export const deviceId = text({ max: 64, pattern: /^[A-Za-z0-9_.:-]+$/ });

/** Free text for people: one line without control characters. */
// eslint-disable-next-line no-control-regex -- control characters are what it excludes
export const line = (max: number) => text({ min: 0, max, pattern: /^[^\u0000-\u001f\u007f]*$/ });
