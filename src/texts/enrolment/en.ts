import type { EnrolmentTexts } from './texts.ts'

export const en: EnrolmentTexts = {
  'call-proven': 'Thank you. This phone is set up for signing in. Goodbye.',
  'setup-mail-adds-nothing':
    'A code by e-mail cannot add anything, because a mailbox often opens with the same password. Call {helpdesk}: they can make a code for you.',
  'setup-strengthened-lately':
    'With a call, a text message or a recovery code you can add one stronger way to sign in within 24 hours, and you have done that. Try again tomorrow, or confirm with your app.',
  'setup-too-weak':
    'Confirm this with something that is at least as safe as what you want to change, such as the code of your app.',
  'setup-last-one': 'This is your only way to sign in. Add another one first.',
  'setup-phone-invalid':
    'This is not a phone number that can be reached. Write it with its country code, such as +31 6 12345678.',
  'setup-not-offered': 'This cannot be set up here. Choose another way, or call {helpdesk}.',
  'setup-there-already':
    'You already have a way to sign in, so nothing was added. Sign in again with it. If you no longer have it, call {helpdesk}.',
  'setup-gone': 'This is no longer there. Look at the list again.',
  'setup-ended':
    'This took too long, or it was finished elsewhere. Nothing was changed. Begin again.',
  'setup-tries-used': 'There were too many wrong codes. Nothing was changed. Begin again.',
  'setup-passkey-wrong':
    'This passkey could not be added. Nothing was changed. Begin again, or choose another way.',
  'setup-reported':
    'This was reported as not wanted at that phone. Nothing was changed. Call {helpdesk}.',
  'proof-ended': 'This code is not right, or no longer valid. Call {helpdesk} for a new one.',
  'proof-unsure':
    'We have just switched servers. Wait a minute, then sign in again with the same code.',
  'paper-title': 'Set up your phone for signing in',
  'paper-for': 'For {name}. Please hand this page to no one else.',
  'paper-open': 'Open {portal} on a computer or on your phone, or scan this picture.',
  'paper-sign-in': 'Sign in as {user} with your password.',
  'paper-type': 'Type this code:',
  'paper-until': 'The code works once, until {until}, and only with your password.',
  'remind-subject': 'Set up your phone for signing in by {until}',
  'remind-why':
    'Until {until}, your password alone lets you sign in. After that you also need a phone, an app or a token, and you have not set one up yet.',
  'remind-how':
    'Open {portal} in your browser and sign in with your password. Setting it up takes a few minutes.',
  'remind-help':
    'If you have questions, call {helpdesk}. Never give your password or a code to anyone.',
}
