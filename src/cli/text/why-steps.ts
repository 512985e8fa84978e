import {
  accountProblems,
  describeAmbiguity,
  describeDomain,
  nameForms,
} from '../../signin/names/name-texts.ts'
import type { AuditEntry } from '../../store/index.ts'
import { printable } from './print.ts'
import { formatShield } from './shield.ts'

type Step = AuditEntry['timeline'][number]
type Detail = (name: string) => string

/** What a step of the time line means, in words for someone who does not know the program. */
export function describeStep({ what, detail = {} }: Step): string {
  const value: Detail = (name) => printable(String(detail[name] ?? ''))
  if (what === 'policy') return describePolicy(detail)
  const words = steps[what]
  if (words !== undefined) return words(value)
  const values = Object.entries(detail).map(([name, each]) => `${name} ${String(each)}`)
  return printable([what.replaceAll('-', ' '), ...values].join(', '))
}

/** The step says until when in ISO 8601, and is told as of then. */
function shieldOf(value: Detail): string {
  const untilMs = Date.parse(value('until'))
  const wrong = Number(value('wrong'))
  return Number.isNaN(untilMs) || Number.isNaN(wrong)
    ? "shielded by the directory's lockout"
    : formatShield({ untilMs, wrong }, untilMs)
}

function textFor(texts: Readonly<Record<string, string>>, name: string): string {
  return texts[name] ?? name
}

/** A number with its sign: clocks are ahead or behind. */
export function signedSteps(steps: string): string {
  const signed = steps.startsWith('-') ? steps : `+${steps}`
  return `${signed} ${/^[+-]1$/.test(signed) ? 'step' : 'steps'}`
}

/** As `counted`, for a number that the audit has as text. */
export function countedText(count: string, one: string): string {
  return `${count} ${count === '1' ? one : `${one}s`}`
}

/** What is beside the flow differs with the rules: all of it is shown. */
function describePolicy(detail: NonNullable<Step['detail']>): string {
  const more = Object.entries(detail).map(([name, each]) => `${name} ${String(each)}`)
  return printable(`the rules let it go on: ${more.join(', ')}`)
}

/** Which of the person's passkeys or phones it was: the receipt. */
function signedBy(value: Detail): string {
  const [id, name] = [value('by') || value('id'), value('name')]
  if (id === '') return ''
  const signer = name === '' ? id : `"${name}" (${id})`
  return value('number') === 'wrong'
    ? `: another number was typed on ${signer}`
    : `, signed by ${signer}`
}

