import type { EmailDelivery, TextDelivery } from '../delivery/index.ts'
import type { NoticeMethod, SendResult, Texts } from '../signin/index.ts'

/** Tells people things by text message. */
export function createSmsNotice(parts: {
  readonly delivery: TextDelivery
  readonly texts: Texts
}): NoticeMethod {
  return {
    async tellNewDevice({ authenticator, device, gateway, language, user }, signal) {
      if (!('phone' in authenticator)) return failed('the authenticator is no phone')
      const text = parts.texts.text('new-device', language, { device, gateway })
      return parts.delivery.sendText({ to: authenticator.phone, user: user.name, text }, signal)
    },
  }
}

/** Tells people things by e-mail. */
export function createEmailNotice(parts: {
  readonly delivery: EmailDelivery
  readonly texts: Texts
}): NoticeMethod {
  return {
    async tellNewDevice({ authenticator, device, gateway, language, user }, signal) {
      if (!('address' in authenticator)) return failed('the authenticator is no e-mail address')
      const subject = parts.texts.text('new-device-subject', language, { gateway })
      const text = parts.texts.text('new-device', language, { device, gateway })
      const to = authenticator.address
      return parts.delivery.sendEmail({ to, user: user.name, subject, text }, signal)
    },
  }
}

function failed(detail: string): SendResult {
  return { kind: 'failed', detail, outage: false }
}
