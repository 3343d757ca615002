export { writeDeviceCredentials } from "./device-files.ts";
export { type DeviceTransport, openDeviceTransport } from "./device-transport.ts";
export { authorityFile, authorityKeyFile, serviceFile } from "./files.ts";
export { issueDeviceTls, issueOrganisationTls } from "./issue.ts";
export { ownersOf } from "./owners.ts";
export { pinnedAuthority } from "./pinned-authority.ts";
export { requirePrivate } from "./plaintext.ts";
export { Transport } from "./transport.ts";
