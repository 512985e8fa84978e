// What can be learnt of a directory before it is configured: its servers, their certificates, its names.
export type { ShownCertificate } from './certificates.ts'
export { findControllers } from './find-controllers.ts'
export { singleLook } from './look.ts'
export { addressOf, type CandidateServer, type ProbeResult, probeServer } from './probe-server.ts'
export { type BaseLook, type OpenTree, openTree, type Tree } from './read-tree.ts'
