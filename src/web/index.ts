// Everything over HTTP: health, the demo phone and its page, webhooks of providers. Owns small ports that `compose` fills.
// May import `signin/` (types) and `support/`. Fastify is loaded only when a server is created.

export { type DemoPhonePort, demoPhonePlugin } from './demo-phone.ts'
export type { PartReadiness, ReadinessCheck } from './health.ts'
export type { Misdirected } from './host-header.ts'
export {
  createHttpServer,
  type HttpBounds,
  type HttpPlugin,
  type HttpServer,
  type HttpServerOptions,
} from './http-server.ts'
export { twilioWebhookPlugin, type WebhookPort } from './twilio-webhooks.ts'