const steps: Readonly<Record<string, (value: Detail) => string>> = {
  'waited-for-store': () => 'the database of the store was away, and the request waited for it',
  received: () => 'the request arrived',
  'user-found': (value) => `directory ${value('directory')} knows the name`,
  'account-idle': (value) =>
    `the account was not used since ${value('since').slice(0, 10)} and has nothing enrolled: a first enrolment at the portal waits for the helpdesk`,
  'name-invalid': (value) => textFor(nameForms, value('form')),
  'name-ambiguous': (value) => describeAmbiguity(value('directory'), value('attribute')),
  'domain-unknown': (value) => describeDomain(value('directory'), value('domains')),
  'no-account': (value) => {
    const words: Readonly<Record<string, (directory: string) => string>> = accountProblems
    return words[value('why')]?.(value('directory')) ?? value('why')
  },
  'mac-rule': (value) =>
    `${value('mac')} is a device of ${value('rule')}: no person, and nothing but what that rule gives`,
  denied: (value) => `refused by ${value('rule') === '' ? 'a rule' : `the rule ${value('rule')}`}`,
  'always-asked': (value) =>
    `${value('opened') === 'rule' ? 'a rule asks for no second factor' : 'the person has a bypass'}, which has no effect here: the portal always asks`,
  campaign: (value) =>
    `the password is enough in the campaign ${value('name')}, because the person never had anything set up`,
  'campaign-not': (value) =>
    `the campaign ${value('name')} does not count for this person: ${textFor(campaignHindrances, value('why'))}`,
  'address-unreadable': () =>
    'the gateway names the device by something that is neither an address nor a MAC address, so a rule that denies by network holds',
  'rule-group-missing': (value) =>
    `refused: a rule names a group that is gone, ${value('group') || value('groups')}`,
  'password-read': (value) => passwordReadings[value('as')] ?? value('as'),
  credential: (value) => `the gateway sent ${value('kind')}, which cannot be checked`,
  'state-cut': (value) =>
    `the State came back cut: ${value('bytes')} of the ${value('of')} bytes that were sent; the gateway does not keep it whole`,
  'answer-not-read': () =>
    'the gateway sent a hash of what was typed, and nothing that would be right fits it',
  'not-checkable': (value) => `the directory cannot check it: ${value('detail')}`,
  'first-factor': (value) =>
    `${firstFactors[value('result')] ?? value('result')}, in ${value('ms')} ms`,
  certificate: (value) => `by certificate ${value('serialNumber')}, for SID ${value('sid')}`,
  resumed: (value) =>
    `by the session of a sign-in at ${value('since')}, which stands for its password`,
  account: (value) => `the directory says of the account: ${value('result')}, in ${value('ms')} ms`,
  'other-account': (value) => `that is no longer the account it was: ${value('detail')}`,
  'password-cut': (value) =>
    `the password arrived with ${value('bytes')} bytes, and its end was probably cut off`,
  'lockout-shield': (value) =>
    `${shieldOf(value)}: the directory locks at ${value('threshold')}, so no password was checked`,
  'directory-down': (value) => `directory ${value('directory')}: ${value('detail')}`,
  code: (value) =>
    codeResults[value('result')]?.(value) ??
    `the code (${value('method')}) ${codes[value('result')] ?? value('result')}`,
  'secret-seen': (value) =>
    `the person has ${value('methods')}, but an administrator saw the secret, and the rule takes no such authenticator`,
  'phone-silent': (value) =>
    `another way is asked first: none of the last notifications was shown by ${value('names')}`,
  'last-code-ahead': (value) =>
    `the last accepted code lies ${countedText(value('minutes'), 'minute')} in the future`,
  'token-not-valid': (value) =>
    value('from') === ''
      ? `the codes of the token counted until ${value('until')}`
      : `the codes of the token work from ${value('from')} on`,
  'clock-off': (value) => `clock-off: ${signedSteps(value('steps'))}`,
  'new-password': (value) =>
    `asked again for a new password: ${newPasswords[value('result')] ?? value('result')}`,
  'new-password-allowed': () => 'the client may send a new password, for two minutes',
  'new-password-not-allowed': () =>
    'a new password came without a sign-in with both factors from this device just before',
  'password-change': (value) =>
    `the directory ${passwordChanges[value('result')] ?? value('result')}`,
  'password-change-refused': (value) => `the directory said: ${value('detail')}`,
  'password-change-unclear': (value) => `no answer from the directory: ${value('detail')}`,
  prompt: (value) =>
    value('method') === 'passkey'
      ? `waits for a passkey at ${value('to')}`
      : value('method') === 'push'
        ? `waits for the person’s phone at ${value('to')}`
        : value('method') === 'call'
          ? `called ${value('to')}`
          : `sent a code by ${value('method')} to ${value('to')}`,
  'prompt-ended': (value) => `${promptEnds[value('result')] ?? value('result')}${signedBy(value)}`,
  notification: (value) =>
    /^2/.test(value('answer'))
      ? `sent a notification to the phone: ${value('service')} took it (${value('answer')}), which does not mean that the phone has shown it`
      : `could not send a notification to the phone: ${value('service')} said ${value('answer')}`,
  'phone-showed': (value) => `the phone ${value('phone')} has shown the notification`,
  'phone-opened': (value) => `the phone ${value('phone')} has shown the sign-in on its page`,
  'no-notification': () => 'sent no notification: no phone of theirs has them switched on',
  'provider-failed': (value) => `the provider could not deliver: ${value('detail')}`,
  'password-alone': (value) =>
    `nothing else was left: the rule ${value('rule')} lets this person in with the password alone`,
  degraded: (value) => `another way than usual, since a ${value('for')} was down`,
  limit: (value) => `the limit ${value('key')} is reached`,
  joined: (value) => `waits for sign-in ${value('signIn')}, which is the same one`,
  'another-device': (value) =>
    `sign-in ${value('signIn')} answered the same question from another device`,
  'another-sign-in': (value) =>
    value('seconds') === ''
      ? `sign-in ${value('signIn')} is open and may not be shared`
      : `sign-in ${value('signIn')} is open for ${value('seconds')} more seconds at most, and may not be shared`,
  'took-over': (value) =>
    `took the place of sign-in ${value('signIn')}, whose question for a code is no longer open`,
  'taken-over': () => 'a newer sign-in of the person took the place of this one',
  'state-spent': () => 'this question was answered before',
  'late-approval': (value) =>
    `uses an approval that came too late for the try before${signedBy(value)}`,
  signed: (value) => `a passkey has proven it${signedBy(value)}`,
  remembered: (value) =>
    `the device is known since ${value('since')}, by ${value('method')}: no second factor is asked for`,
  remember: (value) =>
    value('once') === 'bound'
      ? `the device is remembered until ${value('until')}, once it has bound its tunnel`
      : `the device is remembered until ${value('until')}`,
  'new-device-told': (value) => `the person is told of it by ${value('method')}`,
  'new-device-not-told': (value) =>
    `the person cannot be told of it: nothing is known to reach them by ${value('method')}`,
  'not-remembered': (value) =>
    `the device is not remembered: ${notRemembered[value('why')] ?? value('why')}`,
  abandoned: () => 'the gateway gave up waiting',
  resends: (value) => `the gateway sent it again, times: ${value('count')}`,
  unanswered: () => 'no one answered the question in time',
  challenge: () => 'the gateway was told to ask the person for something to type',
  accept: () => 'let in',
  reject: (value) => `refused: ${value('reason')}`,
  drop: (value) => `left without an answer: ${value('reason')}`,
}

