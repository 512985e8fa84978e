// EAP (RFC 3748, 3579): conversations with devices behind gateways, their TLS tunnels and the methods in
// them. `server.ts` is the place to start reading. Judges no one: passwords go to the one sign-in.
// May import `radius/`, `mschap/`, `signin/`, `support/`, and the ports of `transport/`.
export { type AskStatus, createOcsp, postOcsp, revocationsEndMs } from './certificates/index.ts'
export { createGtc } from './inner/gtc.ts'
export { createMd5 } from './inner/md5.ts'
export { createMsChapV2 } from './inner/mschapv2.ts'
export type { InnerMethodFactory, TunnelMethodFactory } from './method.ts'
export { type OuterMethodFactory, type Stage, withoutTunnel } from './outer-method.ts'
export { createPeap } from './peap/peap.ts'
export {
  createEapServer,
  type EapGateway,
  type EapObserver,
  type EapServer,
  type EapServerOptions,
} from './server.ts'
export { createEapTls, type EapTlsOptions, type NameSource } from './tls/eap-tls.ts'
export { type Resumption, withTunnel } from './tls/method.ts'
export { createTlsContext, type TlsVersion } from './tls/session.ts'
export { createSessionCache } from './tls/session-cache.ts'
export type { TtlsProof } from './ttls/credential.ts'
export { createTtls } from './ttls/ttls.ts'
