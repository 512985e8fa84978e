import { en as enrolment } from './enrolment/en.ts'
import type { Language } from './language.ts'
import { en as portal } from './portal/en.ts'

export const en: Language = {
  ...portal,
  ...enrolment,
  denied: 'Sign-in failed. Check your name, password and code, then try again.',
  unavailable: 'You cannot sign in right now. Please try again in a few minutes.',
  'not-enrolled': 'You have no phone or app set up for signing in. Please ask your helpdesk.',
  'secret-seen':
    'An administrator has seen the secret key of your app or token, so you cannot use it here. Please ask your helpdesk.',
  'no-method': 'This connection cannot ask for your code. Please ask your helpdesk.',
  'digits-missing':
    'After your password, type "{delimiter}" and {count} digits of your choice. Then open {to} on your phone and type the same digits there.',
  'prompt-refused': 'The sign-in was not approved.',
  'prompt-timeout': 'The sign-in was not approved in time. Please try again.',
  'prompt-no-answer': 'You did not answer the phone. Please try again.',
  'prompt-busy': 'Your phone was busy. Please try again.',
  'prompt-failed': 'We could not reach your phone. Please try again, or ask your helpdesk.',
  'prompt-limit': 'You have had too many calls and messages. Please try again later.',
  'prompts-paused':
    'You did not approve three requests, so we will not ask you from here for {minutes} minutes. To be asked again at once, open {page}.',
  'another-open':
    'Another sign-in of yours is open. Finish it, or wait {seconds} seconds and sign in again.',
  interrupted: 'The sign-in was interrupted. Please try again in a moment.',
  'next-code':
    'We have just switched servers, so this code does not count. Wait a minute, then sign in with a new code.',
  'shutting-down': 'The sign-in service is restarting. Please try again in a moment.',
  'password-expired': 'Your password has expired. Change it, then sign in again.',
  'password-change-too-soon':
    'You changed your password only recently, and cannot change it again yet. Please ask your helpdesk.',
  'password-change-unclear':
    'We cannot tell whether your password was changed. Sign in with the new one; if that fails, with the old one.',
  'password-not-changed':
    'Your password was not changed. Please sign in again, or ask your helpdesk.',
  'account-unavailable': 'Your account cannot be used now. Please ask your helpdesk.',
  'reply-too-large': 'Sign-in failed because of a setting on our side. Please tell your helpdesk.',
  'enter-code': 'Enter the code from your app or token.',
  'enter-code-paused':
    'You did not approve three requests, so we are not asking your phone now. Enter a code from your phone, app or token.',
  'enter-code-sms': 'Enter the code we sent by text message to {to}.',
  'enter-code-call': 'Enter the code you hear in the call to {to}.',
  'enter-code-email': 'Enter the code we sent by e-mail to {to}.',
  'approve-then-enter': 'Approve the sign-in on your phone {to}, then press Enter here.',
  'approve-number-then-enter':
    'Your number is {number}. Open {to} on your phone, type it there, then press Enter here.',
  'approve-page-then-enter':
    'Open {to} on your phone and approve the sign-in there. Then press Enter here.',
  'wrong-code-again': 'That code is not right. Please try again.',
  'enter-again': 'Our server did not answer. Please enter that again.',
  'wait-for-next-code': 'We have just switched servers. Wait a minute, then enter a new code.',
  'new-password': 'Your password has expired. Enter a new password.',
  'new-password-again': 'Enter the new password once more.',
  'new-passwords-differ': 'The two passwords were not the same. Enter a new password.',
  'new-password-short':
    'That password is too short: it needs {count} characters or more. Enter a different one.',
  'new-password-long':
    'That password is too long: it may have {count} characters, and fewer with letters such as ä. Enter a different one.',
  'new-password-simple':
    'That password is too simple. Mix capitals, small letters, digits and signs, without your name. Enter a different one.',
  'new-password-refused':
    'That password is not allowed: you have used it before, or it is too easy to guess. Enter a different one.',
  menu: 'How do you want to sign in? Enter a number: {options}.',
  'menu-sms': 'text message to {to}',
  'menu-call': 'call to {to}',
  'menu-email': 'e-mail to {to}',
  'menu-push': 'your phone, at {to}',
  'menu-passkey': 'passkey, at {to}',
  'menu-or-code': 'Or enter the code from your app or token.',
  'sms-code': '{code} is your code to sign in to {gateway}. Do not give it to anyone.',
  'bell-change-title': 'Your sign-in was changed',
  'bell-change-text': 'Tap to see what it was. If it was not you, tap to report it.',
  'bell-title': 'A sign-in is waiting',
  'bell-text': 'Tap to see it. If you are not signing in, tap to report it.',
  'new-device-subject': 'A new device was let in to {gateway}',
  'new-device':
    'A new device ({device}) was let in to {gateway} with your name. If this was not you, tell your helpdesk at once.',
  'email-subject': 'Your code to sign in to {gateway}',
  'email-code':
    '{code} is your code to sign in to {gateway}.\n\nDo not give it to anyone. If you are not signing in, someone may know your password: please tell your helpdesk.',
  'call-approve':
    'Hello {user}. Someone is signing in with your name to {gateway}, from {from}. If this is you, press the hash key. If not, press zero.',
  'call-approve-pin':
    'Hello {user}. Someone is signing in with your name to {gateway}, from {from}. If this is you, enter your PIN, then press the hash key. If not, press zero, then the hash key.',
  'call-fraud-confirm':
    'You are about to report that someone else uses your name. To confirm, press the hash key. To go back, press any other key.',
  'call-approved': 'Thank you. You are signed in. Goodbye.',
  'call-fraud': 'Thank you. We have stopped the sign-in and reported it. Goodbye.',
  'call-not-approved': 'The sign-in was not approved. Goodbye.',
  'call-wrong-pin': 'That PIN is not right.',
  'call-ended': 'This sign-in has ended. Goodbye.',
  'call-code': 'Your code is: {code}. Once more: {code}. Goodbye.',
  'call-sign-in-again': 'Thank you. Your sign-in took too long. Please sign in again now. Goodbye.',
  'unknown-gateway': 'an unknown service',
  'unknown-place': 'an unknown place',
  'portal-passkey-wrong': 'This passkey cannot be used here. Start again, or choose another way.',
  'portal-step-ended': 'This took too long, or was done already. Please start again.',
  'portal-other-authenticator':
    'That code is right, but it comes from another device than the one you wanted to try.',
}
