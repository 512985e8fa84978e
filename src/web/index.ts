// Everything over HTTP: health, the demo phone and its page, webhooks of providers, and the web surfaces: the portal for
// people, the console, the API. Owns small
// ports that `compose` fills. May import `accounts/`, `signin/`, `operations/` and `support/`. Fastify is loaded only when a
// server is created.

export { type ApiParts, apiPlugin } from './api/api.ts'
export type { ApproveParts } from './approve/ports.ts'
export { approveRoutes } from './approve/routes.ts'
export { type CertificateWatch, checkPair, watchCertificate } from './certificate-watch.ts'
export { ownChanges } from './changes/own-changes.ts'
export { type ConsoleParts, consolePlugin } from './console/console.ts'
export { type DemoPhonePort, demoPhonePlugin } from './demo-phone.ts'
export { enrolmentChanges } from './enrolment/changes.ts'
export type { EnrolmentRouteParts } from './enrolment/ports.ts'
export { createStartEnrolment } from './enrolment/proof-routes.ts'
export { enrolmentRoutes } from './enrolment/routes.ts'
export type { SurfaceName } from './ground/surface-name.ts'
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
export type { SignatureJudge } from './passkeys/ports.ts'
export { passkeyRoutes } from './passkeys/routes.ts'
export type { PortalLook, PortalParts, PortalRoutes } from './people/parts.ts'
export { type PortalOptions, portalPlugin } from './people/portal.ts'
export { type DemoPairing, demoPhoneRoutes } from './phones/demo-route.ts'
export type { PhoneParts } from './phones/ports.ts'
export { phoneRoutes } from './phones/routes.ts'
export { checkReach } from './reach/check.ts'
export { createReachProbe, type ReachProbe } from './reach/probe.ts'
export { checkWebhookReach } from './reach/webhooks.ts'
export { type Cookies, createCookies } from './sessions/cookies.ts'
export { createSessions, type Sessions } from './sessions/sessions.ts'
export { createSteps, type Step, type Steps } from './sessions/steps.ts'
export type { PortalSignIn } from './sign-in/ask.ts'
export { createPortalGateways } from './sign-in/gateways.ts'
export { createPasskeyOffers, type SharedOffers } from './sign-in/offers.ts'
export type {
  BeginStep,
  CarryOut,
  ChangeProof,
  Changes,
  EnrolmentStart,
  SignInParts as PortalSignInParts,
  StartEnrolment,
} from './sign-in/ports.ts'
export { createSessionCheck } from './sign-in/recheck.ts'
export { signInRoutes } from './sign-in/routes.ts'
export { streamRoutes } from './streams/routes.ts'
export { twilioWebhookPlugin, type WebhookPort } from './twilio-webhooks.ts'
