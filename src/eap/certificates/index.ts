// What EAP-TLS reads in certificates, and how it learns whether one was revoked.
export { validityAt } from './chain.ts'
export { type CertificateNames, readNames } from './names.ts'
export { type AskStatus, createOcsp } from './ocsp.ts'
export { postOcsp } from './ocsp-fetch.ts'
export { revocationsEndMs } from './revocations.ts'
