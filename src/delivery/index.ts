// Who carries a text, a call, an e-mail: Twilio, any SMS gateway over HTTP, SMTP, or the demo phone.
// May import `support/`. Twilio and nodemailer are loaded only where configured.
export { createDemoPhone, type DemoAnswer, type DemoMessage, type DemoPhone } from './demo.ts'
export { createHttpGateway, HttpGatewayError, type HttpGatewayOptions } from './http-gateway.ts'
export type { FromNumber } from './numbers.ts'
export type * from './ports.ts'
export {
  createPushDelivery,
  type PushDelivery,
  type PushMessage,
  type PushOptions,
  type PushResult,
} from './push/push.ts'
export type { PushService } from './push/services.ts'
export { createSmtpDelivery, type SmtpOptions } from './smtp.ts'
export { type TwilioAccount, TwilioError, type TwilioOptions } from './twilio/api.ts'
export {
  type AccountFinding,
  type AccountUse,
  checkTwilioAccount,
  inspectTwilioAccount,
} from './twilio/check.ts'
export type { NamedCalls } from './twilio/hang-up.ts'
export { createTwilioDelivery, type TwilioDelivery } from './twilio/twilio.ts'
export { joinWebhooks, type WebhookHandler } from './twilio/webhooks.ts'