const notRemembered: Readonly<Record<string, string>> = {
  'password-unknown': 'the directory does not show when the password was set',
  'could-be-relayed':
    'a false access point could pass such an answer on; it takes crypto_binding: required, PAP, GTC or a certificate',
}

const campaignHindrances: Readonly<Record<string, string>> = {
  'enrolled-before': 'they have set something up before',
  'account-idle': 'the account was not used for a long time',
  'needed-before': 'they needed a second factor at this gateway before',
  'rule-asks-for-more': 'a rule asks for a second factor with a PIN',
}

const passwordReadings: Readonly<Record<string, string>> = {
  code: 'the end of the typed text was read as a code, and the rest as the password',
  misfit:
    'the end of the typed text was read as a code, and it fits no authenticator of this person',
  digits:
    'the end of the typed text was read as digits of the person’s own, for the phone, and the rest as the password',
  word: 'the last word was read as the method, and the rest as the password',
}

const firstFactors: Readonly<Record<string, string>> = {
  right: 'the directory took the password',
  wrong: 'the directory refused the password',
  challenge: 'the upstream server asks something itself',
  locked: 'the directory has locked the account',
  disabled: 'the password is right, the account is disabled',
  expired: 'the password is right, the account has expired',
  restricted: 'the password is right, the directory allows no sign-in now or from here',
  'must-change': 'the password is right, but must be changed',
  'too-long': 'the password is too long for the server that checks it',
  'not-checkable': 'the directory cannot check this kind of password',
  shielded: 'the directory was not asked: one more wrong password could lock the account there',
  busy: 'the directory is too busy',
  down: 'the directory could not be asked',
}

const newPasswords: Readonly<Record<string, string>> = {
  'new-password': 'nothing was typed',
  'new-passwords-differ': 'the two were not the same',
  'new-password-short': 'it was too short',
  'new-password-long': 'it was too long for RADIUS, which would have cut it off',
  'new-password-simple': 'it was too simple',
  'new-password-refused': 'it was used before, or is against the rules of the directory',
}

const passwordChanges: Readonly<Record<string, string>> = {
  changed: 'changed the password',
  'too-short': 'refused the new password: too short',
  'too-simple': 'refused the new password: too simple',
  refused: 'refused the new password: used before, or against its rules',
  'too-soon': 'allows no change so soon after the last one',
  'old-wrong': 'has another password by now',
  locked: 'has locked the account',
  'not-permitted': 'does not let this person change the password',
  unclear: 'did not say whether it changed the password',
  busy: 'was too busy to change the password',
  down: 'could not be asked to change the password',
}

const codeResults: Readonly<Record<string, (value: Detail) => string>> = {
  wrong: (value) => `the code fits nothing; wrong codes in a row: ${value('failures')}`,
  guessed: (value) =>
    `the code is right, but ${countedText(value('misses'), 'wrong code')} came with this password within the hour: locked, since it may have been guessed`,
}

const codes: Readonly<Record<string, string>> = {
  spent: 'is right',
  'same-request': 'is right, and was spent by this same request',
  unsure: 'is right, but was perhaps used before the database changed servers',
  reused: 'was used before',
  'secret-seen':
    'is right, but an administrator saw the secret, and the rule takes no such authenticator; it was not spent',
  'not-allowed': 'is right, but this method is not allowed here; it was not spent',
}

const promptEnds: Readonly<Record<string, string>> = {
  approved: 'the person approved',
  refused: 'the person did not approve',
  fraud: 'the person reported fraud',
  'no-answer': 'no one answered',
  busy: 'the number was busy',
  timeout: 'no answer in time',
  failed: 'the provider failed',
}
