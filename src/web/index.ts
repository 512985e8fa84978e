// Everything over HTTP: health, the demo phone and its page, webhooks of providers, the portal for people. Owns small
// ports that `compose` fills. May import `accounts/`, `signin/`, `operations/` and `support/`. Fastify is loaded only when a
// server is created.

export { type CertificateWatch, checkPair, watchCertificate } from './certificate-watch.ts'
export { type DemoPhonePort, demoPhonePlugin } from './demo-phone.ts'
export type { PartReadiness, ReadinessCheck } from './health.ts'
export type { Misdirected } from './host-header.ts'
export {
  type CertificatePair,
  createHttpServer,
  type HttpBounds,
  type HttpPlugin,
  type HttpServer,
  type HttpServerOptions,
} from './http-server.ts'
export type { PortalLook, PortalParts } from './people/parts.ts'
export { type PortalOptions, portalPlugin } from './people/portal.ts'
export { twilioWebhookPlugin, type WebhookPort } from './twilio-webhooks.ts'
