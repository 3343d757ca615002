export { authorityFile, authorityKeyFile, serviceFile } from "./files.ts";
export { issueOrganisationTls } from "./issue.ts";
export { Transport } from "./transport.ts";
