import type { EmailDelivery, TextDelivery } from '../delivery/index.ts'
import type { NoticeMethod } from '../signin/index.ts'

/** Tells people things by text message. */
export function createSmsNotice(delivery: TextDelivery): NoticeMethod {
  return { tell: ({ to, user, text }, signal) => delivery.sendText({ to, user, text }, signal) }
}

/** Tells people things by e-mail. */
export function createEmailNotice(delivery: EmailDelivery): NoticeMethod {
  return {
    tell: ({ to, user, subject, text }, signal) =>
      delivery.sendEmail({ to, user, subject, text }, signal),
  }
}
